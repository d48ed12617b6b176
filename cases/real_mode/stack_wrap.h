/*
 * A stack of 16 bits wraps between two words that are aligned: pushes of SP=0 and pops of SP=0xfffe go on at the segment's other end, within one
 * instruction, too. A doubleword that crosses the edge is an exception.
 *
 * The file includes its mode's header before. set_up() sets up the mode, ASSEMBLE_TEXT() is its ASSEMBLE(), SS_ERROR the error code of its #SS.
 */
static void set_up(void);

/* The segment's end, where the harness has nothing: the stack's pattern, as below it. */
static void fill(void)
{
    fill_words(16 * REAL_STACK + 0xf000, 0xa5a5a5a5, 0x1000 / sizeof(uintptr_t));
}

static uint8_t *stack_byte(unsigned offset)
{
    return (uint8_t *)(16 * REAL_STACK + (uintptr_t)(offset & 0xffff));
}

/* Bytes, since assemblers don't agree on the operand size of these mnemonics in 16-bit code. */
#define CALLS(X)                                                                                          \
    X(call_dword_sp_2, 2, "CALL of 32 bits", ".byte 0x66, 0xe8\n.long 0", SS)                             \
    X(call_dword_sp_4, 4, "CALL of 32 bits", ".byte 0x66, 0xe8\n.long 0", OK)                             \
    X(far_sp_2, 2, "far CALL", ".byte 0x9a\n.word 771f - 0x8000, 0x800", OK)                              \
    X(far_sp_4, 4, "far CALL", ".byte 0x9a\n.word 771f - 0x8000, 0x800", OK)                              \
    X(far_dword_sp_2, 2, "far CALL of 32 bits", ".byte 0x66, 0x9a\n.long 771f - 0x8000\n.word 0x800", SS) \
    X(far_dword_sp_4, 4, "far CALL of 32 bits", ".byte 0x66, 0x9a\n.long 771f - 0x8000\n.word 0x800", OK) \
    X(far_dword_sp_6, 6, "far CALL of 32 bits", ".byte 0x66, 0x9a\n.long 771f - 0x8000\n.word 0x800", SS) \
    X(push_sp_0, 0, "PUSH SP", "push sp", OK)                                                             \
    X(push_dword_sp_2, 2, "PUSH of 32 bits", "push eax", SS)                                              \
    X(push_segment_sp_0, 0, "PUSH ES", "push es", OK)                                                     \
    X(pushf_sp_0, 0, "PUSHF", ".byte 0x9c", OK)                                                           \
    X(pushfd_sp_2, 2, "PUSHFD", ".byte 0x66, 0x9c", SS)                                                   \
    X(pusha_sp_2, 2, "PUSHA", ".byte 0x60", OK)                                                           \
    X(pusha_sp_8, 8, "PUSHA", ".byte 0x60", OK)                                                           \
    X(pusha_sp_14, 14, "PUSHA", ".byte 0x60", OK)                                                         \
    X(pushad_sp_4, 4, "PUSHAD", ".byte 0x66, 0x60", OK)                                                   \
    X(enter_sp_4, 4, "ENTER 16, 0", "enter 16, 0", OK)                                                    \
    X(enter_sp_2, 2, "ENTER 0, 1", "enter 0, 1", OK)                                                      \
    X(pop_sp_fffe, 0xfffe, "POP to memory", "pop word ptr [0]", OK)                                       \
    X(popa_sp_fff2, 0xfff2, "POPA", ".byte 0x61", OK)                                                     \
    X(popa_sp_fffe, 0xfffe, "POPA", ".byte 0x61", OK)                                                     \
    X(popad_sp_fffc, 0xfffc, "POPAD", ".byte 0x66, 0x61", OK)                                             \
    X(popad_sp_fffe, 0xfffe, "POPAD", ".byte 0x66, 0x61", SS)

#define DEFINE_CALL(name, sp, about, instruction, vector)                             \
    static void name(void)                                                            \
    {                                                                                 \
        set_up();                                                                     \
        fill();                                                                       \
        start.esp = sp;                                                               \
        run_program(ASSEMBLE_TEXT(MARK(fault) instruction "\n" MARK(after) "nop\n")); \
    }
CALLS(DEFINE_CALL)

/* What a return pops, in words of this size, wherever the stack goes on. */
static void place(struct program program, unsigned size)
{
    const uint16_t image[] = {(uint16_t)(label_of(program, "target") - 16 * REAL_CODE), REAL_CODE, (uint16_t)start.eflags};

    for (unsigned i = 0; i < 3 * size; i++)
        *stack_byte(start.esp + i) = i % size < 2 ? (uint8_t)(image[i / size] >> 8 * (i % size)) : 0;
    if (start.esp % size) /* who reads a doubleword across the segment's end comes to the target as well */
        fill_words(16 * REAL_STACK + 0x10000, 0, 16 / sizeof(uintptr_t));
}

#define RETURNS(X)                                                              \
    X(ret_n, 0xfffe, 2, "RET 4", ".byte 0xc2, 4, 0", OK)                        \
    X(ret_dword_fffe, 0xfffe, 4, "RET of 32 bits", ".byte 0x66, 0xc3", SS)      \
    X(ret_dword_fffc, 0xfffc, 4, "RET of 32 bits", ".byte 0x66, 0xc3", OK)      \
    X(retf_fffe, 0xfffe, 2, "far RET", ".byte 0xcb", OK)                        \
    X(retf_n, 0xfffa, 2, "far RET 8", ".byte 0xca, 8, 0", OK)                   \
    X(retf_dword_fffc, 0xfffc, 4, "far RET of 32 bits", ".byte 0x66, 0xcb", OK) \
    X(retf_dword_fffa, 0xfffa, 4, "far RET of 32 bits", ".byte 0x66, 0xcb", SS) \
    X(iret_fffc, 0xfffc, 2, "IRET", ".byte 0xcf", OK)                           \
    X(iret_fffe, 0xfffe, 2, "IRET", ".byte 0xcf", OK)                           \
    X(iretd_fff8, 0xfff8, 4, "IRETD", ".byte 0x66, 0xcf", OK)                   \
    X(iretd_fffc, 0xfffc, 4, "IRETD", ".byte 0x66, 0xcf", OK)                   \
    X(iretd_fffa, 0xfffa, 4, "IRETD", ".byte 0x66, 0xcf", SS)

#define DEFINE_RETURN(name, sp, size, about, instruction, vector)                                        \
    static void name(void)                                                                               \
    {                                                                                                    \
        struct program p = ASSEMBLE_TEXT(MARK(fault) instruction "\n" MARK(after) "ud2\n" MARK(target)); \
                                                                                                         \
        set_up();                                                                                        \
        fill();                                                                                          \
        start.esp = sp;                                                                                  \
        place(p, size);                                                                                  \
        run_program(p);                                                                                  \
    }
RETURNS(DEFINE_RETURN)

#define SPEC "SDM 3B \"Segment Wraparound\"; SDM 2 \"Real-Address Mode Exceptions\" of the instruction"
#define OK .vector = NO_EXCEPTION
#define SS .vector = VEC_SS, .error = SS_ERROR, .saved_rip = AT_FAULT
#define ROW(name_, sp, about_, ...) {VARIANT, .name = #name_, .about = about_ " with SP=" #sp, .spec = SPEC, .run = name_, __VA_ARGS__},
#define ROW_CALL(name, sp, about, instruction, vector) ROW(name, sp, about, vector)
#define ROW_RETURN(name, sp, size, about, instruction, vector) ROW(name, sp, about, vector)
