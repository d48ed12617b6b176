/* An unmasked x87 exception with CR0.NE=0, in 32-bit protected mode at CPL 0 and 3, and in 16-bit code. */
#include <case32.h>

#define RUN PROGRAM
#define SIZE ""
#define SET_CR0 "mov cr0, eax\n"
static uint8_t *prepare(void);
#include "../x87_floating_point/each_external.h"

static uint8_t *prepare(void)
{
    in_ring((unsigned)ARG0);
    start.ebx = map_page("operands", PAGE_PRESENT | PAGE_WRITE | PAGE_USER);
    return frame_of(start.ebx);
}

FUNCTIONS
SWITCHED(ts_fwait, "fwait")
SWITCHED(ts_fld1, "fld1")

#undef RUN
#define RUN      \
    in_code16(); \
    PROGRAM16
WAITS(fwait_code16, "fwait")
WAITS(fld_code16, "fld dword ptr [ebx + 4]")
SILENT(fnsave_code16, "fnsave [ebx + 0x100]\nfwait")

#define AT_CPL0(name, instruction, needs, about) WAITING_ROW("", 0, "", name, needs, about)
#define AT_CPL3(name, instruction, needs, about) WAITING_ROW("_user", 3, ", at CPL 3", name, needs, about)
#define LOADED_AT_CPL0(name, instructions, needs, about) LOADED_ROW("", 0, "", name, needs, about)
#define SILENT_AT_CPL0(name, instruction, needs, about) SILENT_ROW("", 0, "", name, needs, about)
#define CODE16(suffix, number, where)                                                       \
    WAITING_ROW(suffix, number, ", 16-bit code" where, fwait_code16, NULL, "FWAIT")         \
    WAITING_ROW(suffix, number, ", 16-bit code" where, fld_code16, NULL, "FLD from memory") \
    SILENT_ROW(suffix, number, ", 16-bit code" where, fnsave_code16, NULL, "FNSAVE, then FWAIT")
VARIANTS(WAITING_FORMS(AT_CPL0) WAITING_FORMS(AT_CPL3) LOADED_FORMS(LOADED_AT_CPL0) SILENT_FORMS(SILENT_AT_CPL0) MORE_ROWS("", 0, "")
             MORE_ROWS("_user", 3, ", at CPL 3") CODE16("", 0, "") CODE16("_user", 3, ", at CPL 3") SWITCHED_ROW(ts_fwait, "FWAIT")
                 SWITCHED_ROW(ts_fld1, "FLD1"));
