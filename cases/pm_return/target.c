/*
 * Where far RET and IRET go, to the same level or an outer one: CS and EIP from the stack, RPL of CS is the new CPL, an outer level has ESP and SS
 * from the stack as well, and RET n releases as many bytes on both stacks. Each word on the stack has the instruction's operand size. INT3 at the
 * target, in a segment that begins where the program does, shows all of it.
 */
#include <case32.h>

enum form { RETF, RETF_N, RETF16, IRET, IRET16 };

#define OUTER_ESP 0x1230u

static void push_word(uint32_t word)
{
    unsigned size = ARG1 == RETF16 || ARG1 == IRET16 ? 2 : 4;

    start.esp -= size;
    *(uint16_t *)start.esp = (uint16_t)word;
    if (size == 4)
        *(uint32_t *)start.esp = word;
}

/* arg: type and DPL of CS, RPL << 16, CPL << 20; the form. */
static void run(struct program p)
{
    static const uint16_t stacks[] = {SEL_KERNEL_DATA, SEL_RING1_DATA, SEL_RING2_DATA, SEL_USER_DATA};
    struct descriptor d = {.type = (uint8_t)ARG0, .dpl = ARG0 >> 8 & 3, .base = p.entry, .limit = 0xffff, .d = true};
    unsigned rpl = ARG0 >> 16 & 3, cpl = ARG0 >> 20 & 3;
    uint32_t cs = add_descriptor("target_code", encode_descriptor(d)) | rpl;

    in_ring(cpl);
    if (rpl == 3)
        user_may_run_program();
    set_gate(VEC_BP, .dpl = 3);
    if (rpl != cpl) {
        push_word(stacks[rpl]);
        push_word(OUTER_ESP);
    }
    if (ARG1 == RETF_N) {
        push_word(0x22222222);
        push_word(0x11111111);
    }
    if (ARG1 == IRET || ARG1 == IRET16)
        push_word(start.eflags & 0xffff);
    push_word(cs);
    push_word(label_of(p, "target") - p.entry);
    run_program(p);
}

#define TARGET "\n" MARK(after) "nop\n" MARK(target) "int3\n" MARK(reached)

static void back(void)
{
    switch (ARG1) {
    case RETF:
        return run(ASSEMBLE(MARK(fault) "retf" TARGET));
    case RETF_N:
        return run(ASSEMBLE(MARK(fault) "retf 8" TARGET));
    case RETF16:
        return run(ASSEMBLE(MARK(fault) ".byte 0x66, 0xcb" TARGET));
    case IRET:
        return run(ASSEMBLE(MARK(fault) "iretd" TARGET));
    default:
        return run(ASSEMBLE(MARK(fault) ".byte 0x66, 0xcf" TARGET));
    }
}

#define ROW(name_, form_, code_, spec_, about_)                                                                                                    \
    {                                                                                                                                              \
        VARIANT, .name = name_, .about = about_, .spec = spec_, .vector = VEC_BP, .error = NO_ERROR, .saved_rip = "reached", .run = back, .arg = { \
            code_,                                                                                                                                 \
            form_                                                                                                                                  \
        }                                                                                                                                          \
    }
#define OF(type, dpl, rpl, cpl) ((type) | (dpl) << 8 | (rpl) << 16 | (cpl) << 20)
VARIANTS(ROW("retf_same", RETF, OF(CODE_READABLE, 1, 1, 1), "SDM 2B \"RET-Return from Procedure\"", "CPL 1: far RET to the same level"),
         ROW("retf_same_user", RETF, OF(CODE_READABLE, 3, 3, 3), "SDM 2B \"RET-Return from Procedure\"", "CPL 3: far RET to the same level"),
         ROW("retf_conforming", RETF, OF(CODE_CONFORMING, 0, 2, 2), "SDM 2B \"RET-Return from Procedure\"",
             "CPL 2: far RET to conforming code of DPL 0"),
         ROW("retf_ring0_to_3", RETF, OF(CODE_READABLE, 3, 3, 0), "SDM 2B \"RET-Return from Procedure\"", "CPL 0: far RET to CPL 3"),
         ROW("retf_ring0_to_1", RETF, OF(CODE_READABLE, 1, 1, 0), "SDM 2B \"RET-Return from Procedure\"", "CPL 0: far RET to CPL 1"),
         ROW("retf_ring1_to_3", RETF, OF(CODE_EXECUTE_ONLY, 3, 3, 1), "SDM 2B \"RET-Return from Procedure\"", "CPL 1: far RET to CPL 3"),
         ROW("retf_ring1_to_2", RETF, OF(CODE_READABLE, 2, 2, 1), "SDM 2B \"RET-Return from Procedure\"", "CPL 1: far RET to CPL 2"),
         ROW("retf_ring2_to_3", RETF, OF(CODE_READABLE, 3, 3, 2), "SDM 2B \"RET-Return from Procedure\"", "CPL 2: far RET to CPL 3"),
         ROW("retf_outer_conforming", RETF, OF(CODE_CONFORMING, 0, 3, 1), "SDM 2B \"RET-Return from Procedure\"",
             "CPL 1: far RET to conforming code of DPL 0 with RPL 3, at CPL 3"),
         ROW("retf_outer_conforming_dpl1", RETF, OF(CODE_CONFORMING, 1, 2, 0), "SDM 2B \"RET-Return from Procedure\"",
             "CPL 0: far RET to conforming code of DPL 1 with RPL 2, at CPL 2"),
         ROW("retf_n_same", RETF_N, OF(CODE_READABLE, 1, 1, 1), "SDM 2B \"RET-Return from Procedure\"", "CPL 1: far RET 8 to the same level"),
         ROW("retf_n_conforming", RETF_N, OF(CODE_CONFORMING, 0, 2, 2), "SDM 2B \"RET-Return from Procedure\"",
             "CPL 2: far RET 8 to conforming code of DPL 0"),
         ROW("retf_n_ring0_to_3", RETF_N, OF(CODE_READABLE, 3, 3, 0), "SDM 2B \"RET-Return from Procedure\"", "CPL 0: far RET 8 to CPL 3"),
         ROW("retf_n_ring1_to_3", RETF_N, OF(CODE_EXECUTE_ONLY, 3, 3, 1), "SDM 2B \"RET-Return from Procedure\"", "CPL 1: far RET 8 to CPL 3"),
         ROW("retf_n_ring1_to_2", RETF_N, OF(CODE_READABLE, 2, 2, 1), "SDM 2B \"RET-Return from Procedure\"", "CPL 1: far RET 8 to CPL 2"),
         ROW("retf_n_outer_conforming", RETF_N, OF(CODE_CONFORMING, 0, 3, 1), "SDM 2B \"RET-Return from Procedure\"",
             "CPL 1: far RET 8 to conforming code of DPL 0 with RPL 3, at CPL 3"),
         ROW("retf16_same", RETF16, OF(CODE_READABLE, 1, 1, 1), "SDM 2B \"RET-Return from Procedure\"",
             "CPL 1: far RET with a 16-bit operand size to the same level"),
         ROW("retf16_conforming", RETF16, OF(CODE_CONFORMING, 0, 2, 2), "SDM 2B \"RET-Return from Procedure\"",
             "CPL 2: far RET with a 16-bit operand size to conforming code of DPL 0"),
         ROW("retf16_ring0_to_3", RETF16, OF(CODE_READABLE, 3, 3, 0), "SDM 2B \"RET-Return from Procedure\"",
             "CPL 0: far RET with a 16-bit operand size to CPL 3"),
         ROW("retf16_ring1_to_3", RETF16, OF(CODE_EXECUTE_ONLY, 3, 3, 1), "SDM 2B \"RET-Return from Procedure\"",
             "CPL 1: far RET with a 16-bit operand size to CPL 3"),
         ROW("retf16_ring1_to_2", RETF16, OF(CODE_READABLE, 2, 2, 1), "SDM 2B \"RET-Return from Procedure\"",
             "CPL 1: far RET with a 16-bit operand size to CPL 2"),
         ROW("retf16_outer_conforming", RETF16, OF(CODE_CONFORMING, 0, 3, 1), "SDM 2B \"RET-Return from Procedure\"",
             "CPL 1: far RET with a 16-bit operand size to conforming code of DPL 0 with RPL 3, at CPL 3"),
         ROW("iret_same", IRET, OF(CODE_READABLE, 1, 1, 1), "SDM 2A \"IRET/IRETD/IRETQ-Interrupt Return\"", "CPL 1: IRETD to the same level"),
         ROW("iret_same_user", IRET, OF(CODE_READABLE, 3, 3, 3), "SDM 2A \"IRET/IRETD/IRETQ-Interrupt Return\"", "CPL 3: IRETD to the same level"),
         ROW("iret_conforming", IRET, OF(CODE_CONFORMING, 0, 2, 2), "SDM 2A \"IRET/IRETD/IRETQ-Interrupt Return\"",
             "CPL 2: IRETD to conforming code of DPL 0"),
         ROW("iret_ring0_to_3", IRET, OF(CODE_READABLE, 3, 3, 0), "SDM 2A \"IRET/IRETD/IRETQ-Interrupt Return\"", "CPL 0: IRETD to CPL 3"),
         ROW("iret_ring0_to_1", IRET, OF(CODE_READABLE, 1, 1, 0), "SDM 2A \"IRET/IRETD/IRETQ-Interrupt Return\"", "CPL 0: IRETD to CPL 1"),
         ROW("iret_ring1_to_3", IRET, OF(CODE_EXECUTE_ONLY, 3, 3, 1), "SDM 2A \"IRET/IRETD/IRETQ-Interrupt Return\"", "CPL 1: IRETD to CPL 3"),
         ROW("iret_ring1_to_2", IRET, OF(CODE_READABLE, 2, 2, 1), "SDM 2A \"IRET/IRETD/IRETQ-Interrupt Return\"", "CPL 1: IRETD to CPL 2"),
         ROW("iret_ring2_to_3", IRET, OF(CODE_READABLE, 3, 3, 2), "SDM 2A \"IRET/IRETD/IRETQ-Interrupt Return\"", "CPL 2: IRETD to CPL 3"),
         ROW("iret_outer_conforming", IRET, OF(CODE_CONFORMING, 0, 3, 1), "SDM 2A \"IRET/IRETD/IRETQ-Interrupt Return\"",
             "CPL 1: IRETD to conforming code of DPL 0 with RPL 3, at CPL 3"),
         ROW("iret_outer_conforming_dpl1", IRET, OF(CODE_CONFORMING, 1, 2, 0), "SDM 2A \"IRET/IRETD/IRETQ-Interrupt Return\"",
             "CPL 0: IRETD to conforming code of DPL 1 with RPL 2, at CPL 2"),
         ROW("iret16_same", IRET16, OF(CODE_READABLE, 1, 1, 1), "SDM 2A \"IRET/IRETD/IRETQ-Interrupt Return\"",
             "CPL 1: IRET with a 16-bit operand size to the same level"),
         ROW("iret16_conforming", IRET16, OF(CODE_CONFORMING, 0, 2, 2), "SDM 2A \"IRET/IRETD/IRETQ-Interrupt Return\"",
             "CPL 2: IRET with a 16-bit operand size to conforming code of DPL 0"),
         ROW("iret16_ring0_to_3", IRET16, OF(CODE_READABLE, 3, 3, 0), "SDM 2A \"IRET/IRETD/IRETQ-Interrupt Return\"",
             "CPL 0: IRET with a 16-bit operand size to CPL 3"),
         ROW("iret16_ring1_to_3", IRET16, OF(CODE_EXECUTE_ONLY, 3, 3, 1), "SDM 2A \"IRET/IRETD/IRETQ-Interrupt Return\"",
             "CPL 1: IRET with a 16-bit operand size to CPL 3"),
         ROW("iret16_ring1_to_2", IRET16, OF(CODE_READABLE, 2, 2, 1), "SDM 2A \"IRET/IRETD/IRETQ-Interrupt Return\"",
             "CPL 1: IRET with a 16-bit operand size to CPL 2"),
         ROW("iret16_outer_conforming", IRET16, OF(CODE_CONFORMING, 0, 3, 1), "SDM 2A \"IRET/IRETD/IRETQ-Interrupt Return\"",
             "CPL 1: IRET with a 16-bit operand size to conforming code of DPL 0 with RPL 3, at CPL 3"));
