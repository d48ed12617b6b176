/*
 * A word, doubleword or quadword operand at the end of a real-mode segment, read, written or both. The last byte counts; what ends at 0xffff is
 * no exception.
 */
#include <case16.h>

#define OPERANDS(X)                                                                                   \
    X(load, "", start.ebx = 0xffff, "mov ax, [bx]", VEC_GP, "")                                       \
    X(load_bp, "", start.ebp = 0xffff, "mov ax, [bp]", VEC_SS, "")                                    \
    X(load_ss, "", , "mov ax, ss:[0xffff]", VEC_SS, "rm-ss-word-ffff")                                \
    X(load_byte_10000, "", start.ebx = 0x10000, "mov al, [ebx]", VEC_GP, "")                          \
    X(load_dword_fffd, "", , "mov eax, [0xfffd]", VEC_GP, "rm-gp-dword-fffd")                         \
    X(load_dword_fffd_ebp, "", start.ebp = 0xfffd, "mov eax, [ebp]", VEC_SS, "")                      \
    X(load_dword_fffc, "", , "mov eax, [0xfffc]", NO_EXCEPTION, "")                                   \
    X(load_a32_10000, "", , ".byte 0x67, 0xa1, 0, 0, 1, 0", VEC_GP, "rm-gp-32bit-offset")             \
    X(movzx, "", start.ebx = 0xffff, "movzx eax, word ptr [bx]", VEC_GP, "")                          \
    X(add, "", start.ebx = 0xffff, "add [bx], ax", VEC_GP, "")                                        \
    X(inc, "", start.ebx = 0xffff, "inc word ptr [bx]", VEC_GP, "")                                   \
    X(xchg, "", start.ebx = 0xffff, "xchg [bx], ax", VEC_GP, "")                                      \
    X(cmp, "", start.ebx = 0xffff, "cmp word ptr [bx], 1", VEC_GP, "")                                \
    X(test_bp, "", start.ebp = 0xffff, "test word ptr [bp], 1", VEC_SS, "")                           \
    X(shl, "", start.ebx = 0xffff, "shl word ptr [bx], 1", VEC_GP, "")                                \
    X(div, "", start.ebx = 0xffff, "div word ptr [bx]", VEC_GP, "")                                   \
    X(bt_wraps, "", (start.ebx = 0xfffe, start.eax = 0x10), "bt word ptr [bx], ax", NO_EXCEPTION, "") \
    X(bt_a32, "", (start.ebx = 0xfffe, start.eax = 0x10), "bt word ptr [ebx], ax", VEC_GP, "")        \
    X(cmpxchg, "i486", start.ebx = 0xffff, "cmpxchg [bx], cx", VEC_GP, "")                            \
    X(cmpxchg8b, "cx8", start.ebx = 0xfff9, "cmpxchg8b [bx]", VEC_GP, "")                             \
    X(load_sreg, "", start.ebx = 0xffff, "mov es, [bx]", VEC_GP, "")                                  \
    X(store_sreg, "", start.ebx = 0xffff, "mov [bx], es", VEC_GP, "")

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
