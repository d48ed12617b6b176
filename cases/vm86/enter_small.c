/*
 * IRETD to virtual-8086 mode from a stack segment with B=0: SP counts, whatever the upper half of ESP is. The program loads SS itself: what takes the
 * frame relies on the one that it starts with.
 */
#include <case32.h>

#include "iretd.h"

#define STACK 0x50000000u
#define UPPER 0xabcd0000u

/* ARG0: SP. Of the segment's 64 KiB the first and the last page are mapped. */
static void iretd(void)
{
    struct descriptor small = {.base = STACK, .limit = 0xffff, .type = DATA_WRITABLE};

    set_up_vm86(ASSEMBLE16(MARK(entry) "int3\n" MARK(stop)));
    map_page_at("first", STACK, PAGE_PRESENT | PAGE_WRITE);
    map_page_at("last", STACK + 0xf000, PAGE_PRESENT | PAGE_WRITE);
    start.ecx = add_descriptor("small", encode_descriptor(small));
    start.edi = UPPER | (uint32_t)ARG0;

    const uint32_t image[] = VM86_IMAGE;

    for (unsigned i = 0; i < 9; i++)
        *(uint32_t *)frame_of(STACK + (((uint32_t)ARG0 + 4 * i) & 0xffff)) = image[i];
    PROGRAM32("mov ss, ecx\nmov esp, edi\n" MARK(fault) "iretd\n" MARK(after));
}

#define ROW(name_, sp, about_)                                                                                                    \
    {                                                                                                                             \
        VARIANT, .name = name_, .about = "IRETD to virtual-8086 mode from a stack with B=0, SP=" #sp about_,                      \
                 .spec = "SDM 3B \"Entering Virtual-8086 Mode\"; SDM 2A \"IRET/IRETD/IRETQ-Interrupt Return\"", .vector = VEC_BP, \
                 .saved_rip = "stop", .error = NO_ERROR, .run = iretd, .arg = {                                                   \
                     sp                                                                                                           \
                 }                                                                                                                \
    }
VARIANTS(ROW("plain", 0x800, ""), ROW("end", 0xffdc, ", the last doubleword at the end"));
