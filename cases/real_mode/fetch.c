/*
 * Code at the end of a segment in real mode: an instruction with a byte beyond offset 0xffff is #GP at its own offset; one that ends there is
 * executed, and the IP that is saved behind it is 0. Short branches of 16 bits wrap.
 */
#include <case16.h>

#define SEGMENT (REAL_FREE >> 4)

/* ARG0: the offset; ARG1: up to eight bytes. INT3 lies around them, INTO where a branch comes to that isn't cut to 16 bits. */
static void run(void)
{
    uint8_t *code = (uint8_t *)REAL_FREE;

    for (unsigned i = 0; i < 0x100; i++) {
        code[i] = code[0xff00 + i] = 0xcc;
        code[0x10000 + i] = ((uint8_t *)(16 * REAL_GS))[0x100 + i] = 0xce;
    }
    for (unsigned i = 0; i < 8; i++)
        code[(uintptr_t)ARG0 + i] = (uint8_t)(ARG1 >> 8 * i);
    start.cs = SEGMENT;
    start.eip = (uint32_t)ARG0;
    PROGRAM("");
}

#define LIMIT "SDM 3A \"Limit Checking\"; SDM 3B \"Segment Wraparound\""
#define PUSHED "SDM 3B \"Interrupt and Exception Handling\" of \"8086 Emulation\""
#define BRANCH "SDM 2A \"JMP-Jump\", \"CALL-Call Procedure\", \"Jcc-Jump if Condition Is Met\": EIP is cut to 16 bits"
#define ROW(name_, offset, bytes, vector_, spec_, id_, about_)                                                                        \
    {                                                                                                                                 \
        VARIANT, .name = name_, .about = about_, .spec = spec_, .id = id_, .vector = vector_, .error = NO_ERROR, .run = run, .arg = { \
            offset,                                                                                                                   \
            bytes                                                                                                                     \
        }                                                                                                                             \
    }
VARIANTS(ROW("two_bytes", 0xffff, 0xccc089, VEC_GP, LIMIT, "rm-gp-fetch-wrap", "MOV AX,AX at 0xffff, its second byte is beyond the limit"),
         ROW("three_bytes", 0xfffe, 0xcc1234b8, VEC_GP, LIMIT, "", "MOV AX,imm16 at 0xfffe, its third byte is beyond the limit"),
         ROW("prefix", 0xffff, 0xcc9066, VEC_GP, LIMIT, "", "a prefix at 0xffff"), ROW("int_n", 0xffff, 0x40cd, VEC_GP, LIMIT, "", "INT n at 0xffff"),
         ROW("undefined", 0xffff, 0x0b0f, VEC_GP, LIMIT, "", "UD2 at 0xffff"), ROW("int3_ends", 0xffff, 0xcc, VEC_BP, PUSHED, "", "INT3 at 0xffff"),
         ROW("int_n_ends", 0xfffe, 0x40cd, 0x40, PUSHED, "", "INT n at 0xfffe"), ROW("into_ends", 0xffff, 0xce, VEC_OF, PUSHED, "", "INTO at 0xffff"),
         ROW("undefined_ends", 0xfffe, 0x0b0f, VEC_UD, PUSHED, "", "UD2 at 0xfffe"),
         ROW("nop_ends", 0xffff, 0x90, VEC_GP, LIMIT, "", "NOP at 0xffff, the next instruction is beyond the limit"),
         ROW("mov_ends", 0xfffd, 0x1234b8, VEC_GP, LIMIT, "", "MOV AX,imm16 at 0xfffd, the next instruction is beyond the limit"),
         ROW("jmp_forward", 0xfffe, 0x10eb, VEC_BP, BRANCH, "", "JMP at 0xfffe over the limit comes to 0x10"),
         ROW("jmp_backward", 0x10, 0x80eb, VEC_BP, BRANCH, "", "JMP at 0x10 below 0 comes to 0xff92"),
         ROW("jc_forward", 0xfffe, 0x1072, VEC_BP, BRANCH, "", "JC at 0xfffe over the limit comes to 0x10"),
         ROW("call_forward", 0xfffd, 0x0010e8, VEC_BP, BRANCH, "", "CALL at 0xfffd over the limit comes to 0x10"),
         ROW("jmp_backward_32", 0x10, 0x80eb66, VEC_GP, BRANCH, "", "JMP with a 32-bit operand size at 0x10 below 0"));
