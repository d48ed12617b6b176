/* system_call.c: SDM 2B "SYSCALL", "SYSRET", "SYSENTER", "SYSEXIT": no descriptor is read, no stack is used. */
#include "internal.h"

static void enter(M *m, uint16_t cs, uint16_t ss, bool l)
{
    if (shadow_stack_enabled(m, m->cpl))
        m->pl_ssp[3] = m->ssp;
    m->segment[CS] = flat_segment(cs, true, 0, l);
    m->segment[SS] = flat_segment(ss, false, 0, false);
    m->cpl = 0;
    if (shadow_stack_enabled(m, 0))
        m->ssp = 0;
    wait_for_endbranch(m);
}

static void leave(M *m, uint16_t cs, uint16_t ss, bool l)
{
    m->segment[CS] = flat_segment(cs | 3, true, 3, l);
    m->segment[SS] = flat_segment(ss | 3, false, 3, false);
    m->cpl = 3;
    if (shadow_stack_enabled(m, 3))
        m->ssp = m->pl_ssp[3];
}

/* APM 3 "SYSCALL", "SYSRET": AMD's processors have both outside 64-bit mode, too, and ask for the mode where they ask for CPL. */
static bool recognized(const M *m, O *o)
{
    if (!(m->efer & EFER_SCE))
        return raise_plain(o, UD, RULE("syscall.not-enabled", "2B SYSCALL"));
    if (!is_64bit(m) && !choose(m, o, CHOICE_SYSCALL_COMPAT))
        return raise_plain(o, UD, RULE("syscall.not-64-bit", "2B SYSCALL"));
    return true;
}

static bool syscall(M *m, O *o, unsigned length)
{
    uint16_t cs = m->star >> 32 & 0xfffc;

    if (!recognized(m, o))
        return false;
    m->gpr[RCX] = m->rip + length;
    if (is_ia32e(m)) {
        m->rip = is_64bit(m) ? m->lstar : m->cstar;
        m->gpr[R11] = m->rflags;
        m->rflags = (m->rflags & ~m->fmask) | FL_ONE;
        leave_open(o, "r11", FL_RF, "SDM 2B \"SYSCALL\" copies RFLAGS, APM 3 \"SYSCALL\" with RF cleared");
    } else {
        m->rip = m->star & LOW32;
        m->rflags &= ~(FL_IF | FL_RF | FL_VM);
    }
    enter(m, cs, (uint16_t)((m->star >> 32) + 8), is_ia32e(m));
    return true;
}

static bool sysret(M *m, O *o, unsigned operand_size)
{
    bool wide = operand_size == 64, in_64bit = is_64bit(m);
    uint16_t base = (uint16_t)(m->star >> 48);
    struct segment ss = m->segment[SS];

    if (!recognized(m, o))
        return false;
    if (!is_protected(m) || m->cpl != 0)
        return raise(o, GP, 0, RULE("sysret.cpl", "2B SYSRET; APM 3 SYSRET"));
    if (wide && !is_canonical(m, m->gpr[RCX]) && !choose(m, o, CHOICE_SYSRET_CANONICAL))
        return raise(o, GP, 0, RULE("sysret.rcx-non-canonical", "2B SYSRET"));
    m->rip = wide ? m->gpr[RCX] : m->gpr[RCX] & LOW32;
    m->rflags = in_64bit ? (m->gpr[R11] & 0x3c7fd7) | FL_ONE : m->rflags | FL_IF;
    leave(m, (uint16_t)(wide ? base + 16 : base), (uint16_t)(base + 8), wide);
    if (choose(m, o, CHOICE_SYSRET_SS)) { /* APM 3 "SYSRET": the selector as it is, and nothing else of SS */
        m->segment[SS] = ss;
        m->segment[SS].selector = (uint16_t)(base + 8);
        m->segment[SS].dpl = 3;
    }
    return true;
}

static bool sysenter(M *m, O *o)
{
    uint16_t cs = m->sysenter_cs & 0xfffc;
    bool wide = is_ia32e(m);

    if (wide && choose(m, o, CHOICE_SYSENTER_LONG))
        return raise_plain(o, UD, RULE("sysenter.long-mode", "APM 2 SYSENTER and SYSEXIT (Legacy Mode Only)"));
    if (!is_protected(m) || !cs)
        return raise(o, GP, 0, RULE("sysenter.cs-null", "2B SYSENTER"));
    m->rflags &= ~(FL_VM | FL_IF);
    m->gpr[RSP] = wide ? m->sysenter_esp : m->sysenter_esp & LOW32;
    m->rip = wide ? m->sysenter_eip : m->sysenter_eip & LOW32;
    enter(m, cs, cs + 8, wide);
    return true;
}

static bool sysexit(M *m, O *o, unsigned operand_size)
{
    uint16_t cs = (uint16_t)m->sysenter_cs;
    bool wide = operand_size == 64;

    if (is_ia32e(m) && choose(m, o, CHOICE_SYSENTER_LONG))
        return raise_plain(o, UD, RULE("sysexit.long-mode", "APM 2 SYSENTER and SYSEXIT (Legacy Mode Only)"));
    if (!(cs & 0xfffc) || !is_protected(m) || m->cpl != 0)
        return raise(o, GP, 0, RULE("sysexit.cs-null-or-cpl", "2B SYSEXIT"));
    if (wide && (!is_canonical(m, m->gpr[RCX]) || !is_canonical(m, m->gpr[RDX])))
        return raise(o, GP, 0, RULE("sysexit.non-canonical", "2B SYSEXIT, 64-Bit Mode Exceptions"));
    m->gpr[RSP] = wide ? m->gpr[RCX] : m->gpr[RCX] & LOW32;
    m->rip = wide ? m->gpr[RDX] : m->gpr[RDX] & LOW32;
    leave(m, (uint16_t)(cs + (wide ? 32 : 16)), (uint16_t)(cs + (wide ? 40 : 24)), wide);
    return true;
}

void spec_system_call(M *m, enum system_call which, unsigned operand_size, unsigned length, O *o)
{
    begin(o);
    bool done = which == SYSTEM_SYSCALL    ? syscall(m, o, length)
                : which == SYSTEM_SYSRET   ? sysret(m, o, operand_size)
                : which == SYSTEM_SYSENTER ? sysenter(m, o)
                                           : sysexit(m, o, operand_size);

    if (finish(o, done))
        m->sti_shadow = m->mov_ss_shadow = 0;
}
