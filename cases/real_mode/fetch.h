/*
 * Code at the end of a segment of 64 KBytes, for 16-bit code of each mode: an instruction with a byte beyond offset 0xffff is #GP at its own offset;
 * one that ends there is executed, and what is saved behind it is 0x10000, of which real mode saves 16 bits. Near branches of 16 bits wrap.
 *
 * The file includes its mode's header before. enter() sets up the mode, and returns the address of the segment's first byte: 0x100 bytes before and
 * behind the 64 KBytes are free, too.
 */
#include <wide.h>

#include "../invalid_opcode/opcode_bytes.h"

static uintptr_t enter(void);

/* ARG0: the offset; ARG1: the bytes, INT3 behind them as around them. INTO lies where somebody comes to who cuts no target. */
static void run(void)
{
    const uintptr_t begin = enter();
    uint8_t *code = (uint8_t *)begin, *before = (uint8_t *)(begin - 0x100);

    for (unsigned i = 0; i < 0x100; i++) {
        code[i] = code[0xff00 + i] = 0xcc;
        code[0x10000 + i] = before[i] = 0xce;
    }
    for (unsigned i = 0; i < 8; i++)
        code[(uint32_t)ARG0 + i] = (uint8_t)(ARG1 >> 8 * i);
    start.R(ip) = (uint32_t)ARG0;
    PROGRAM("");
}

#define LIMIT "SDM 3A \"Limit Checking\"; SDM 3B \"Segment Wraparound\""
#define BRANCH "SDM 2A \"JMP-Jump\", \"CALL-Call Procedure\", \"Jcc-Jump if Condition Is Met\": EIP is cut to 16 bits"

/* REFUSED: #GP. COMES: a vector of its own. */
#define ROWS(REFUSED, COMES)                                                                                                                     \
    REFUSED("two_bytes", 0xffff, OPCODE(0x89, 0xc0), LIMIT, "rm-gp-fetch-wrap", "MOV AX,AX at 0xffff, its second byte is beyond the limit"),     \
        REFUSED("three_bytes", 0xfffe, OPCODE(0xb8, 0x34, 0x12), LIMIT, "", "MOV AX,imm16 at 0xfffe, its third byte is beyond the limit"),       \
        REFUSED("prefix", 0xffff, OPCODE(0x66, 0x90), LIMIT, "", "a prefix at 0xffff"),                                                          \
        REFUSED("int_n", 0xffff, OPCODE(0xcd, 0x40), LIMIT, "", "INT n at 0xffff"),                                                              \
        REFUSED("undefined", 0xffff, OPCODE(0x0f, 0x0b), LIMIT, "", "UD2 at 0xffff"),                                                            \
        COMES("int3_ends", 0xffff, OPCODE(0xcc), VEC_BP, PUSHED, "INT3 at 0xffff"),                                                              \
        COMES("int_n_ends", 0xfffe, OPCODE(0xcd, 0x40), 0x40, PUSHED, "INT n at 0xfffe"),                                                        \
        COMES("into_ends", 0xffff, OPCODE(0xce), VEC_OF, PUSHED, "INTO at 0xffff"),                                                              \
        COMES("undefined_ends", 0xfffe, OPCODE(0x0f, 0x0b), VEC_UD, PUSHED, "UD2 at 0xfffe"),                                                    \
        REFUSED("nop_ends", 0xffff, OPCODE(0x90), LIMIT, "", "NOP at 0xffff, the next instruction is beyond the limit"),                         \
        REFUSED("mov_ends", 0xfffd, OPCODE(0xb8, 0x34, 0x12), LIMIT, "", "MOV AX,imm16 at 0xfffd, the next instruction is beyond the limit"),    \
        COMES("jmp_forward", 0xfffe, OPCODE(0xeb, 0x10), VEC_BP, BRANCH, "JMP at 0xfffe over the limit comes to 0x10"),                          \
        COMES("jmp_backward", 0x10, OPCODE(0xeb, 0x80), VEC_BP, BRANCH, "JMP at 0x10 below 0 comes to 0xff92"),                                  \
        COMES("jc_forward", 0xfffe, OPCODE(0x72, 0x10), VEC_BP, BRANCH, "JC at 0xfffe over the limit comes to 0x10"),                            \
        COMES("call_forward", 0xfffd, OPCODE(0xe8, 0x10, 0x00), VEC_BP, BRANCH, "CALL at 0xfffd over the limit comes to 0x10"),                  \
        REFUSED("jmp_backward_32", 0x10, OPCODE(0x66, 0xeb, 0x80), BRANCH, "", "JMP with a 32-bit operand size at 0x10 below 0"),                \
        COMES("loop_forward", 0xfffe, OPCODE(0xe2, 0x10), VEC_BP, BRANCH, "LOOP at 0xfffe over the limit comes to 0x10"),                        \
        REFUSED("lock", 0xffff, OPCODE(0xf0, 0x90, 0x90), LIMIT, "", "LOCK at 0xffff"),                                                          \
        REFUSED("rep", 0xffff, OPCODE(0xf3, 0x90), LIMIT, "", "REP at 0xffff"),                                                                  \
        REFUSED("segment", 0xffff, OPCODE(0x2e, 0x90), LIMIT, "", "a CS prefix at 0xffff"),                                                      \
        REFUSED("address_size", 0xffff, OPCODE(0x67, 0x90), LIMIT, "", "an address-size prefix at 0xffff"),                                      \
        REFUSED("prefixes", 0xfffc, OPCODE(0x66, 0xf3, 0x2e, 0x66, 0x90), LIMIT, "", "four prefixes at 0xfffc, the opcode is beyond the limit"), \
        REFUSED("x87", 0xffff, OPCODE(0xd9, 0xe8), LIMIT, "", "FLD1 at 0xffff, its second byte is beyond the limit"),                            \
        REFUSED("displacement", 0xfffd, OPCODE(0x8b, 0x87, 0x00, 0x00), LIMIT, "",                                                               \
                "MOV AX,[BX+disp16] at 0xfffd, its last byte is beyond the limit"),                                                              \
        REFUSED("immediate", 0xfffb, OPCODE(0x66, 0xb8, 0xbc, 0x9a, 0x78, 0x56), LIMIT, "",                                                      \
                "MOV EAX,imm32 at 0xfffb, its last byte is beyond the limit"),                                                                   \
        COMES("prefixed_ends", 0xfffc, OPCODE(0x26, 0x66, 0xcd, 0x40), 0x40, PUSHED, "INT n behind two prefixes at 0xfffc")

#define ROW(name_, offset, bytes, vector_, error_, spec_, id_, about_)                                                                              \
    {                                                                                                                                               \
        VARIANT, .name = name_, .about = about_, .spec = spec_, .id = id_, .vector = vector_, .error = error_, .run = run, .arg = { offset, bytes } \
    }
