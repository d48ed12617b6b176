/*
 * INT n, INT3 and INTO reach a gate only if CPL is not above its DPL; #GP(vector * 8 + IDT) otherwise. Exceptions, interrupts
 * and INT1 never look at it.
 */
#include <case32.h>

#define SPEC "SDM 3A \"Protection of Exception- and Interrupt-Handler Procedures\""

/* The CPL is ARG0, the gate's DPL ARG1. */
#define EVENT(name, vector, text)                \
    static void name(void)                       \
    {                                            \
        in_ring((unsigned)ARG0);                 \
        set_gate(vector, .dpl = (unsigned)ARG1); \
        FAULT(text);                             \
    }

EVENT(int_n, 0x40, "int 0x40")
EVENT(int3, VEC_BP, "int3")
EVENT(into, VEC_OF, "into")
EVENT(int1, VEC_DB, ".byte 0xf1")
EVENT(int_1, VEC_DB, ".byte 0xcd, 1")
EVENT(int_6, VEC_UD, ".byte 0xcd, 6")
EVENT(int_14, VEC_PF, ".byte 0xcd, 14")
EVENT(ud2, VEC_UD, "ud2")

static void trap_gate16(void)
{
    in_ring((unsigned)ARG0);
    set_gate(0x40, .dpl = (unsigned)ARG1, .type = GATE_TRAP16);
    FAULT("int 0x40");
}

static void task_gate(void)
{
    in_ring((unsigned)ARG0);
    set_task_gate(0x40, add_task("handler"), .dpl = (unsigned)ARG1);
    FAULT("int 0x40");
}

/* 10 to 20, and 9. */
static void bound(void)
{
    uint32_t *bounds;

    in_ring((unsigned)ARG0);
    start.ebx = map_page("bounds", PAGE_PRESENT | PAGE_WRITE | PAGE_USER);
    bounds = frame_of(start.ebx);
    bounds[0] = 10;
    bounds[1] = 20;
    start.eax = 9;
    FAULT("bound eax, [ebx]");
}

static void single_step(void)
{
    in_ring((unsigned)ARG0);
    start.eflags |= EFLAGS_TF;
    FAULT("nop");
}

static void not_taken(void)
{
    start.eflags &= ~EFLAGS_OF;
    into();
}

static void interrupt(void)
{
    enable_apic();
    in_ring((unsigned)ARG0);
    send_self(0x60);
    FAULT("nop"); /* IF=1 from the start: it comes before the program's first instruction */
}

static void nmi(void)
{
    enable_apic();
    in_ring((unsigned)ARG0);
    block_nmi();
    send_self_nmi();
    FAULT("nop");
}

#define ROW(name_, about_, id_, cpl, dpl, vector_, error_, rip_, run_, ...)                                                                   \
    {                                                                                                                                         \
        VARIANT, .name = name_, .about = about_, .spec = SPEC, .id = id_, .vector = vector_, .error = error_, .saved_rip = rip_, .run = run_, \
                 .arg = {cpl, dpl}, __VA_ARGS__                                                                                               \
    }
#define DENIED(name, what, cpl, dpl, gate, run) \
    ROW(name, what " at CPL " #cpl ", gate of DPL " #dpl, "", cpl, dpl, VEC_GP, IDT_ERROR(gate), AT_FAULT, run, )
#define REACHED(name, what, id, cpl, dpl, vector, rip, run, ...) \
    ROW(name, what " at CPL " #cpl ", gate of DPL " #dpl ": delivered", id, cpl, dpl, vector, NO_ERROR, rip, run, __VA_ARGS__)

VARIANTS(DENIED("int_3_0", "INT 0x40", 3, 0, 0x40, int_n), DENIED("int_3_1", "INT 0x40", 3, 1, 0x40, int_n),
         DENIED("int_2_1", "INT 0x40", 2, 1, 0x40, int_n), DENIED("int_2_0", "INT 0x40", 2, 0, 0x40, int_n),
         REACHED("int_2_2", "INT 0x40", "", 2, 2, 0x40, AFTER, int_n, ), REACHED("int_1_1", "INT 0x40", "", 1, 1, 0x40, AFTER, int_n, ),
         REACHED("int_1_2", "INT 0x40", "", 1, 2, 0x40, AFTER, int_n, ), REACHED("int_0_3", "INT 0x40", "", 0, 3, 0x40, AFTER, int_n, ),
         DENIED("trap16", "INT 0x40 through a 16-bit trap gate", 3, 2, 0x40, trap_gate16),
         DENIED("task", "INT 0x40 through a task gate", 3, 2, 0x40, task_gate), DENIED("int3", "INT3", 3, 2, VEC_BP, int3),
         REACHED("int3_3", "INT3", "bp-pm32-user", 3, 3, VEC_BP, AFTER, int3, ), DENIED("into", "INTO", 3, 2, VEC_OF, into),
         REACHED("into_3", "INTO", "of-into-pm32-user", 3, 3, VEC_OF, AFTER, into, ),
         ROW("into_not_taken", "INTO with OF=0 at CPL 3, gate of DPL 0: nothing", "", 3, 0, NO_EXCEPTION, 0, NULL, not_taken, ),
         DENIED("cd_01", "CD 01, INT n with n=1,", 3, 0, VEC_DB, int_1), DENIED("cd_06", "CD 06, INT n with n=6,", 3, 0, VEC_UD, int_6),
         DENIED("cd_0e", "CD 0E, INT n with n=14,", 3, 0, VEC_PF, int_14), REACHED("int1", "INT1", "", 3, 0, VEC_DB, AFTER, int1, ),
         REACHED("ud", "UD2", "", 3, 0, VEC_UD, AT_FAULT, ud2, ), REACHED("ud_ring1", "UD2", "", 1, 0, VEC_UD, AT_FAULT, ud2, ),
         REACHED("bound", "BOUND", "", 3, 0, VEC_BR, AT_FAULT, bound, ), REACHED("step", "a single step", "", 3, 0, VEC_DB, AFTER, single_step, ),
         REACHED("irq", "a self-IPI", "", 3, 0, 0x60, AT_FAULT, interrupt, .needs = "apic"),
         REACHED("nmi", "an NMI", "", 3, 0, VEC_NMI, AT_FAULT, nmi, .needs = "apic"));
