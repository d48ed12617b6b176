/*
 * An instruction that reads, computes and writes memory: where the write faults the status flags are those of before it, where a data breakpoint
 * traps behind it they are its own.
 */
#include <case.h>

#include "between.h"

#define OFFSET 0x5c0u

/* arg: the word that is there, and CX. */
static void fault(struct program p)
{
    uintptr_t page = map_page("victim", PAGE_PRESENT);

    (void)p;
    *(uint64_t *)((uintptr_t)frame_of(page) + OFFSET) = ARG0;
    start.rbx = page + OFFSET;
    start.rcx = ARG1;
    record_memory("victim", (uint8_t *)frame_of(page) + OFFSET, 8);
}

static void trap(struct program p)
{
    fault(p);
    change_page(start.rbx, 0, PAGE_WRITE);
    set_breakpoint(0, start.rbx, BREAK_WRITE, LENGTH_1);
}

#define EACH(X, BETWEEN, ...)                                                                                     \
    X(add64, "add [rbx], rcx", "ADD of 64 bits", 0x7fffffffffffffff, 1, __VA_ARGS__)                              \
    BETWEEN()                                                                                                     \
    X(sub8, "sub [rbx], cl", "SUB of 8 bits", 0x100, 1, __VA_ARGS__)                                              \
    BETWEEN()                                                                                                     \
    X(inc16, "inc word ptr [rbx]", "INC of 16 bits", 0x2ffff, 0, __VA_ARGS__)                                     \
    BETWEEN()                                                                                                     \
    X(dec32, "dec dword ptr [rbx]", "DEC of 32 bits", 0x180000000, 0, __VA_ARGS__)                                \
    BETWEEN()                                                                                                     \
    X(neg32, "neg dword ptr [rbx]", "NEG of 32 bits", 0x10, 0, __VA_ARGS__)                                       \
    BETWEEN()                                                                                                     \
    X(adc64, "adc [rbx], rcx", "ADC of 64 bits with CF=1", 0xffffffffffffffff, 0, __VA_ARGS__)                    \
    BETWEEN()                                                                                                     \
    X(sbb16, "sbb [rbx], cx", "SBB of 16 bits with CF=1", 0x8000, 0, __VA_ARGS__)                                 \
    BETWEEN()                                                                                                     \
    X(lock_add32, "lock add [rbx], ecx", "LOCK ADD of 32 bits", 0x7fffffff, 0x7fffffff, __VA_ARGS__)              \
    BETWEEN()                                                                                                     \
    X(lock_dec8, "lock dec byte ptr [rbx]", "LOCK DEC of 8 bits", 1, 0, __VA_ARGS__)                              \
    BETWEEN()                                                                                                     \
    X(xadd64, "xadd [rbx], rcx", "XADD of 64 bits", 0x8000000000000000, 0x8000000000000000, __VA_ARGS__)          \
    BETWEEN()                                                                                                     \
    X(cmpxchg32, "cmpxchg [rbx], ecx", "CMPXCHG of 32 bits, equal", 0xffffffff, 2, __VA_ARGS__)                   \
    BETWEEN()                                                                                                     \
    X(cmpxchg64_unequal, "cmpxchg [rbx], rcx", "CMPXCHG of 64 bits, unequal", 0xfffffffffffffffe, 2, __VA_ARGS__) \
    BETWEEN()                                                                                                     \
    X(btc32, "btc dword ptr [rbx], 4", "BTC of 32 bits", 0x10, 0, __VA_ARGS__)

#define RUN(name, text, about, memory, rcx_, event)                     \
    static void event##_##name(void)                                    \
    {                                                                   \
        struct program p = ASSEMBLE(MARK(fault) text "\n" MARK(after)); \
        start.rax = ~0ull;                                              \
        event(p);                                                       \
        run_program(p);                                                 \
    }
EACH(RUN, NOTHING, fault)
EACH(RUN, NOTHING, trap)

#define ROW(name_, text, about_, memory, rcx_, event, what, vector_, error_, rip)                                                         \
    {                                                                                                                                     \
        VARIANT, .name = #event "_" #name_, .about = about_ ", " what, .spec = "SDM 3A \"Exception Classifications\"", .vector = vector_, \
                 .error = error_, .saved_rip = rip, .run = event##_##name_, .arg = {                                                      \
                     memory,                                                                                                              \
                     rcx_                                                                                                                 \
                 }                                                                                                                        \
    }

VARIANTS(EACH(ROW, COMMA, fault, "into a read-only page", VEC_PF, PF_P | PF_W, AT_FAULT),
         EACH(ROW, COMMA, trap, "into a breakpoint", VEC_DB, NO_ERROR, AFTER));
