/* BOUND of negative bounds in compatibility mode. */
#include <case.h>

#define INDEX rax
#include "signed.h"

static void words(void)
{
    in_compat_user();
    start.rbx = map_page("bounds", PAGE_PRESENT | PAGE_USER);
    set_words(frame_of(start.rbx));
    FAULT32("bound ax, [ebx]");
}

static void dwords(void)
{
    in_compat_kernel();
    start.rbx = map_page("bounds", PAGE_PRESENT);
    set_dwords(frame_of(start.rbx));
    FAULT32("bound eax, [ebx]");
}

VARIANTS(ENDS("words", words, "words", "at CPL 3 in compatibility mode", .env = COMPAT32),
         ENDS("dwords", dwords, "doublewords", "at CPL 0 in compatibility mode", .env = COMPAT32));
