/* BOUND of negative bounds in virtual-8086 mode. */
#include <case32.h>

#define INDEX eax
#include "../bound_range/signed.h"

static void words(void)
{
    in_vm86();
    start.ebx = 0;
    set_words((void *)(16 * REAL_DS));
    FAULT16("bound ax, [bx]");
}

static void dwords(void)
{
    in_vm86();
    start.ebx = 0;
    set_dwords((void *)(16 * REAL_DS));
    FAULT16("bound eax, [bx]");
}

VARIANTS(ENDS("words", words, "words", "in virtual-8086 mode", ), ENDS("dwords", dwords, "doublewords", "in virtual-8086 mode", ));
