/*
 * A breakpoint on a handler's first instruction: the frame of the interrupt is complete, then the breakpoint's comes,
 * below it and at the handler's CPL.
 */
#include <case.h>

static void run(void)
{
    uintptr_t entry = gate_of(0x40)->offset_15_0 | (uintptr_t)gate_of(0x40)->offset_31_16 << 16;

    name_place("handler_40", entry, 16);
    set_gate(0x40, .dpl = 3);
    set_breakpoint(0, entry, BREAK_EXECUTE, LENGTH_1);
    on_exception(VEC_DB, step_over_breakpoint);
    if (ARG0 == 3)
        in_user_mode();
    FAULT("int 0x40");
}

/* RF of the frame is one thing, RF in the handler another: delivery clears it, so the breakpoint isn't held back. */
static void fault(void)
{
    uintptr_t entry = gate_of(VEC_UD)->offset_15_0 | (uintptr_t)gate_of(VEC_UD)->offset_31_16 << 16;

    name_place("handler_ud", entry, 16);
    set_breakpoint(0, entry, BREAK_EXECUTE, LENGTH_1);
    on_exception(VEC_DB, step_over_breakpoint);
    start.rflags |= ARG0;
    FAULT("ud2");
}

/* The NMI comes at the program's first boundary, where RF is still 1. */
static void nmi_rf(void)
{
    uintptr_t entry = gate_of(VEC_NMI)->offset_15_0 | (uintptr_t)gate_of(VEC_NMI)->offset_31_16 << 16;

    name_place("handler_nmi", entry, 16);
    set_breakpoint(0, entry, BREAK_EXECUTE, LENGTH_1);
    on_exception(VEC_DB, step_over_breakpoint);
    enable_apic();
    block_nmi();
    send_self_nmi();
    start.rflags |= RFLAGS_RF;
    FAULT("nop");
}

#define ENTRY "SDM 3B \"Instruction-Breakpoint Exception Condition\""

VARIANTS({VARIANT, .name = "kernel", .about = "INT 0x40 at CPL 0 to a handler with a breakpoint: #DB, then the handler", .spec = ENTRY,
          .id = "db-exec-handler-entry", .vector = VEC_DB, .error = NO_ERROR, .saved_rip = "handler_40", .run = run},
         {VARIANT, .name = "user", .about = "INT 0x40 at CPL 3 to a handler with a breakpoint: #DB at CPL 0, then the handler", .spec = ENTRY,
          .vector = VEC_DB, .error = NO_ERROR, .saved_rip = "handler_40", .run = run, .arg = {3}},
         {VARIANT, .name = "fault", .about = "UD2, RF=0, whose handler has a breakpoint: #DB, then the handler", .spec = ENTRY, .vector = VEC_DB,
          .error = NO_ERROR, .saved_rip = "handler_ud", .run = fault},
         {VARIANT, .name = "fault_rf", .about = "UD2, RF=1, whose handler has a breakpoint: delivery clears RF, #DB, then the handler", .spec = ENTRY,
          .vector = VEC_DB, .error = NO_ERROR, .saved_rip = "handler_ud", .run = fault, .arg = {RFLAGS_RF}},
         {VARIANT, .name = "nmi_rf",
          .about = "an NMI at a boundary with RF=1, whose handler has a breakpoint: delivery clears RF, #DB, then the handler", .spec = ENTRY,
          .vector = VEC_DB, .error = NO_ERROR, .saved_rip = "handler_nmi", .needs = "apic", .run = nmi_rf});
