/*
 * Hints, NOP with an operand and LEA access nothing: with a non-canonical address, one in a missing page, and one in a supervisor's page the program
 * at CPL 3 goes on.
 */
#include <case.h>

#define FUNCTION(name_, spec_, instruction_)                                              \
    static void run_##name_(void)                                                         \
    {                                                                                     \
        start.rsi = map_page("missing", PAGE_USER);                                       \
        start.rdi = map_page("supervisor", PAGE_PRESENT);                                 \
        in_user_mode();                                                                   \
        start.rbx = start.rbp = 0x800000000000 - 4;                                       \
        PROGRAM(instruction_ "\n"                                                         \
                             "lea rbx, [rbx + 4]\n" instruction_ "\n"                     \
                             "mov rbx, rsi\n" instruction_ "\n"                           \
                             "mov rbx, rdi\n" MARK(fault) instruction_ "\n" MARK(after)); \
    }
#define ROW(name_, spec_, instruction_)                                                                                  \
    {VARIANT,                                                                                                            \
     .name = #name_,                                                                                                     \
     .about = "CPL-3 " instruction_ " at the end of the lower half, beyond it, on a missing page and on a supervisor's", \
     .spec = spec_,                                                                                                      \
     .vector = NO_EXCEPTION,                                                                                             \
     .run = run_##name_},

#define ALL(X)                                                                                                     \
    X(prefetchnta, "SDM 2B \"PREFETCHh-Prefetch Data Into Caches\"", "prefetchnta [rbx]")                          \
    X(prefetcht0, "SDM 2B \"PREFETCHh-Prefetch Data Into Caches\"", "prefetcht0 [rbx]")                            \
    X(prefetcht1, "SDM 2B \"PREFETCHh-Prefetch Data Into Caches\"", "prefetcht1 [rbx]")                            \
    X(prefetcht2, "SDM 2B \"PREFETCHh-Prefetch Data Into Caches\"", "prefetcht2 [rbx]")                            \
    X(prefetchw, "SDM 2B \"PREFETCHW-Prefetch Data Into Caches in Anticipation of a Write\"", "prefetchw [rbx]")   \
    X(prefetch_67, "SDM 2B \"PREFETCHh-Prefetch Data Into Caches\"", "prefetcht0 [ebx]")                           \
    X(prefetch_gs, "SDM 2B \"PREFETCHh-Prefetch Data Into Caches\"", "prefetcht0 gs:[rbx]")                        \
    X(prefetch_rbp, "SDM 2B \"PREFETCHh-Prefetch Data Into Caches\"", "prefetcht0 [rbp]")                          \
    X(hint_18_4, "SDM 2D \"Opcode Map\"", ".byte 0x0f, 0x18, 0x23 # 0F 18 /4")                                     \
    X(hint_18_5, "SDM 2D \"Opcode Map\"", ".byte 0x0f, 0x18, 0x2b # 0F 18 /5")                                     \
    X(hint_18_6, "SDM 2D \"Opcode Map\"", ".byte 0x0f, 0x18, 0x33 # 0F 18 /6")                                     \
    X(hint_18_7, "SDM 2D \"Opcode Map\"", ".byte 0x0f, 0x18, 0x3b # 0F 18 /7")                                     \
    X(nop_19, "SDM 2D \"Opcode Map\"", ".byte 0x0f, 0x19, 0x03 # 0F 19 /0")                                        \
    X(nop_1c_1, "SDM 2D \"Opcode Map\"", ".byte 0x0f, 0x1c, 0x0b # 0F 1C /1")                                      \
    X(nop_1d, "SDM 2D \"Opcode Map\"", ".byte 0x0f, 0x1d, 0x03 # 0F 1D /0")                                        \
    X(nop_1e, "SDM 2D \"Opcode Map\"", ".byte 0x0f, 0x1e, 0x03 # 0F 1E /0")                                        \
    X(endbr_memory, "SDM 2D \"Opcode Map\"", ".byte 0xf3, 0x0f, 0x1e, 0x3b # F3 0F 1E /7 with memory")             \
    X(rdssp_memory, "SDM 2D \"Opcode Map\"", ".byte 0xf3, 0x48, 0x0f, 0x1e, 0x0b # F3 REX.W 0F 1E /1 with memory") \
    X(nop16, "SDM 2B \"NOP-No Operation\"", "nop word ptr [rbx]")                                                  \
    X(nop32, "SDM 2B \"NOP-No Operation\"", "nop dword ptr [rbx]")                                                 \
    X(nop64, "SDM 2B \"NOP-No Operation\"", ".byte 0x48, 0x0f, 0x1f, 0x03 # REX.W 0F 1F /0")                       \
    X(nop_gs, "SDM 2B \"NOP-No Operation\"", "nop dword ptr gs:[rbx]")                                             \
    X(nop_sib, "SDM 2B \"NOP-No Operation\"", "nop dword ptr [rbx + rsi * 8 + 0x12345678]")                        \
    X(nop_rep, "SDM 2B \"NOP-No Operation\"", ".byte 0xf3, 0x0f, 0x1f, 0x03 # F3 0F 1F /0")                        \
    X(nop_reg, "SDM 2B \"NOP-No Operation\"", ".byte 0x0f, 0x1f, 0x3b # 0F 1F /7")                                 \
    X(lea16, "SDM 2A \"LEA-Load Effective Address\"", "lea ax, [rbx]")                                             \
    X(lea32, "SDM 2A \"LEA-Load Effective Address\"", "lea eax, [rbx]")                                            \
    X(lea64, "SDM 2A \"LEA-Load Effective Address\"", "lea rax, [rbx]")                                            \
    X(lea67, "SDM 2A \"LEA-Load Effective Address\"", "lea rax, [ebx]")                                            \
    X(lea_gs, "SDM 2A \"LEA-Load Effective Address\"", ".byte 0x65, 0x48, 0x8d, 0x03 # LEA RAX, GS:[RBX]")         \
    X(lea_sib, "SDM 2A \"LEA-Load Effective Address\"", "lea rax, [rbx + rbx * 8 - 1]")                            \
    X(lea_rbp, "SDM 2A \"LEA-Load Effective Address\"", "lea rax, [rbp + 8]")

ALL(FUNCTION)

VARIANTS(ALL(ROW));
