/* Operands whose address isn't canonical, by RBX and by RBP. */
#include <case.h>

#include "memory.h"

/* arg: the bytes, INT3 behind them; whether it's [RBP]. */
static void run(void)
{
    uintptr_t page = map_page("code", PAGE_PRESENT);

    fill_words((uintptr_t)frame_of(page), 0xcccccccccccccccc, PAGE_SIZE / 8);
    *(uint64_t *)frame_of(page) = ARG0;
    start.rip = page;
    start.rbx = start.rbp = NONCANONICAL;
    PROGRAM("");
}

#define HERE(X, M, ...)                                          \
    IN_EACH_MODE(X, M, __VA_ARGS__)                              \
    X(neg64, "NEG r/m64", __VA_ARGS__, 0x48, 0xf7, M(3))         \
    X(pop, "POP", __VA_ARGS__, 0x8f, M(0))                       \
    X(call, "near CALL", __VA_ARGS__, 0xff, M(2))                \
    X(cmpxchg8b, "CMPXCHG8B", __VA_ARGS__, 0x0f, 0xc7, M(1))     \
    X(setz, "SETZ", __VA_ARGS__, 0x0f, 0x94, M(0))               \
    X(lar, "LAR", __VA_ARGS__, 0x0f, 0x02, M(0))                 \
    X(verr, "VERR", __VA_ARGS__, 0x0f, 0x00, M(4))               \
    X(sldt, "SLDT", __VA_ARGS__, 0x0f, 0x00, M(0))               \
    X(str, "STR", __VA_ARGS__, 0x0f, 0x00, M(1))                 \
    X(lldt, "LLDT", __VA_ARGS__, 0x0f, 0x00, M(2))               \
    X(ltr, "LTR", __VA_ARGS__, 0x0f, 0x00, M(3))                 \
    X(lmsw, "LMSW", __VA_ARGS__, 0x0f, 0x01, M(6))               \
    X(lidt, "LIDT", __VA_ARGS__, 0x0f, 0x01, M(3))               \
    X(movnti, "MOVNTI", __VA_ARGS__, 0x0f, 0xc3, M(0))           \
    X(movss, "MOVSS", __VA_ARGS__, 0xf3, 0x0f, 0x10, M(0))       \
    X(movups, "MOVUPS", __VA_ARGS__, 0x0f, 0x11, M(0))           \
    X(addpd, "ADDPD", __VA_ARGS__, 0x66, 0x0f, 0x58, M(0))       \
    X(cvtsi2sd, "CVTSI2SD", __VA_ARGS__, 0xf2, 0x0f, 0x2a, M(0)) \
    X(ldmxcsr, "LDMXCSR", __VA_ARGS__, 0x0f, 0xae, M(2))         \
    X(stmxcsr, "STMXCSR", __VA_ARGS__, 0x0f, 0xae, M(3))         \
    X(fxsave, "FXSAVE", __VA_ARGS__, 0x0f, 0xae, M(0))           \
    X(movq_mmx, "MOVQ to MM0", __VA_ARGS__, 0x0f, 0x6f, M(0))

#define SPEC "SDM 3A \"Interrupt 13-General Protection Exception (#GP)\", \"Interrupt 12-Stack Fault Exception (#SS)\""
#define BX(reg) (reg) << 3 | 3
#define BP(reg) 0x45 | (reg) << 3, 0
VARIANTS(HERE(ROW, BX, "rbx", " at a non-canonical address by RBX", VEC_GP, 0) HERE(ROW, BP, "rbp", " at a non-canonical address by RBP", VEC_SS, 0));
