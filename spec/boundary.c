/* boundary.c: SDM 3A "Priority Among Simultaneous Exceptions and Interrupts": what comes before the next instruction. */
#include "internal.h"

#define DR6_BT (1ull << 15)
#define BREAK_EXECUTE 0

static uint64_t linear_ip(const M *m)
{
    return is_64bit(m) ? m->rip : (m->segment[CS].base + m->rip) & LOW32;
}

/* SDM 3B "Instruction-Breakpoint Exception Condition": Bn of each enabled breakpoint on the instruction's first byte. */
static uint64_t code_breakpoints(const M *m)
{
    uint64_t linear = linear_ip(m), met = 0;

#pragma GCC unroll 4
    for (unsigned n = 0; n < 4; n++)
        if (m->dr7 >> 2 * n & 3 && (m->dr7 >> (16 + 4 * n) & 3) == BREAK_EXECUTE && m->dr[n] == linear)
            met |= 1ull << n;
    return met;
}

/* 8, faults from fetching the next instruction: its first byte. What lies behind it is the instruction's own business. */
static bool fetch(M *m, O *o)
{
    uint64_t physical;
    struct access access = {.linear = linear_ip(m), .fetch = 1, .user = m->cpl == 3};

    if (is_64bit(m) && !is_canonical(m, m->rip))
        return raise(o, GP, 0, RULE("boundary.rip-non-canonical", "APM 2 Segment Registers in 64-Bit Mode"));
    if (!is_64bit(m) && !ip_within_limit(&m->segment[CS], m->rip))
        return raise(o, GP, 0, RULE("boundary.eip-beyond-limit", "3A Limit Checking"));
    return translate_access(m, &access, &physical, o);
}

static bool first(M *m, struct pending *p, struct event *e, O *o)
{
    bool after_mov_ss = m->mov_ss_shadow;
    uint64_t met;

    if (p->machine_check) { /* 1 */
        *e = (struct event){.kind = EVENT_ABORT, .vector = MC};
        p->machine_check = 0;
        note_rule(o, RULE("boundary.machine-check", "3A Priority Among Simultaneous Exceptions and Interrupts"));
        return true;
    }
    /* 2 trap on task switch, 4 traps on the previous instruction; SDM 3A "Masking Exceptions and Interrupts When Switching Stacks" */
    if (p->dr6 & DR6_BT || (p->dr6 && !after_mov_ss)) {
        *e = (struct event){.kind = EVENT_TRAP, .vector = DB, .dr6 = p->dr6};
        p->dr6 = 0;
        note_rule(o, RULE("boundary.trap", "3A Priority Among Simultaneous Exceptions and Interrupts"));
        return true;
    }
    if (p->nmi && !m->nmi_blocked && !after_mov_ss) { /* 5 */
        *e = (struct event){.kind = EVENT_NMI, .vector = NMI};
        p->nmi = 0;
        note_rule(o, RULE("boundary.nmi", "3A Priority Among Simultaneous Exceptions and Interrupts"));
        return true;
    }
    if (p->interrupt && m->rflags & FL_IF && !m->sti_shadow && !after_mov_ss) { /* 6 */
        *e = (struct event){.kind = EVENT_INTERRUPT, .vector = p->vector};
        p->interrupt = 0;
        note_rule(o, RULE("boundary.interrupt", "3A Priority Among Simultaneous Exceptions and Interrupts"));
        return true;
    }
    met = code_breakpoints(m); /* 7 */
    if (met && !(m->rflags & FL_RF) && !(after_mov_ss && !choose(m, o, CHOICE_DB_MOV_SS))) {
        *e = (struct event){.kind = EVENT_FAULT, .vector = DB, .dr6 = met, .breakpoint = 1};
        note_rule(o, RULE("boundary.code-breakpoint", "3B Instruction-Breakpoint Exception Condition"));
        return true;
    }
    if (is_protected(m) && virtual_interrupts(m) && m->rflags & FL_VIF && m->rflags & FL_VIP) {
        raise(o, GP, 0, RULE("boundary.virtual-interrupt-pending", "3B Class 2-Maskable Hardware Interrupt Handling"));
        *e = o->event;
        return true;
    }
    if (!fetch(m, o)) {
        *e = o->event;
        return true;
    }
    return false;
}

bool spec_boundary(M *m, struct pending *p, struct event *e, O *o)
{
    begin(o);
    if (first(m, p, e, o))
        return true;
    m->rflags &= ~FL_RF; /* the instruction begins, and uses them up */
    m->sti_shadow = m->mov_ss_shadow = 0;
    return false;
}
