/*
 * Only INT n, INT3 and INTO look at the gate's DPL. Exceptions, interrupts and INT1 reach a gate of DPL 0 from CPL 3 (invalid_opcode/undefined_user,
 * debug/int1_user_dpl0).
 */
#include <case.h>

#define SPEC "SDM 3A \"Protection of Exception- and Interrupt-Handler Procedures\""

static void interrupt(void)
{
    enable_apic();
    in_user_mode();
    send_self(0x60);
    FAULT("nop"); /* IF=1 from the start: it comes before the program's first instruction */
}

VARIANTS({VARIANT, .name = "irq", .about = "self-IPI pending when CPL 3 starts with IF=1, gate of DPL 0", .spec = SPEC, .id = "idt-dpl-ignored-irq",
          .vector = 0x60, .error = NO_ERROR, .saved_rip = AT_FAULT, .run = interrupt});
