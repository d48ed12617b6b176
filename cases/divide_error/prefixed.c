/* The saved RIP of a fault is the address of the instruction's first byte, and that is the first prefix. */
#include <case.h>

CASE(.about = "DIV BX behind a CS and an operand-size prefix, at CPL 0, the divisor is 0",
     .spec = "SDM 3A \"Interrupt 0-Divide Error Exception (#DE)\"", .id = "de-div-prefixed", .vector = VEC_DE, .error = NO_ERROR,
     .saved_rip = AT_FAULT);

void run(void)
{
    start.rdx = 0;
    start.rbx = 0;
    FAULT(".byte 0x2e, 0x66, 0xf7, 0xf3");
}
