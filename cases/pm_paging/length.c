/*
 * An instruction of each length that begins on one page and ends on a missing one, with its first byte there, and with all but its last: the fault is
 * a fetch at the instruction. 32-bit code, and 16-bit code of virtual-8086 mode.
 */
#include <case32.h>

#define VM86 0x100u

/* ARG0: length, whether in virtual-8086 mode; ARG1: bytes on the first page. NOP with prefixes. */
static void run(void)
{
    unsigned length = ARG0 & 0xff;
    uintptr_t pair, at;

    if (ARG0 & VM86) {
        in_vm86();
        pair = 0x10000;
        change_page(pair, 0, PAGE_USER);
        name_place("pair", pair, 2 * PAGE_SIZE);
    } else {
        in_ring(3);
        pair = map_pages("pair", 2, PAGE_PRESENT | PAGE_USER);
    }
    at = pair + PAGE_SIZE - (uintptr_t)ARG1;
    for (unsigned i = 0; i < length; i++)
        *(uint8_t *)frame_of(at + i) = i == length - 1 ? 0x90 : 0x66;
    name_place("instruction", at, length);
    change_page(pair + PAGE_SIZE, PAGE_PRESENT, 0);
    if (ARG0 & VM86) {
        start.cs = 0x1000;
        start.eip = at - 0x10000;
        PROGRAM16("");
    } else {
        start.eip = at;
        PROGRAM("");
    }
}

#define ROW(mode, how, length, first, about_)                                                                                                      \
    {                                                                                                                                              \
        VARIANT, .name = mode #length "_" #first, .about = about_ ", an instruction of " #length " bytes, the first " #first " on a present page", \
                 .spec = "SDM 3A \"Interrupt 14-Page-Fault Exception (#PF)\"", .vector = VEC_PF, .error = PF_U, .saved_rip = "instruction",        \
                 .run = run, .arg = {                                                                                                              \
                     (length) | (how),                                                                                                             \
                     first                                                                                                                         \
                 }                                                                                                                                 \
    }
#define BOTH(mode, how, length, less, about) ROW(mode, how, length, 1, about), ROW(mode, how, length, less, about)
#define EACH(mode, how, about)                                                                                             \
    ROW(mode, how, 2, 1, about), BOTH(mode, how, 3, 2, about), BOTH(mode, how, 5, 4, about), BOTH(mode, how, 8, 7, about), \
        BOTH(mode, how, 11, 10, about), BOTH(mode, how, 15, 14, about)
VARIANTS(EACH("", 0, "32-bit code"), EACH("vm86_", VM86, "virtual-8086 mode"));
