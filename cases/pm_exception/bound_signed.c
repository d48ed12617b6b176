/* BOUND of negative bounds in 32-bit protected mode. */
#include <case32.h>

#define INDEX eax
#include "../bound_range/signed.h"

static void words(void)
{
    start.ebx = map_page("bounds", PAGE_PRESENT);
    set_words(frame_of(start.ebx));
    FAULT("bound ax, [ebx]");
}

static void dwords(void)
{
    in_user_mode();
    start.ebx = map_page("bounds", PAGE_PRESENT | PAGE_USER);
    set_dwords(frame_of(start.ebx));
    FAULT("bound eax, [ebx]");
}

VARIANTS(ENDS("words", words, "words", "at CPL 0", ), ENDS("dwords", dwords, "doublewords", "at CPL 3", ));
