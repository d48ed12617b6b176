/* Only INT n, INT3 and INTO look at the gate's DPL. Exceptions, interrupts and INT1 reach a gate of DPL 0 from CPL 3. */
#include <case.h>

#define SPEC "SDM 3A \"Protection of Exception- and Interrupt-Handler Procedures\""

static void ud2(void)
{
    in_user_mode();
    FAULT("ud2");
}

static void int1(void)
{
    in_user_mode();
    FAULT(".byte 0xf1");
}

static void interrupt(void)
{
    enable_apic();
    in_user_mode();
    send_self(0x60);
    FAULT("nop"); /* IF=1 from the start: it comes before the program's first instruction */
}

VARIANTS({VARIANT, .name = "ud", .about = "UD2 at CPL 3, gate of DPL 0", .spec = SPEC, .id = "idt-dpl-ignored-hw", .vector = VEC_UD,
          .error = NO_ERROR, .saved_rip = AT_FAULT, .run = ud2},
         {VARIANT, .name = "int1", .about = "INT1 at CPL 3, gate of DPL 0", .spec = SPEC, .vector = VEC_DB, .error = NO_ERROR, .saved_rip = AFTER,
          .run = int1},
         {VARIANT, .name = "irq", .about = "self-IPI pending when CPL 3 starts with IF=1, gate of DPL 0", .spec = SPEC, .id = "idt-dpl-ignored-irq",
          .vector = 0x60, .error = NO_ERROR, .saved_rip = AT_FAULT, .run = interrupt});
