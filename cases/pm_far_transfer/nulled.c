/*
 * A null selector is refused as such, #GP(0), of a stack #TS(0): entry 0 of the GDT isn't read, and may hold anything. Here it is what would do.
 */
#include <case32.h>

#include "pointer.h"

#define TARGET "\n" MARK(after) "nop\n" MARK(target) "int3\n"

static void by_null_pointer(struct program p, uint16_t selector)
{
    gdt[0] = gdt[SEL_KERNEL_CODE / 8];
    by_pointer(p, "target", selector);
}

static void jmp(void)
{
    by_null_pointer(ASSEMBLE(MARK(fault) "jmp fword ptr [ebx]" TARGET), 0);
}

static void call(void)
{
    by_null_pointer(ASSEMBLE(MARK(fault) "call fword ptr [ebx]" TARGET), 0);
}

static void through_gate(struct program p)
{
    by_null_pointer(p, add_call_gate("gate", (struct call_gate){.offset = label_of(p, "target")}));
}

static void call_gate(void)
{
    through_gate(ASSEMBLE(MARK(fault) "call fword ptr [ebx]" TARGET));
}

static void jmp_gate(void)
{
    through_gate(ASSEMBLE(MARK(fault) "jmp fword ptr [ebx]" TARGET));
}

/* The program pushes what it returns by; EAX is the offset. */
static void by_return(struct program p, uint16_t filled)
{
    gdt[0] = gdt[filled / 8];
    start.eax = label_of(p, "target");
    run_program(p);
}

static void retf(void)
{
    by_return(ASSEMBLE("push 0\npush eax\n" MARK(fault) "retf" TARGET), SEL_KERNEL_CODE);
}

static void iret(void)
{
    by_return(ASSEMBLE("pushfd\npush 0\npush eax\n" MARK(fault) "iretd" TARGET), SEL_KERNEL_CODE);
}

static void interrupt(void)
{
    gdt[0] = gdt[SEL_KERNEL_CODE / 8];
    gate_of(0x40)->selector = 0;
    FAULT("int 0x40");
}

/* To CPL 1, whose stack has RPL and DPL 1. */
static void stack(void)
{
    in_user_mode();
    gdt[0] = gdt[SEL_RING1_DATA / 8];
    tss.ss1 = 1;
    set_gate(0x40, .dpl = 3, .selector = SEL_RING1_CODE);
    FAULT("int 0x40");
}

/* The same, whose stack entry 0 would be. */
static void call_gate_stack(void)
{
    struct program p = ASSEMBLE(MARK(fault) "call fword ptr [ebx]" TARGET);

    in_user_mode();
    gdt[0] = gdt[SEL_RING1_DATA / 8];
    tss.ss1 = 1;
    by_pointer(p, "target",
               (uint16_t)(add_call_gate("gate", (struct call_gate){.offset = label_of(p, "target"), .selector = SEL_RING1_CODE, .dpl = 3}) | 3));
}

/* To CPL 3, by the code selector in ECX. */
static void by_outer_return(struct program p)
{
    user_may_run_program();
    start.ecx = SEL_USER_CODE;
    by_return(p, SEL_USER_DATA);
}

static void retf_stack(void)
{
    by_outer_return(ASSEMBLE("push 3\npush esp\npush ecx\npush eax\n" MARK(fault) "retf" TARGET));
}

static void iret_stack(void)
{
    by_outer_return(ASSEMBLE("push 3\npush esp\npushfd\npush ecx\npush eax\n" MARK(fault) "iretd" TARGET));
}

static void mov_ss(void)
{
    gdt[0] = gdt[SEL_KERNEL_DATA / 8];
    start.ecx = 0;
    FAULT("mov ss, ecx");
}

#define ROW(name_, spec_, about_, vector_)                                                                                      \
    {                                                                                                                           \
        VARIANT, .name = #name_, .about = about_ ", entry 0 of the GDT would do", .spec = spec_, .vector = vector_, .error = 0, \
                 .saved_rip = AT_FAULT, .run = name_                                                                            \
    }
VARIANTS(ROW(jmp, "SDM 2A \"JMP-Jump\"", "far JMP to selector 0", VEC_GP),
         ROW(call, "SDM 2A \"CALL-Call Procedure\"", "far CALL to selector 0", VEC_GP),
         ROW(call_gate, "SDM 2A \"CALL-Call Procedure\"", "far CALL through a gate to selector 0", VEC_GP),
         ROW(jmp_gate, "SDM 2A \"JMP-Jump\"", "far JMP through a gate to selector 0", VEC_GP),
         ROW(retf, "SDM 2B \"RET-Return from Procedure\"", "far RET to selector 0", VEC_GP),
         ROW(iret, "SDM 2A \"IRET/IRETD/IRETQ-Interrupt Return\"", "IRET to selector 0", VEC_GP),
         ROW(interrupt, "SDM 2A \"INT n/INTO/INT3/INT1-Call to Interrupt Procedure\"", "INT n, the gate's selector is 0", VEC_GP),
         ROW(stack, "SDM 2A \"INT n/INTO/INT3/INT1-Call to Interrupt Procedure\"", "INT n from CPL 3 to 1, SS1 is 1", VEC_TS),
         ROW(call_gate_stack, "SDM 2A \"CALL-Call Procedure\"", "far CALL through a gate from CPL 3 to 1, SS1 is 1", VEC_TS),
         ROW(retf_stack, "SDM 2B \"RET-Return from Procedure\"", "far RET to CPL 3, SS is 3", VEC_GP),
         ROW(iret_stack, "SDM 2A \"IRET/IRETD/IRETQ-Interrupt Return\"", "IRETD to CPL 3, SS is 3", VEC_GP),
         ROW(mov_ss, "SDM 2B \"MOV-Move\"", "MOV of 0 to SS", VEC_GP));
