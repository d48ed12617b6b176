/*
 * Branches in real mode with a 32-bit operand size: a target beyond offset 0xffff is #GP at the branch, and nothing is pushed or popped. With a
 * 16-bit operand size the target is cut to 16 bits, so that it can't be beyond.
 */
#include <case16.h>

#define OFFSET 0x1f000u

/* For who goes there, or cuts the target to 16 bits: a jump to `after`. */
static void place_jump(struct program program, uintptr_t address)
{
    uint16_t after = (uint16_t)(label_of(program, "after") - 16 * REAL_CODE);
    const uint8_t jump[] = {0xea, (uint8_t)after, (uint8_t)(after >> 8), REAL_CODE & 0xff, REAL_CODE >> 8};

    for (unsigned i = 0; i < sizeof(jump); i++)
        ((uint8_t *)address)[i] = jump[i];
}

static void push(uint32_t value)
{
    start.esp -= 4;
    *(uint32_t *)(16 * REAL_STACK + (uintptr_t)start.esp) = value;
}

/* What the branch takes: EBX, a far pointer at DS:0, and three doublewords on the stack, of which only IRETD takes the third. */
static void branch(struct program program)
{
    uint32_t *pointer = (uint32_t *)(16 * REAL_DS);

    start.ebx = OFFSET;
    pointer[0] = OFFSET;
    pointer[1] = REAL_CODE;
    push(start.eflags);
    push(REAL_CODE);
    push(OFFSET);
    place_jump(program, 16 * REAL_CODE + OFFSET);
    place_jump(program, 16 * REAL_CODE + (OFFSET & 0xffff));
    place_jump(program, label_of(program, "after") + 0x10000);
    run_program(program);
}

#define BRANCHES(X)                                                                                     \
    X(jmp, "jmp rel32", ".byte 0x66, 0xe9\n.long 0x10000", VEC_GP, "rm-gp-jmp-limit")                   \
    X(jmp_register, "jmp ebx", "jmp ebx", VEC_GP, "")                                                   \
    X(jmp_memory, "jmp m32", ".byte 0x66, 0xff, 0x26, 0, 0", VEC_GP, "")                                \
    X(jz, "jz rel32", ".byte 0x66, 0x0f, 0x84\n.long 0x10000", VEC_GP, "")                              \
    X(jnz_not_taken, "jnz rel32, not taken", ".byte 0x66, 0x0f, 0x85\n.long 0x10000", NO_EXCEPTION, "") \
    X(call, "call rel32", ".byte 0x66, 0xe8\n.long 0x10000", VEC_GP, "rm-gp-call-limit")                \
    X(call_register, "call ebx", "call ebx", VEC_GP, "")                                                \
    X(call_memory, "call m32", ".byte 0x66, 0xff, 0x16, 0, 0", VEC_GP, "")                              \
    X(ret, "ret", ".byte 0x66, 0xc3", VEC_GP, "")                                                       \
    X(ret_n, "ret 4", ".byte 0x66, 0xc2, 4, 0", VEC_GP, "")                                             \
    X(jmp_far, "jmp ptr16:32", ".byte 0x66, 0xea\n.long 0x1f000\n.word 0x800", VEC_GP, "")              \
    X(jmp_far_memory, "jmp m16:32", ".byte 0x66, 0xff, 0x2e, 0, 0", VEC_GP, "")                         \
    X(call_far, "call ptr16:32", ".byte 0x66, 0x9a\n.long 0x1f000\n.word 0x800", VEC_GP, "")            \
    X(call_far_memory, "call m16:32", ".byte 0x66, 0xff, 0x1e, 0, 0", VEC_GP, "")                       \
    X(retf, "retf", ".byte 0x66, 0xcb", VEC_GP, "")                                                     \
    X(retf_n, "retf 4", ".byte 0x66, 0xca, 4, 0", VEC_GP, "")                                           \
    X(iretd, "iretd", "iretd", VEC_GP, "")                                                              \
    X(jmp_word, "jmp bx", "jmp bx", NO_EXCEPTION, "")                                                   \
    X(ret_word, "ret of 16 bits", ".byte 0xc3", NO_EXCEPTION, "")

#define DEFINE(name, about, instruction, vector, id)                      \
    static void name(void)                                                \
    {                                                                     \
        branch(ASSEMBLE(MARK(fault) instruction "\n" MARK(after) "nop")); \
    }
BRANCHES(DEFINE)

#define SPEC "SDM 2 \"Real-Address Mode Exceptions\" of the instruction; SDM 3B \"Address Translation in Real-Address Mode\""
#define ROW(name_, about_, instruction, vector_, id_)                                                                      \
    {VARIANT,           .name = #name_,    .about = about_ " to an offset of 64 KBytes and more", .spec = SPEC, .id = id_, \
     .vector = vector_, .error = NO_ERROR, .saved_rip = vector_ == NO_EXCEPTION ? "" : AT_FAULT,  .run = name_},
VARIANTS(BRANCHES(ROW));
