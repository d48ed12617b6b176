/* return.c: SDM 2A "IRET/IRETD/IRETQ" and the far forms of SDM 2B "RET". What both check is in the order of RET's Operation. */
#include "internal.h"

struct return_to {
    struct descriptor cs, ss;
    uint64_t rip, sp;
    uint16_t cs_selector, ss_selector;
    bool iret, outer, with_stack;
};

static bool check_return_code(M *m, O *o, struct return_to *r)
{
    uint16_t selector = r->cs_selector;
    uint32_t error = error_code(selector, false, 0);
    unsigned rpl = selector & 3;

    if (is_null(selector))
        return raise(o, GP, 0, RULE("return.cs-null", "2B RET"));
    if (!in_table(m, selector))
        return raise(o, GP, error, RULE("return.cs-beyond-limit", "2B RET"));
    if (!read_descriptor(m, o, selector, GP, 0, &r->cs))
        return false;
    const struct segment *cs = &r->cs.segment;

    if (!is_code(cs))
        return raise(o, GP, error, RULE("return.cs-type", "2B RET"));
    if (is_ia32e(m) && cs->l && cs->db)
        return raise(o, GP, error, RULE("return.cs-l-and-d", "2B RET"));
    if (rpl < m->cpl)
        return raise(o, GP, error, RULE("return.cs-rpl", "2B RET"));
    if (is_conforming(cs) && cs->dpl > rpl)
        return raise(o, GP, error, RULE("return.cs-conforming-dpl", "2B RET"));
    if (!is_conforming(cs) && cs->dpl != rpl)
        return raise(o, GP, error, RULE("return.cs-dpl", "2B RET"));
    if (!cs->p)
        return raise(o, NP, error, RULE("return.cs-not-present", "2B RET"));
    return true;
}

static bool check_return_stack(M *m, O *o, struct return_to *r)
{
    uint16_t selector = r->ss_selector;
    uint32_t error = error_code(selector, false, 0);
    unsigned rpl = r->cs_selector & 3;

    if (is_null(selector)) {
        if (!is_ia32e(m) || !r->cs.segment.l)
            return raise(o, GP, 0, RULE("return.ss-null", "2B RET"));
        if (rpl == 3)
            return raise(o, GP, 0, RULE("return.ss-null-user", "2A IRET, 64-Bit Mode Exceptions"));
        if ((selector & 3) != rpl && !choose(m, o, CHOICE_NULL_SS_RPL))
            return raise(o, GP, 0, RULE("return.ss-null-rpl", "2A IRET, 64-Bit Mode Exceptions"));
        r->ss.segment = null_segment(selector);
        r->ss.segment.dpl = (uint8_t)rpl;
        return true;
    }
    if (!in_table(m, selector))
        return raise(o, GP, error, RULE("return.ss-beyond-limit", "2B RET"));
    if (!read_descriptor(m, o, selector, GP, 0, &r->ss))
        return false;
    if ((selector & 3) != rpl)
        return raise(o, GP, error, RULE("return.ss-rpl", "2B RET"));
    if (!is_writable_data(&r->ss.segment))
        return raise(o, GP, error, RULE("return.ss-type", "2B RET"));
    if (r->ss.segment.dpl != rpl)
        return raise(o, GP, error, RULE("return.ss-dpl", "2B RET"));
    if (!r->ss.segment.p) {
        bool other = r->iret ? choose(m, o, CHOICE_IRET_SS_NOT_PRESENT) : is_ia32e(m) && choose(m, o, CHOICE_RET_SS_NOT_PRESENT);

        return raise(o, !r->iret && other ? NP : STACK, r->iret && other ? 0 : error, RULE("return.ss-not-present", "2B RET; 3A Interrupt 12"));
    }
    return true;
}

static bool check_return_address(const M *m, O *o, struct return_to *r)
{
    if (is_ia32e(m) && r->cs.segment.l)
        return is_canonical(m, r->rip) || raise(o, GP, 0, RULE("return.rip-non-canonical", "2A IRET"));
    r->rip &= LOW32;
    return ip_within_limit(&r->cs.segment, r->rip) || raise(o, GP, 0, RULE("return.eip-beyond-limit", "2A IRET; 2B RET"));
}

/* Everything that both do once the far pointer is read: `at` is where SS:SP lies, `used` what SP moves without them. */
static bool return_far(M *m, O *o, struct return_to *r, unsigned size, unsigned at, unsigned release)
{
    struct stack s = current_stack(m);
    uint64_t selector;

    if (!check_return_code(m, o, r))
        return false;
    r->outer = (r->cs_selector & 3) > m->cpl;
    r->with_stack = r->outer || (r->iret && is_64bit(m));
    if (r->with_stack) {
        if (!peek(m, o, &s, at, size, &r->sp) || !peek(m, o, &s, at + size, size, &selector))
            return false;
        r->ss_selector = (uint16_t)selector;
        if (!check_return_stack(m, o, r))
            return false;
    }
    if (!check_return_address(m, o, r))
        return false;
    bool long_mode = is_ia32e(m) && r->cs.segment.l;
    uint64_t lip = long_mode ? r->rip : r->cs.segment.base + r->rip;

    if (!shadow_leave(m, o, r->cs_selector & 3, r->cs_selector, lip, long_mode, r->outer, r->iret))
        return false;
    if (!set_accessed(m, o, &r->cs) || (r->with_stack && r->ss.segment.p && !set_accessed(m, o, &r->ss)))
        return false;
    m->segment[CS] = r->cs.segment;
    m->rip = r->rip;
    m->cpl = r->cs_selector & 3;
    if (r->with_stack) {
        m->segment[SS] = r->ss.segment;
        m->gpr[RSP] = r->sp + (r->outer ? release : 0);
        if (!long_mode)
            m->gpr[RSP] &= LOW32;
        if (!long_mode && !r->ss.segment.db)
            leave_open(o, "rsp", ~0xffffull, "SDM 2A \"IRET/IRETD/IRETQ\": what is loaded beyond SP isn't said");
        else if (!long_mode)
            leave_open(o, "rsp", ~LOW32, "SDM 1 \"General-Purpose Registers in 64-Bit Mode\": upper halves are undefined across modes");
    } else {
        s.sp += at;
        load_sp(m, &s, s.sp);
    }
    if (r->outer)
        drop_inner_data_segments(m, o);
    m->sti_shadow = m->mov_ss_shadow = 0;
    return true;
}

/* ---- IRET ---- */

struct image {
    uint64_t ip, cs, flags;
};

static bool pop_image(M *m, O *o, unsigned size, struct image *image)
{
    struct stack s = current_stack(m);

    return peek(m, o, &s, 0, size, &image->ip) && peek(m, o, &s, size, size, &image->cs) && peek(m, o, &s, 2 * size, size, &image->flags);
}

/* REAL-ADDRESS-MODE, RETURN-FROM-VIRTUAL-8086-MODE */
static bool iret_8086(M *m, O *o, unsigned size)
{
    struct stack s = current_stack(m);
    uint64_t kept = is_virtual_8086(m) ? FL_VM | FL_IOPL | FL_VIP | FL_VIF : FL_VM | FL_VIF | FL_VIP;
    uint64_t written = (size == 4 ? 0x257fd5 : 0x7fd5) & ~kept;
    struct image image;

    bool with_vif = is_virtual_8086(m) && iopl(m) < 3;

    if (with_vif && !(m->cr4 & CR4_VME && size == 2 && choose(m, o, CHOICE_IRET_VME)))
        return raise(o, GP, 0, RULE("iret.virtual-8086-iopl", "2A IRET"));
    if (!pop_image(m, o, size, &image))
        return false;
    if (with_vif && ((flag(m, FL_VIP) && image.flags & FL_IF) || image.flags & FL_TF)) /* as POPF */
        return raise(o, GP, 0, RULE("iret.vip-or-tf", "3B Method 6: Software Interrupt Handling; APM 3 IRET"));
    if (!ip_within_limit(&m->segment[CS], image.ip))
        return raise(o, GP, 0, RULE("return.eip-beyond-limit", "2A IRET; 2B RET"));
    load_8086_segment(m, CS, (uint16_t)image.cs);
    m->rip = image.ip;
    if (with_vif) {
        written &= ~FL_IF;
        m->rflags = (m->rflags & ~FL_VIF) | (image.flags & FL_IF ? FL_VIF : 0);
    }
    m->rflags = (m->rflags & ~written) | (image.flags & written);
    load_sp(m, &s, s.sp + 3 * size);
    return true;
}

/* TASK-RETURN */
static bool task_return(M *m, O *o, unsigned length)
{
    uint64_t link;

    if (!load(m, o, m->segment[TR].base, 2, AS_SYSTEM, &link))
        return false;
    struct resumption r = {{m->rip + length, 0}, {m->rflags, 0}, 0};

    if (!task_switch(m, o, (uint16_t)link, TASK_IRET, 0, &r))
        return false;
    return ip_within_limit(&m->segment[CS], m->rip) || raise(o, GP, 0, RULE("return.eip-beyond-limit", "2A IRET; 2B RET"));
}

/* RETURN-TO-VIRTUAL-8086-MODE */
static bool return_to_virtual_8086(M *m, O *o, const struct image *image)
{
    static const uint8_t order[] = {SS, ES, DS, FS, GS};
    struct stack s = current_stack(m);
    struct segment cs = virtual_8086_segment((uint16_t)image->cs);
    uint64_t sp, selector[5];

    if (m->cr4 & CR4_CET && m->u_cet & 5)
        return raise(o, GP, 0, RULE("iret.virtual-8086-cet", "2A IRET"));
    if (!ip_within_limit(&cs, image->ip))
        return raise(o, GP, 0, RULE("return.eip-beyond-limit", "2A IRET; 2B RET"));
    if (!peek(m, o, &s, 12, 4, &sp))
        return false;
    for (unsigned i = 0; i < 5; i++)
        if (!peek(m, o, &s, 16 + 4 * i, 4, &selector[i]))
            return false;
    if (!shadow_drop(m, o))
        return false;
    for (unsigned i = 0; i < 5; i++)
        m->segment[order[i]] = virtual_8086_segment((uint16_t)selector[i]);
    m->segment[CS] = cs;
    m->rip = image->ip;
    m->gpr[RSP] = sp;
    m->rflags = (image->flags & 0x3f7fd5) | FL_ONE;
    m->cpl = 3;
    note_rule(o, RULE("iret.to-virtual-8086", "2A IRET"));
    return true;
}

/* PROTECTED-MODE-RETURN and the IA-32e-MODE: which flags the image may write. */
static uint64_t written_flags(const M *m, unsigned size)
{
    uint64_t written = FL_STATUS | FL_TF | FL_DF | FL_NT;

    if (size > 2)
        written |= FL_RF | FL_AC | FL_ID;
    if (m->cpl <= iopl(m))
        written |= FL_IF;
    if (m->cpl == 0)
        written |= FL_IOPL | (size > 2 ? FL_VIF | FL_VIP : 0);
    return written;
}

static bool iret(M *m, O *o, unsigned size, unsigned length)
{
    struct return_to r = {.iret = true};
    struct image image;

    if (!is_protected(m) || is_virtual_8086(m))
        return iret_8086(m, o, size);
    if (flag(m, FL_NT)) {
        if (is_ia32e(m))
            return raise(o, GP, 0, RULE("iret.nested-task-ia32e", "2A IRET"));
        return task_return(m, o, length);
    }
    if (!pop_image(m, o, size, &image))
        return false;
    if (!is_ia32e(m) && size == 4 && image.flags & FL_VM && m->cpl == 0)
        return return_to_virtual_8086(m, o, &image);
    uint64_t written = written_flags(m, size);

    r.rip = image.ip;
    r.cs_selector = (uint16_t)image.cs;
    if (!return_far(m, o, &r, size, 3 * size, 0))
        return false;
    m->rflags = (m->rflags & ~written) | (image.flags & written);
    return true;
}

void spec_iret(M *m, unsigned operand_size, unsigned length, O *o)
{
    begin(o);
    m->nmi_blocked = 0; /* "even if the instruction causes a fault" */
    finish(o, iret(m, o, operand_size / 8, length));
}

/* ---- RET, far ---- */

static bool far_return(M *m, O *o, unsigned size, unsigned release)
{
    struct stack s = current_stack(m);
    struct return_to r = {0};
    uint64_t selector;

    if (!peek(m, o, &s, 0, size, &r.rip) || !peek(m, o, &s, size, size, &selector))
        return false;
    r.cs_selector = (uint16_t)selector;
    if (is_protected(m) && !is_virtual_8086(m))
        return return_far(m, o, &r, size, 2 * size + release, release);
    if (!ip_within_limit(&m->segment[CS], r.rip))
        return raise(o, GP, 0, RULE("return.eip-beyond-limit", "2A IRET; 2B RET"));
    load_8086_segment(m, CS, r.cs_selector);
    m->rip = r.rip;
    load_sp(m, &s, s.sp + 2 * size + release);
    return true;
}

void spec_far_return(M *m, unsigned operand_size, unsigned release, O *o)
{
    begin(o);
    finish(o, far_return(m, o, operand_size / 8, release));
}
