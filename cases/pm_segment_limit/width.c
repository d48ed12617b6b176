/* What an access touches, by operands at the end of a segment. The pages behind it are there, so that only the limit can stop an instruction. */
#include <case32.h>

static void at_last(unsigned width)
{
    struct descriptor d = {.type = DATA_WRITABLE, .d = true, .limit = 0xfff};

    d.base = map_pages("data", 2, PAGE_PRESENT | PAGE_WRITE);
    start.ds = add_descriptor("segment", encode_descriptor(d));
    start.ebx = PAGE_SIZE - width;
    start.esp -= 0x100;
}

#include "width.h"

#define ROW(name_, needs_, width_, write_, instruction_)                                            \
    {VARIANT,                                                                                       \
     .name = #name_,                                                                                \
     .about = instruction_ " with its " #width_ " bytes at the limit of DS, then one byte further", \
     .spec = "SDM 3A \"Limit Checking\"",                                                           \
     .needs = needs_,                                                                               \
     .vector = VEC_GP,                                                                              \
     .error = 0,                                                                                    \
     .saved_rip = AT_FAULT,                                                                         \
     .run = run_##name_},

/* On a page that isn't there the manual doesn't say whether it reads or writes. */
#define MORE(X) X(arpl, NULL, 2, PF_W, "arpl word ptr [ebx], cx")

OPERANDS(FUNCTION)
MORE(FUNCTION)

VARIANTS(OPERANDS(ROW) MORE(ROW));
