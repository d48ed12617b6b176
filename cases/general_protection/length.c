/* An instruction has 15 bytes at most, redundant prefixes included. */
#include <case.h>

static void nop_16(void)
{
    FAULT(".skip 15, 0x66\n.byte 0x90");
}

static void nop_15(void)
{
    FAULT(".skip 14, 0x66\n.byte 0x90");
}

static void ud2_17(void)
{
    FAULT(".skip 15, 0x66\n.byte 0x0f, 0x0b");
}

/* The prefixes end a page, and the next one isn't present: what no byte can make shorter than 16 need not be fetched. */
static void page_end(void)
{
    uintptr_t page = map_pages("pair", 2, PAGE_PRESENT | PAGE_WRITE);

    for (unsigned i = 1; i <= 15; i++)
        ((uint8_t *)frame_of(page))[PAGE_SIZE - i] = 0x66;
    change_page(page + PAGE_SIZE, PAGE_PRESENT, 0);
    start.rip = page + PAGE_SIZE - 15;
    PROGRAM("ud2\n");
}

#define ROW(name_, id_, about_, ...)                                                                                                           \
    {                                                                                                                                          \
        VARIANT, .name = #name_, .about = about_ " at CPL 0", .spec = "SDM 3A \"Interrupt 13-General Protection Exception (#GP)\"", .id = id_, \
                 .run = name_, __VA_ARGS__                                                                                                     \
    }
#define FAULTS .vector = VEC_GP, .error = 0, .saved_rip = AT_FAULT

VARIANTS(ROW(nop_16, "gp-insn-16-bytes", "NOP behind 15 prefixes", FAULTS),
         ROW(nop_15, "gp-insn-15-bytes", "NOP behind 14 prefixes", .vector = NO_EXCEPTION),
         ROW(ud2_17, "gp-insn-16-bytes-ud2", "UD2 behind 15 prefixes: not #UD", FAULTS),
         ROW(page_end, "gp-insn-15-prefixes-page-end", "15 prefixes that end a page, the next not present,", .vector = VEC_GP, .error = 0,
             .saved_rip = "", .needs = "nx"));
