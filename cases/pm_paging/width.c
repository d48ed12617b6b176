/* width/ in 32-bit protected mode: what an access touches, by operands at a page's end, behind which nothing is present. */
#include <case32.h>

static void at_last(unsigned width)
{
    uintptr_t pair = map_pages("pair", 2, PAGE_WRITE);

    change_page(pair, 0, PAGE_PRESENT);
    start.ebx = pair + PAGE_SIZE - width;
    start.esp -= 0x100;
}

#include "../pm_segment_limit/width.h"

#define ROW(name_, needs_, width_, write_, instruction_)                                         \
    {VARIANT,                                                                                    \
     .name = #name_,                                                                             \
     .about = instruction_ " with its " #width_ " bytes at a page's end, then one byte further", \
     .spec = "SDM 3A \"Interrupt 14-Page-Fault Exception (#PF)\"",                               \
     .needs = needs_,                                                                            \
     .vector = VEC_PF,                                                                           \
     .error = write_,                                                                            \
     .saved_rip = AT_FAULT,                                                                      \
     .run = run_##name_},

OPERANDS(FUNCTION)

VARIANTS(OPERANDS(ROW));
