/*
 * Where a large page lies: its entry's bit 12 is PAT and no bit of the address, as ignored bits are none, and all of the linear address below the
 * page's size is the offset. The program adds up what it loads at both ends and in the middle, and stores there.
 */
#ifndef PAGE_FAULT_LARGE_ADDRESS_H
#define PAGE_FAULT_LARGE_ADDRESS_H

#include <wide.h>

#define PAT (1u << 12)
#define ADD(offset) "add eax, [" REGISTER("bx") "+" #offset "]\n"
#define OFFSETS(X) X(0) X(0x1000) X(0x2000) X(0x10000) X(0x100000) X(0x1ff000)
#define NUMBER(offset) offset,

/* What is loaded, each another power of 2 of one number. */
static void fill_page(uintptr_t page)
{
    static const uint32_t offsets[] = {OFFSETS(NUMBER)};

    for (unsigned i = 0; i < sizeof(offsets) / sizeof(*offsets); i++)
        *(uint32_t *)(page + offsets[i]) = 0x1234u << i;
    record_memory("stored", (const void *)(page + 0x1008), sizeof(start.R(dx)));
}

/* BX: the page. */
static void load_and_store(void)
{
    start.R(ax) = 0;
    PROGRAM(OFFSETS(ADD) MARK(fault) "mov [" REGISTER("bx") "+0x1008], " REGISTER("dx") "\n" MARK(after));
}

#define ROW(name_, spec_, flags, needs_, about_, kind)                                                                                      \
    {                                                                                                                                       \
        VARIANT, .name = name_, .about = about_, .spec = spec_, .vector = NO_EXCEPTION, .needs = needs_, .run = run, .arg = { kind, flags } \
    }
/* `kind`: ARG0. */
#define EACH(name, spec, needs, with_pat, about, kind)                                                        \
    ROW(name, spec, 0, needs, about, kind), ROW(name "_pat", spec, PAT, with_pat, about " with PAT=1", kind), \
        ROW(name "_uncached", spec, PAT | PAGE_PCD | PAGE_PWT, with_pat, about " with PAT=PCD=PWT=1", kind),  \
        ROW(name "_ignored", spec, IGNORED, needs, about " with all ignored bits", kind)

#endif
