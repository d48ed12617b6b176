/* boundary.c: SDM 3A "Priority Among Simultaneous Exceptions and Interrupts": what comes before the next instruction. */
#include "internal.h"

#define DR6_BN 15ull
#define DR6_BD (1ull << 13)
#define DR6_BS (1ull << 14)
#define DR6_BT (1ull << 15)
#define DR7_GD (1ull << 13)
#define IS_ENABLED(m, n) ((m)->dr7 >> 2 * (n)&3)    /* Ln, Gn */
#define KIND(m, n) ((m)->dr7 >> (16 + 4 * (n)) & 3) /* R/Wn */
enum { BREAK_EXECUTE, BREAK_WRITE, BREAK_IO, BREAK_READ_WRITE };

static uint64_t linear_ip(const M *m)
{
    return is_64bit(m) ? m->rip : (m->segment[CS].base + m->rip) & LOW32;
}

/* SDM 3B "Instruction-Breakpoint Exception Condition": Bn of each breakpoint on the instruction's first byte. */
static inline uint64_t code_breakpoints(const M *m, bool enabled)
{
    uint64_t linear = linear_ip(m), met = 0;

#pragma GCC unroll 4
    for (unsigned n = 0; n < 4; n++)
        if (!IS_ENABLED(m, n) != enabled && KIND(m, n) == BREAK_EXECUTE && m->dr[n] == linear)
            met |= 1ull << n;
    return met;
}

/* SDM 3B "Data Memory and I/O Breakpoint Exception Conditions", "Breakpoint Field Recognition" */
void spec_watch(const M *m, enum spec_watch access, uint64_t address, unsigned size, struct pending *p)
{
    for (unsigned n = 0; n < 4; n++) {
        unsigned kind = KIND(m, n), field = m->dr7 >> (18 + 4 * n) & 3; /* LENn: 1, 2, 8, 4 bytes */
        uint64_t length = field == 2 ? 8 : field + 1, first = m->dr[n] & -length;
        bool meant =
            access == WATCH_IO ? kind == BREAK_IO && m->cr4 & CR4_DE : kind == BREAK_READ_WRITE || (kind == BREAK_WRITE && access == WATCH_WRITE);

        if (meant && (address - first < length || first - address < size))
            *(IS_ENABLED(m, n) ? &p->dr6 : &p->dr6_maybe) |= 1ull << n;
    }
}

/* SDM 3B "Debug Status Register (DR6)": what a debug exception may report beyond its own conditions. */
static RARE void leave_others_open(const M *m, O *o, const struct pending *p, uint64_t due)
{
    uint64_t others = flag(m, FL_RF) ? 0 : code_breakpoints(m, true);

    if (choose(m, o, CHOICE_DB_NOT_ENABLED))
        others |= p->dr6_maybe | code_breakpoints(m, false) | code_breakpoints(m, true);
    if (others & ~due)
        leave_open(o, "dr6", others & ~due,
                   "SDM 3B \"Debug Status Register (DR6)\": Bn of a breakpoint that isn't enabled, or one or both of two conditions");
}

static RARE void note_traps(O *o, uint64_t dr6)
{
    if (dr6 & DR6_BN)
        note_rule(o, RULE("boundary.data-breakpoint", "3B Data Memory and I/O Breakpoint Exception Conditions"));
    if (dr6 & DR6_BS)
        note_rule(o, RULE("boundary.single-step", "3B Single-Step Exception Condition"));
    note_rule(o, RULE("boundary.trap", "3A Priority Among Simultaneous Exceptions and Interrupts"));
}

static bool debug_register(M *m, unsigned number, bool write, uint64_t *value, O *o)
{
    bool address = number < 4, control = number & 1; /* else status; DR4 and DR5 are DR6 and DR7 */

    if ((number & 6) == 4 && m->cr4 & CR4_DE)
        return raise_plain(o, UD, RULE("debug-register.reserved", "3B Debug Registers DR4 and DR5"));
    if (m->cpl != 0)
        return raise(o, GP, 0, RULE("debug-register.cpl", "2B MOV-Move to/from Debug Registers"));
    if (m->dr7 & DR7_GD) {
        raise_plain(o, DB, RULE("debug-register.general-detect", "3B General-Detect Exception Condition"));
        o->event.dr6 = DR6_BD;
        return false;
    }
    if (write && !address && *value >> 32)
        return raise(o, GP, 0, RULE("debug-register.upper-half", "3B Debug Registers and Intel 64 Processors"));
    if (!write)
        *value = address ? m->dr[number] : control ? m->dr7 : m->dr6;
    else if (address)
        m->dr[number] = *value;
    else if (control)
        m->dr7 = (*value & 0xffff2fff) | 0x400;
    else
        m->dr6 = (*value | 0xffff0ff0) & 0xffffefff;
    leave_open(o, "rflags", FL_STATUS, "SDM 2B \"MOV-Move to/from Debug Registers\" leaves the status flags undefined");
    return true;
}

void spec_debug_register(M *m, unsigned number, bool write, uint64_t *value, O *o)
{
    begin(o);
    finish(o, debug_register(m, number, write, value, o));
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
        leave_others_open(m, o, p, p->dr6);
        note_traps(o, p->dr6);
        p->dr6 = p->dr6_maybe = 0;
        return true;
    }
    if (p->nmi && !m->nmi_blocked && !after_mov_ss) { /* 5 */
        *e = (struct event){.kind = EVENT_NMI, .vector = NMI};
        p->nmi = 0;
        note_rule(o, RULE("boundary.nmi", "3A Priority Among Simultaneous Exceptions and Interrupts"));
        return true;
    }
    if (p->interrupt && flag(m, FL_IF) && !m->sti_shadow && !after_mov_ss) { /* 6 */
        *e = (struct event){.kind = EVENT_INTERRUPT, .vector = p->vector};
        p->interrupt = 0;
        note_rule(o, RULE("boundary.interrupt", "3A Priority Among Simultaneous Exceptions and Interrupts"));
        return true;
    }
    met = code_breakpoints(m, true); /* 7 */
    if (met && !flag(m, FL_RF) && !(after_mov_ss && !choose(m, o, CHOICE_DB_MOV_SS))) {
        *e = (struct event){.kind = EVENT_FAULT, .vector = DB, .dr6 = met, .breakpoint = 1};
        leave_others_open(m, o, p, met);
        note_rule(o, RULE("boundary.code-breakpoint", "3B Instruction-Breakpoint Exception Condition"));
        return true;
    }
    if (is_protected(m) && virtual_interrupts(m) && flag(m, FL_VIF) && flag(m, FL_VIP)) {
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
    p->dr6_maybe &= m->mov_ss_shadow ? ~0ull : 0;
    m->rflags &= ~FL_RF; /* the instruction begins, and uses them up */
    m->sti_shadow = m->mov_ss_shadow = 0;
    return false;
}
