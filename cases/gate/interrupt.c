/*
 * An interrupt gate clears IF, behind saving it; whatever was delivered, from whatever privilege level (all frames show it). This is also the plain
 * frame of IA-32e mode, on the current stack, since the gate has IST=0.
 */
#include <case.h>

#define SPEC "SDM 3A \"Flag Usage By Exception- or Interrupt-Handler Procedure\""

static void by_int(void)
{
    if (!ARG0)
        start.rflags &= ~RFLAGS_IF;
    set_gate(0x40, .type = GATE_INTERRUPT);
    FAULT("int 0x40");
}

VARIANTS({VARIANT, .name = "clears_if", .about = "INT 0x40 at CPL 0 with IF=1, interrupt gate", .spec = SPEC,
          .id = "frame-flags-after-intgate frame-layout-no-err frame-cs-ss-zero-extended ist-zero-uses-current", .vector = 0x40, .error = NO_ERROR,
          .saved_rip = AFTER, .run = by_int, .arg = {1}},
         {VARIANT, .name = "if_clear", .about = "INT 0x40 at CPL 0 with IF=0, interrupt gate: saved as 0", .spec = SPEC, .vector = 0x40,
          .error = NO_ERROR, .saved_rip = AFTER, .run = by_int, .arg = {0}});
