/* Operands of x87 and SSE at the end of a real-mode segment; and an operand of 16 bytes that is not aligned is #GP, whatever its segment. */
#include <case16.h>

static void enable_sse(void)
{
    write_cr4(read_cr4() | CR4_OSFXSR);
}

#define OPERANDS(X)                                                                                                    \
    X(fld_qword, "", start.ebx = 0xfff9, "fld qword ptr [bx]", VEC_GP, "")                                             \
    X(fld_tbyte, "", start.ebx = 0xfff7, "fld tbyte ptr [bx]", VEC_GP, "")                                             \
    X(fld_tbyte_bp, "", start.ebp = 0xfff7, "fld tbyte ptr [bp]", VEC_SS, "")                                          \
    X(fld_tbyte_fits, "", start.ebx = 0xfff6, "fld tbyte ptr [bx]", NO_EXCEPTION, "")                                  \
    X(fnstcw, "", start.ebx = 0xffff, "fnstcw [bx]", VEC_GP, "")                                                       \
    X(fnstenv, "", start.ebx = 0xfff3, "fnstenv [bx]", VEC_GP, "")                                                     \
    X(fnsave, "", start.ebx = 0xffa3, "fnsave [bx]", VEC_GP, "")                                                       \
    X(movups, "sse", (start.ebx = 0xfff1, enable_sse()), "movups xmm0, [bx]", VEC_GP, "")                              \
    X(movups_bp, "sse", (start.ebp = 0xfff1, enable_sse()), "movups xmm0, [bp]", VEC_SS, "")                           \
    X(movaps_misaligned, "sse", (start.ebx = 8, enable_sse()), "movaps xmm0, [bx]", VEC_GP, "rm-gp-movaps-misaligned") \
    X(movaps_misaligned_bp, "sse", (start.ebp = 8, enable_sse()), "movaps xmm0, [bp]", VEC_GP, "")

/* What lies at the ends of DS, ES and SS, where the harness has nothing. */
static void clear_ends(void)
{
    fill_words(16 * REAL_STACK + 0xf000, 0, 0x3000 / sizeof(uintptr_t));
}

#define DEFINE(name, needs, registers, instruction, vector, id) \
    static void name##_case(void)                               \
    {                                                           \
        clear_ends();                                           \
        registers;                                              \
        FAULT(instruction);                                     \
    }
OPERANDS(DEFINE)

#define SPEC "SDM 3B \"Segment Wraparound\"; SDM 2 \"Real-Address Mode Exceptions\" of the instruction"
#define ROW(name_, needs_, registers, instruction, vector_, id_)                  \
    {VARIANT,                                                                     \
     .name = #name_,                                                              \
     .about = sizeof(#registers) > 1 ? instruction "; " #registers : instruction, \
     .spec = SPEC,                                                                \
     .id = id_,                                                                   \
     .needs = needs_,                                                             \
     .vector = vector_,                                                           \
     .error = NO_ERROR,                                                           \
     .saved_rip = vector_ == NO_EXCEPTION ? "" : AT_FAULT,                        \
     .run = name_##_case},
VARIANTS(OPERANDS(ROW));
