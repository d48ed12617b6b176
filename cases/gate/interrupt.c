/* An interrupt gate clears IF, behind saving it; whatever was delivered, from whatever privilege level. */
#include <case.h>

#define SPEC "SDM 3A \"Flag Usage By Exception- or Interrupt-Handler Procedure\""

static void by_int(void)
{
    if (!ARG0)
        start.rflags &= ~RFLAGS_IF;
    set_gate(0x40, .type = GATE_INTERRUPT);
    FAULT("int 0x40");
}

static void by_user_int(void)
{
    in_user_mode();
    set_gate(0x40, .type = GATE_INTERRUPT, .dpl = 3);
    FAULT("int 0x40");
}

static void by_fault(void)
{
    set_gate(VEC_UD, .type = GATE_INTERRUPT);
    FAULT("ud2");
}

VARIANTS({VARIANT, .name = "clears_if", .about = "INT 0x40 at CPL 0 with IF=1, interrupt gate", .spec = SPEC, .id = "frame-flags-after-intgate",
          .vector = 0x40, .error = NO_ERROR, .saved_rip = AFTER, .run = by_int, .arg = {1}},
         {VARIANT, .name = "if_clear", .about = "INT 0x40 at CPL 0 with IF=0, interrupt gate: saved as 0", .spec = SPEC, .vector = 0x40,
          .error = NO_ERROR, .saved_rip = AFTER, .run = by_int, .arg = {0}},
         {VARIANT, .name = "clears_if_user", .about = "INT 0x40 at CPL 3 with IF=1, interrupt gate", .spec = SPEC, .vector = 0x40, .error = NO_ERROR,
          .saved_rip = AFTER, .run = by_user_int},
         {VARIANT, .name = "clears_if_fault", .about = "UD2 at CPL 0 with IF=1, interrupt gate", .spec = SPEC, .vector = VEC_UD, .error = NO_ERROR,
          .saved_rip = AT_FAULT, .run = by_fault});
