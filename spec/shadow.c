/* shadow.c: SDM 1, chapter "Control-flow Enforcement Technology", as far as transfers go: shadow stacks and #CP. */
#include "internal.h"

#define SH_STK_EN 1u
#define ENDBR_EN 4u
#define NO_TRACK_EN 16u
#define SUPPRESS (1ull << 10)
#define TRACKER (1ull << 11)
#define BUSY 1u
#define FAR_RET_IRET 2u /* error code of #CP */

/* Virtual-8086 mode isn't entered where IA32_U_CET has one of them. */
static bool enabled(const M *m, unsigned cpl, uint64_t bit)
{
    return m->cr4 & CR4_CET && is_protected(m) && (cpl == 3 ? m->u_cet : m->s_cet) & bit;
}

bool shadow_stack_enabled(const M *m, unsigned cpl)
{
    return enabled(m, cpl, SH_STK_EN);
}

/* EndbranchEnabled(CPL): behind a far transfer. */
void wait_for_endbranch(M *m)
{
    uint64_t *cet = m->cpl == 3 ? &m->u_cet : &m->s_cet;

    if (enabled(m, m->cpl, ENDBR_EN))
        *cet = (*cet & ~SUPPRESS) | TRACKER;
}

/* EndbranchEnabledAndNotSuppressed(CPL): behind an indirect near CALL or JMP. */
void track_branch(M *m, bool no_track)
{
    uint64_t cet = m->cpl == 3 ? m->u_cet : m->s_cet;

    if (!(cet & SUPPRESS) && !(no_track && cet & NO_TRACK_EN))
        wait_for_endbranch(m);
}

/* ShadowStackPush4B, ShadowStackPush8B of a near CALL: "IP is zero extended and pushed as a 32 bit value". */
bool shadow_push_near(M *m, O *o, unsigned size, uint64_t value)
{
    unsigned wide = size == 8 ? 8 : 4;

    if (!store(m, o, m->ssp - wide, wide, AS_SHADOW, STORE_SHADOW, value))
        return false;
    m->ssp -= wide;
    return true;
}

/* ShadowStackPush8B */
static bool push_8(M *m, O *o, uint64_t *ssp, uint64_t value)
{
    *ssp -= 8;
    return store(m, o, *ssp, 8, AS_SHADOW, STORE_SHADOW, value);
}

/* The token of a supervisor shadow stack becomes busy. */
static bool take_token(M *m, O *o, uint64_t ssp)
{
    bool was_free;

    if (ssp & 7)
        return raise(o, GP, 0, RULE("shadow.ssp-alignment", "2A INT n"));
    if ((ssp & ~31ull) != ((ssp - 24) & ~31ull))
        return raise(o, GP, 0, RULE("shadow.token-region", "2A INT n"));
    if (!is_ia32e(m) && ssp >> 32)
        return raise(o, GP, 0, RULE("shadow.ssp-above-4g", "2A INT n"));
    if (!exchange_token(m, o, ssp, ssp, ssp | BUSY, &was_free))
        return false;
    return was_free || raise(o, GP, 0, RULE("shadow.token", "2A INT n"));
}

/* Into a handler or procedure, behind its stack's pushes. `switched`: the new shadow stack begins with a token. */
bool shadow_enter(M *m, O *o, unsigned new_cpl, uint64_t new_ssp, bool switched, uint64_t return_address)
{
    uint64_t cs = m->segment[CS].selector, lip = (is_64bit(m) ? 0 : m->segment[CS].base) + return_address;
    uint64_t old_ssp = m->ssp, ssp = switched ? new_ssp : old_ssp;
    unsigned old_cpl = m->cpl;
    bool from_user = old_cpl == 3 && new_cpl != 3, done = true;

    if (shadow_stack_enabled(m, new_cpl)) {
        m->cpl = (uint8_t)new_cpl;
        if (switched)
            done = take_token(m, o, ssp);
        if (done && new_cpl == old_cpl) { /* align to the next 8-byte boundary */
            done = store(m, o, ssp - 4, 4, AS_SHADOW, STORE_SHADOW, 0);
            ssp &= ~7ull;
        }
        if (done && !from_user)
            done = push_8(m, o, &ssp, cs) && push_8(m, o, &ssp, lip) && push_8(m, o, &ssp, old_ssp);
        m->cpl = (uint8_t)old_cpl;
        if (!done)
            return false;
        m->ssp = ssp;
    }
    if (from_user && shadow_stack_enabled(m, 3))
        m->pl_ssp[3] = old_ssp;
    return true;
}

static bool check_ssp(const M *m, O *o, uint64_t ssp, bool long_mode)
{
    if (long_mode ? !is_canonical(m, ssp) : ssp >> 32 != 0)
        return raise(o, GP, 0, RULE("shadow.new-ssp", "2A IRET; 2B RET"));
    return true;
}

/* "Now past all faulting points; safe to free the token": a supervisor access, and no fault if another value is there. */
static bool free_token(M *m, O *o, uint64_t ssp)
{
    bool was_busy;

    return exchange_token(m, o, ssp, ssp | BUSY, ssp, &was_busy);
}

/* To virtual-8086 mode, which has none. */
bool shadow_drop(M *m, O *o)
{
    if (!shadow_stack_enabled(m, m->cpl))
        return true;
    if (m->ssp & 7)
        return raise(o, CP, FAR_RET_IRET, RULE("shadow.return-alignment", "2A IRET; 2B RET"));
    return free_token(m, o, m->ssp);
}

/* Out of one, by far RET or IRET: the shadow stack's CS, LIP and SSP must be the ones returned to. */
bool shadow_leave(M *m, O *o, unsigned new_cpl, uint64_t cs, uint64_t lip, bool long_mode, bool outer, bool by_iret)
{
    uint64_t ssp = m->ssp, new_ssp = m->ssp, frame[3]; /* SSP, LIP, CS */
    bool old_enabled = shadow_stack_enabled(m, m->cpl), new_enabled = shadow_stack_enabled(m, new_cpl), to_user = outer && new_cpl == 3;

    if (old_enabled) {
        if (ssp & 7)
            return raise(o, CP, FAR_RET_IRET, RULE("shadow.return-alignment", "2A IRET; 2B RET"));
        if (!to_user) {
            for (unsigned i = 3; i-- > 0;)
                if (!load(m, o, ssp + 8 * i, 8, AS_SHADOW, &frame[i]))
                    return false;
            ssp += 24;
            if (frame[2] != cs)
                return raise(o, CP, FAR_RET_IRET, RULE("shadow.return-cs", "2A IRET; 2B RET"));
            if (frame[1] != lip)
                return raise(o, CP, FAR_RET_IRET, RULE("shadow.return-lip", "2A IRET; 2B RET"));
            if (frame[0] & 3)
                return raise(o, CP, FAR_RET_IRET, RULE("shadow.return-ssp-alignment", "2A IRET; 2B RET"));
            new_ssp = frame[0];
        }
    }
    if (to_user)
        new_ssp = m->pl_ssp[3];
    if (new_enabled && !check_ssp(m, o, new_ssp, long_mode))
        return false;
    /* At the same CPL only IRET in IA-32e mode may come from another stack, that of an IST. */
    if (old_enabled && (outer || (by_iret && is_ia32e(m) && new_ssp != ssp)) && !free_token(m, o, ssp))
        return false;
    if (new_enabled)
        m->ssp = new_ssp;
    return true;
}

/* ---- APM 2 "Switching Tasks": the shadow stack actions, of the old task and of the new one. ---- */

bool shadow_leave_task(M *m, O *o, enum task_cause cause, unsigned new_cpl, uint64_t return_address, struct task_shadow *t)
{
    uint64_t frame[3]; /* SSP, LIP, CS */

    if (cause == TASK_JMP || !shadow_stack_enabled(m, m->cpl))
        return true;
    t->has_frame = cause == TASK_IRET ? new_cpl == m->cpl || new_cpl < 3 : m->cpl != 3 || new_cpl == 3;
    if (cause != TASK_IRET) {
        if (t->has_frame) {
            t->cs = m->segment[CS].selector;
            t->lip = m->segment[CS].base + return_address;
            t->ssp = m->ssp;
        } else {
            m->pl_ssp[3] = m->ssp;
        }
        return true;
    }
    if (t->has_frame) {
        for (unsigned i = 3; i-- > 0;)
            if (!load(m, o, m->ssp + 8 * i, 8, AS_SHADOW, &frame[i]))
                return false;
        t->cs = frame[2];
        t->lip = frame[1];
        t->ssp = frame[0];
        m->ssp += 24;
    }
    if (!free_token(m, o, m->ssp))
        return false;
    m->ssp = 0;
    return true;
}

bool shadow_enter_task(M *m, O *o, enum task_cause cause, uint64_t new_ssp, const struct task_shadow *t)
{
    bool was_free;

    if (cause == TASK_IRET) {
        uint64_t ssp = t->has_frame ? t->ssp : m->pl_ssp[3];

        if (t->has_frame && t->cs != m->segment[CS].selector)
            return raise(o, CP, FAR_RET_IRET, RULE("task.shadow-cs", "APM 2 Switching Tasks"));
        if (t->has_frame && t->lip != m->segment[CS].base + m->rip)
            return raise(o, CP, FAR_RET_IRET, RULE("task.shadow-lip", "APM 2 Switching Tasks"));
        if (!shadow_stack_enabled(m, m->cpl))
            return true;
        if (ssp & 3 || ssp >> 32)
            return raise(o, CP, FAR_RET_IRET, RULE("task.shadow-return-ssp", "APM 2 Switching Tasks"));
        m->ssp = ssp;
        return true;
    }
    if (!shadow_stack_enabled(m, m->cpl))
        return true;
    if (new_ssp & 7)
        return raise(o, TS, t->error, RULE("task.shadow-ssp", "APM 2 Switching Tasks"));
    if (!exchange_token(m, o, new_ssp, new_ssp, new_ssp | BUSY, &was_free))
        return false;
    if (!was_free)
        return raise(o, TS, t->error, RULE("task.shadow-token", "APM 2 Switching Tasks"));
    m->ssp = new_ssp;
    return !t->has_frame || (push_8(m, o, &m->ssp, t->cs) && push_8(m, o, &m->ssp, t->lip) && push_8(m, o, &m->ssp, t->ssp));
}
