/*
 * The low bits of DRn that LENn makes an offset in the range are ignored: the range begins at the multiple of its length. Enabling it with LE or
 * GE, which once made the match exact, changes nothing.
 */
#include <case.h>

/* ARG0: the address in DR0, as an offset in the page, and LEN0; ARG1: the offset that the store of one byte has, and bits of DR7. */
static void run(void)
{
    uintptr_t page = map_page("page", PAGE_PRESENT | PAGE_WRITE);

    set_breakpoint(0, page + (ARG0 & 0xff), BREAK_WRITE, (enum breakpoint_length)(ARG0 >> 8));
    start.dr7 |= ARG1 & ~0xffull;
    start.rbx = page + (ARG1 & 0xff);
    FAULT("mov [rbx], al");
}

#define ROW(name_, length, at, store, bits, about_, spec_, ...)                                                                          \
    {                                                                                                                                    \
        VARIANT, .name = name_, .about = about_, .spec = spec_, .run = run, .arg = {(length) << 8 | (at), (bits) | (store)}, __VA_ARGS__ \
    }
#define MASKED(name_, length, at, store, about_, ...) ROW(name_, length, at, store, 0, about_, "SDM 3B \"Breakpoint Field Recognition\"", __VA_ARGS__)
#define EXACT(name_, bits, about_) ROW(name_, LENGTH_4, 0x10, 0x12, bits, about_, "SDM 3B \"Debug Control Register (DR7)\"", TRAPS)
#define TRAPS .vector = VEC_DB, .error = NO_ERROR, .saved_rip = AFTER
#define PASSES .vector = NO_EXCEPTION

VARIANTS(MASKED("word_first", LENGTH_2, 0x11, 0x10, "DR0 is odd with LEN0 of 2 bytes, a store to the byte below it", TRAPS),
         MASKED("word_above", LENGTH_2, 0x11, 0x12, "DR0 is odd with LEN0 of 2 bytes, a store to the byte above it", PASSES),
         MASKED("dword_first", LENGTH_4, 0x13, 0x10, "DR0 ends in 3 with LEN0 of 4 bytes, a store to the byte 3 below it", TRAPS),
         MASKED("dword_above", LENGTH_4, 0x13, 0x14, "DR0 ends in 3 with LEN0 of 4 bytes, a store to the byte above it", PASSES),
         MASKED("dword_below", LENGTH_4, 0x13, 0x0f, "DR0 ends in 3 with LEN0 of 4 bytes, a store to the byte 4 below it", PASSES),
         MASKED("qword_first", LENGTH_8, 0x17, 0x10, "DR0 ends in 7 with LEN0 of 8 bytes, a store to the byte 7 below it", TRAPS),
         MASKED("qword_above", LENGTH_8, 0x17, 0x18, "DR0 ends in 7 with LEN0 of 8 bytes, a store to the byte above it", PASSES),
         EXACT("le", DR7_LE, "a store on a breakpoint with LE=1"), EXACT("ge", DR7_GE, "a store on a breakpoint with GE=1"),
         EXACT("le_ge", DR7_LE | DR7_GE, "a store on a breakpoint with LE=GE=1"));
