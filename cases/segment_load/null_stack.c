/*
 * MOV SS of a NULL selector is for 64-bit mode below CPL 3, with RPL = CPL: else #GP(0). A NULL SS that IRETQ loads for an inner CPL keeps its RPL.
 */
#include <case.h>

static void load(void)
{
    start.rcx = ARG0;
    FAULT("mov ss, ecx");
}

static uint16_t ring2(uint8_t type)
{
    return add_descriptor(type == CODE_READABLE ? "code" : "data",
                          encode_descriptor((struct descriptor){.type = type, .dpl = 2, .l = type == CODE_READABLE})) |
           2u;
}

static void load_at_2(void)
{
    start.cs = ring2(CODE_READABLE);
    start.ss = ring2(DATA_WRITABLE);
    load();
}

static void iretq(void)
{
    struct program program = ASSEMBLE("iretq\n" MARK(fault) "ud2\n" MARK(after));

    push_image((struct interrupt_frame){label_of(program, "fault"), ring2(CODE_READABLE), start.rflags, stack_top(STACK_KERNEL) - 64, 2});
    run_program(program);
}

#define ROW(name_, run_, selector, about_, ...)                                              \
    {                                                                                        \
        VARIANT, .name = name_, .about = about_, .run = run_, .arg = {selector}, __VA_ARGS__ \
    }
#define MOV .spec = "SDM 2B \"MOV-Move\""
#define REFUSED .vector = VEC_GP, .error = 0, .saved_rip = AT_FAULT
VARIANTS(ROW("rpl_2", load, 2, "MOV SS at CPL 0, selector 2", REFUSED, MOV),
         ROW("rpl_1_at_2", load_at_2, 1, "MOV SS at CPL 2, selector 1", REFUSED, MOV),
         ROW("rpl_2_at_2", load_at_2, 2, "MOV SS at CPL 2, selector 2", .vector = NO_EXCEPTION, MOV),
         ROW("iretq", iretq, 0, "IRETQ to CPL 2 with SS 2, then UD2", .spec = "SDM 2A \"IRET/IRETD/IRETQ-Interrupt Return\"", .vector = VEC_UD,
             .error = NO_ERROR, .saved_rip = AT_FAULT));
