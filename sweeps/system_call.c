/*
 * SDM 2B "SYSCALL", "SYSRET", "SYSENTER", "SYSEXIT", in IA-32e mode: the MSRs, RCX, RDX and R11 × the mode × RFLAGS, and an INT n
 * where they lead.
 */
#define OWN_INSTRUCTIONS
#include "sweep/sweep.h"

const char sweep_about[] = "SYSCALL, SYSRET, SYSENTER and SYSEXIT, and an INT n where they lead";

enum {
    INSTRUCTION,
    MODE,
    SCE,
    SYSCALL_CS,
    SYSRET_CS,
    SYSENTER_CS,
    ENTRY,
    RCX_VALUE,
    RDX_VALUE,
    R11_VALUE,
    FMASK,
    STACK,
    ENTRY_STACK,
    TF,
    IF,
    DF,
    NT,
    RF,
    AC,
    ID,
    IOPL,
    STATUS
};

enum { SYSCALL, SYSRET, SYSRETQ, SYSENTER, SYSEXIT, SYSEXITQ };
static const uint8_t code[][16] __attribute__((aligned(16))) = {
    [SYSCALL] = {0x0f, 0x05, 0xcd, VECTOR_RAN_ON},       [SYSRET] = {0x0f, 0x07, 0xcd, VECTOR_RAN_ON},
    [SYSRETQ] = {0x48, 0x0f, 0x07, 0xcd, VECTOR_RAN_ON}, [SYSENTER] = {0x0f, 0x34, 0xcd, VECTOR_RAN_ON},
    [SYSEXIT] = {0x0f, 0x35, 0xcd, VECTOR_RAN_ON},       [SYSEXITQ] = {0x48, 0x0f, 0x35, 0xcd, VECTOR_RAN_ON},
};

/* WRMSR takes no address that isn't canonical, so that the MSRs never hold one. */
#define CANONICAL_TARGETS                                                                                                         \
    {"landing", LANDING}, {"landing + 64 KiB", LANDING + 0x10000}, {"missing", PAGE_MISSING}, {"supervisor", LANDING_SUPERVISOR}, \
        {"above 4 GiB", (1ull << 32) + LANDING}, {"high", LANDING_HIGH},                                                          \
    {                                                                                                                             \
        "last low", PAGE_LAST_LOW + 0xffe                                                                                         \
    }
#define TARGETS                                                                                                                              \
    CANONICAL_TARGETS, {"first non-canonical", 1ull << 47}, {"last non-canonical", 0xffff7fffffffffffull}, {"bit 48", 1ull << 48 | LANDING}, \
    {                                                                                                                                        \
        "all but bit 47", ~(1ull << 47)                                                                                                      \
    }
#define STACKS                                                                                                                    \
    {"aligned", 0x800}, {"+8", 0x808}, {"+1", 0x801}, {"missing", PAGE_MISSING + 0x800}, {"supervisor", PAGE_SUPERVISOR + 0x800}, \
        {"into missing", PAGE_ABOVE_MISSING + 0x18}, {"last low", PAGE_LAST_LOW + 0x800}, {"high", PAGE_FIRST_HIGH + 0x800},      \
        {"high, into non-canonical", PAGE_FIRST_HIGH + 0x20},                                                                     \
    {                                                                                                                             \
        "zero", 0                                                                                                                 \
    }
#define SELECTORS_OF_MSR(first)                                                                                                                 \
    {"ring 0", first}, {"0", 0}, {"1", 1}, {"3", 3}, {"4", 4}, {"RPL 3", (first) | 3}, {"TI", (first) | 4}, {"FFFF", 0xffff}, {"FFF8", 0xfff8}, \
        {"FFF0", 0xfff0},                                                                                                                       \
    {                                                                                                                                           \
        "FFE8", 0xffe8                                                                                                                          \
    }

const struct axis sweep_axes[] = {
    AXIS(INSTRUCTION, {"syscall", SYSCALL}, {"sysret", SYSRET}, {"sysretq", SYSRETQ}, {"sysenter", SYSENTER}, {"sysexit", SYSEXIT},
         {"sysexitq", SYSEXITQ}),
    AXIS(MODE, MODES),
    AXIS(SCE, SET_FIRST),
    AXIS(SYSCALL_CS, SELECTORS_OF_MSR(SEL_CODE64)),
    AXIS(SYSRET_CS, SELECTORS_OF_MSR(SEL_CODE64 + 32)),
    AXIS(SYSENTER_CS, SELECTORS_OF_MSR(SEL_CODE64), {"bit 16", 0x10000}, {"bits 31:16", 0xffff0000 | SEL_CODE64}),
    AXIS(ENTRY, CANONICAL_TARGETS),
    AXIS(RCX_VALUE, TARGETS),
    AXIS(RDX_VALUE, TARGETS),
    AXIS(R11_VALUE, {"0", 0}, {"2", 2}, {"TF", 1 << 8}, {"IF", 1 << 9}, {"DF", 1 << 10}, {"IOPL", 3 << 12}, {"NT", 1 << 14}, {"RF", 1 << 16},
         {"VM", 1 << 17}, {"AC", 1 << 18}, {"VIF", 1 << 19}, {"VIP", 1 << 20}, {"ID", 1 << 21}, {"status", 0x8d5}, {"bit 15", 1 << 15},
         {"bit 22", 1 << 22}, {"bit 63", 1ull << 63}, {"all but TF", ~(1ull << 8)}, {"all", ~0ull}),
    AXIS(FMASK, {"all", 0xffffffff}, {"0", 0}, {"TF", 1 << 8}, {"IF", 1 << 9}, {"DF", 1 << 10}, {"IOPL", 3 << 12}, {"NT", 1 << 14}, {"RF", 1 << 16},
         {"AC", 1 << 18}, {"ID", 1 << 21}, {"status", 0x8d5}, {"bit 1", 2}),
    AXIS(STACK, STACKS),
    AXIS(ENTRY_STACK, STACKS),
    FLAGS(TF, FLAG(1 << 8)),
    FLAGS(IF, FLAG(1 << 9)),
    FLAGS(DF, FLAG(1 << 10)),
    FLAGS(NT, FLAG(1 << 14)),
    FLAGS(RF, FLAG(1 << 16)),
    FLAGS(AC, FLAG(1 << 18)),
    FLAGS(ID, FLAG(1 << 21)),
    FLAGS(IOPL, {"0", 0}, {"1", 1 << 12}, {"2", 2 << 12}, {"3", 3 << 12}),
    FLAGS(STATUS, {"0", 0}, {"1", 0x8d5}),
    {0},
};

void prepare(void)
{
    watch(WATCH_REGISTERS | WATCH_SYSTEM_CALLS);
    put_words(PAGE_LAST_LOW + 0xffe, 1, (const uint64_t[]){0xcd, VECTOR_RAN_ON}, 2);
}

#define SINGLE_STEP (1ull << 14)
#define TRAP_FLAG (1ull << 8)

bool execute_own(struct machine *m, struct pending *pending, struct outcome *o, struct event *event)
{
    static const uint8_t operations[] = {SYSTEM_SYSCALL, SYSTEM_SYSRET, SYSTEM_SYSRET, SYSTEM_SYSENTER, SYSTEM_SYSEXIT, SYSTEM_SYSEXIT};
    uint64_t which = (m->rip - (uintptr_t)code) / sizeof(*code), tf = m->rflags & TRAP_FLAG;

    *event = (struct event){.kind = EVENT_INT_N, .vector = VECTOR_RAN_ON, .length = 2};
    if (which > SYSEXITQ) /* where it leads */
        return false;
    spec_system_call(m, (enum system_call)operations[which], which == SYSRETQ || which == SYSEXITQ ? 64 : 32, 2, o);
    if (o->end == END_FAULT) {
        *event = o->event;
        return false;
    }
    if (which < SYSENTER)
        tf = m->rflags & TRAP_FLAG; /* docs/doubts.md, "TF and SYSCALL, SYSRET" */
    pending->dr6 |= tf ? SINGLE_STEP : 0;
    return true;
}

void set_up(const uint64_t v[], struct state *s)
{
    enter_mode(s, (enum mode)v[MODE]);
    /* no REX in compatibility mode, and RSP beyond ESP there is what no manual decides */
    s->absent = is_compat(s) && (v[INSTRUCTION] == SYSRETQ || v[INSTRUCTION] == SYSEXITQ);
    s->absent |= (is_compat(s) || v[INSTRUCTION] == SYSRET) && v[STACK] > UINT32_MAX;
    /* a 32-bit return leads to landings, or to pages that aren't there; and DR0 to DR3 have 0 */
    s->absent |= v[INSTRUCTION] == SYSRET && (uint32_t)((uint32_t)v[RCX_VALUE] + 2) <= 2;
    if (s->absent)
        return;
    s->machine.rip = (uintptr_t)code[v[INSTRUCTION]];
    s->machine.efer = v[SCE] ? s->machine.efer : s->machine.efer & ~1ull;
    s->machine.star = v[SYSCALL_CS] << 32 | v[SYSRET_CS] << 48;
    s->machine.lstar = v[ENTRY];
    s->machine.cstar = v[ENTRY];
    s->machine.fmask = v[FMASK];
    s->machine.sysenter_cs = v[SYSENTER_CS];
    s->machine.sysenter_eip = v[ENTRY];
    s->machine.sysenter_esp = stack_pointer(&stack_of_ring[1], v[ENTRY_STACK]);
    s->machine.gpr[RSP] = stack_pointer(&stack_of_program, v[STACK]);
    s->machine.gpr[RCX] = v[RCX_VALUE];
    s->machine.gpr[RDX] = v[RDX_VALUE];
    s->machine.gpr[R11] = v[R11_VALUE];
}
