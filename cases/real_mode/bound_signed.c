/* BOUND of negative bounds in real mode. */
#include <case16.h>

#define INDEX eax
#include "../bound_range/signed.h"

static void words(void)
{
    start.ebx = 0;
    set_words((void *)(16 * REAL_DS));
    FAULT("bound ax, [bx]");
}

static void dwords(void)
{
    start.ebx = 0;
    set_dwords((void *)(16 * REAL_DS));
    FAULT("bound eax, [bx]");
}

VARIANTS(ENDS("words", words, "words", "in real mode", ), ENDS("dwords", dwords, "doublewords", "in real mode", ));
