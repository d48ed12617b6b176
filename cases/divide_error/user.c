/* #DE at CPL 3: the gate's DPL doesn't matter for an exception; the gate's type decides about IF. */
#include <case.h>

static void run(void)
{
    set_gate(VEC_DE, .type = (unsigned)ARG0);
    in_user_mode();
    start.rdx = 0;
    start.rcx = 0;
    FAULT("div ecx");
}

VARIANTS({VARIANT, .name = "interrupt_gate", .about = "DIV ECX at CPL 3, the divisor is 0",
          .spec = "SDM 3A \"Interrupt 0-Divide Error Exception (#DE)\"", .id = "de-user", .vector = VEC_DE, .error = NO_ERROR, .saved_rip = AT_FAULT,
          .run = run, .arg = {GATE_INTERRUPT}},
         {VARIANT, .name = "trap_gate", .about = "DIV ECX at CPL 3, the divisor is 0, through a trap gate: IF stays 1",
          .spec = "SDM 3A \"Flag Usage By Exception- or Interrupt-Handler Procedure\"", .id = "de-user-trapgate", .vector = VEC_DE, .error = NO_ERROR,
          .saved_rip = AT_FAULT, .run = run, .arg = {GATE_TRAP}});
