/* An unmasked x87 exception with CR0.NE=0, in compatibility mode. */
#include <case.h>

#define RUN PROGRAM32
#define SIZE ""
static uint8_t *prepare(void);
#include "../x87_floating_point/each_external.h"

static uint8_t *prepare(void)
{
    if (ARG0 == 3)
        in_compat_user();
    else
        in_compat_kernel();
    start.rbx = map_page("operands", PAGE_PRESENT | PAGE_WRITE | PAGE_USER);
    return frame_of(start.rbx);
}

WAITS(fwait, "fwait")
WAITS(fld, "fld dword ptr [ebx + 4]")
SILENT(fnsave, "fnsave [ebx + 0x100]\nfwait")

#undef ROW_ENVIRONMENT
#define ROW_ENVIRONMENT .env = COMPAT32,
#define ROWS(suffix, number, where)                                       \
    WAITING_ROW(suffix, number, where, fwait, NULL, "FWAIT")              \
    WAITING_ROW(suffix, number, where, fld, NULL, "FLD from memory")      \
    SILENT_ROW(suffix, number, where, fnsave, NULL, "FNSAVE, then FWAIT") \
    MORE_ROWS(suffix, number, where)
VARIANTS(ROWS("", 0, "") ROWS("_user", 3, ", at CPL 3"));
