/* What ends HLT in 32-bit protected mode. */
#include <case32.h>

#include "../interrupt/halted.h"

#define PENDING(name, prepare, text) \
    static void name(void)           \
    {                                \
        pend();                      \
        prepare;                     \
        PROGRAM(HALT(text));         \
    }
PENDING(operand_size, (void)0, ".byte 0x66\nhlt")
PENDING(rep, (void)0, ".byte 0xf3\nhlt")
PENDING(returns, return_from(VECTOR), "hlt")
PENDING(gate16, set_gate(VECTOR, .type = GATE_INTERRUPT16), "hlt")
PENDING(trap_gate, set_gate(VECTOR, .type = GATE_TRAP), "hlt")
PENDING(task_gate, set_task_gate(VECTOR, add_task("handler"), .dpl = 0), "hlt")

static void code16(void)
{
    pend();
    in_code16();
    PROGRAM16(HALT("hlt"));
}

static void timer(void)
{
    set_timer();
    PROGRAM(HALT("hlt"));
}

static void nmi(void)
{
    send_nmi();
    PROGRAM(NMI_HALT);
}

VARIANTS(HALTED("operand_size", operand_size, VECTOR, "an interrupt ends 66 HLT", ), HALTED("rep", rep, VECTOR, "an interrupt ends F3 HLT", ),
         HALTED("returns", returns, VECTOR, "an interrupt ends HLT, its handler returns", .resumes = 1),
         HALTED("gate16", gate16, VECTOR, "an interrupt ends HLT, its gate has 16 bits", ),
         HALTED("trap_gate", trap_gate, VECTOR, "an interrupt ends HLT, its gate is a trap gate", ),
         HALTED("task_gate", task_gate, VECTOR, "an interrupt ends HLT and goes through a task gate", ),
         HALTED("code16", code16, VECTOR, "an interrupt ends HLT in 16-bit code", ), HALTED("timer", timer, VECTOR, "the APIC's timer ends HLT", ),
         HALTED("nmi", nmi, VEC_NMI, "an NMI ends HLT with IF=0", ));
