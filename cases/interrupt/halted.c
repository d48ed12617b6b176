/* What ends HLT, in 64-bit mode and in compatibility mode. */
#include <case.h>

#include "halted.h"

#define PREFIXED(name, text) \
    static void name(void)   \
    {                        \
        pend();              \
        PROGRAM(HALT(text)); \
    }
PREFIXED(operand_size, ".byte 0x66\nhlt")
PREFIXED(rex, ".byte 0x48\nhlt")
PREFIXED(rep, ".byte 0xf3\nhlt")

static void returns(void)
{
    pend();
    return_from(VECTOR);
    PROGRAM(HALT("hlt"));
}

static void ist(void)
{
    pend();
    set_gate(VECTOR, .ist = 3);
    PROGRAM(HALT("hlt"));
}

static void compat(void)
{
    pend();
    in_compat_kernel();
    PROGRAM32(HALT("hlt"));
}

static void compat_returns(void)
{
    return_from(VECTOR);
    compat();
}

static void compat_timer(void)
{
    set_timer();
    in_compat_kernel();
    PROGRAM32(HALT("hlt"));
}

static void compat_nmi(void)
{
    send_nmi();
    in_compat_kernel();
    PROGRAM32(NMI_HALT);
}

VARIANTS(HALTED("operand_size", operand_size, VECTOR, "an interrupt ends 66 HLT", ), HALTED("rex", rex, VECTOR, "an interrupt ends REX.W HLT", ),
         HALTED("rep", rep, VECTOR, "an interrupt ends F3 HLT", ),
         HALTED("returns", returns, VECTOR, "an interrupt ends HLT, its handler returns", .resumes = 1),
         HALTED("ist", ist, VECTOR, "an interrupt ends HLT, its gate has IST 3", ),
         HALTED("compat", compat, VECTOR, "an interrupt ends HLT in compatibility mode", .env = COMPAT32),
         HALTED("compat_returns", compat_returns, VECTOR, "an interrupt ends HLT in compatibility mode, its handler returns", .env = COMPAT32,
                .resumes = 1),
         HALTED("compat_timer", compat_timer, VECTOR, "the APIC's timer ends HLT in compatibility mode", .env = COMPAT32),
         HALTED("compat_nmi", compat_nmi, VEC_NMI, "an NMI ends HLT with IF=0 in compatibility mode", .env = COMPAT32));
