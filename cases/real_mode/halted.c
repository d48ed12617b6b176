/* What ends HLT in real mode. */
#include <case16.h>

#include "../interrupt/halted.h"

static void operand_size(void)
{
    pend();
    PROGRAM(HALT(".byte 0x66\nhlt"));
}

static void returns(void)
{
    pend();
    return_from(VECTOR);
    PROGRAM(HALT("hlt"));
}

static void timer(void)
{
    set_timer();
    PROGRAM(HALT("hlt"));
}

VARIANTS(HALTED("operand_size", operand_size, VECTOR, "an interrupt ends 66 HLT", ),
         HALTED("returns", returns, VECTOR, "an interrupt ends HLT, its handler returns", .resumes = 1),
         HALTED("timer", timer, VECTOR, "the APIC's timer ends HLT", ));
