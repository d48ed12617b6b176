/* An unmasked x87 exception with CR0.NE=0, in 64-bit mode. */
#include <case.h>

#define RUN PROGRAM
#define SIZE ""
#define SET_CR0 "mov cr0, rax\n"
static uint8_t *prepare(void);
#include "each_external.h"

enum { PENDING_STATE = 0x200, MASKED_STATE = 0x400, STATE_MXCSR = 24 };

static uint8_t *prepare(void)
{
    if (ARG0 == 3)
        in_user_mode();
    start.rbx = map_page("operands", PAGE_PRESENT | PAGE_WRITE | PAGE_USER);
    return frame_of(start.rbx);
}

FUNCTIONS
SWITCHED(ts_fwait, "fwait")
SWITCHED(ts_fld1, "fld1")
SILENT(addps, "addps xmm0, xmm1")

static void set_state(unsigned offset, unsigned control)
{
    set_word(offset, control);
    set_word(offset + 2, 4);
    set_word(offset + STATE_MXCSR, 0x1f80);
}

static void fxrstor(void)
{
    set_up(LINE_13);
    set_state(PENDING_STATE, ZERO_DIVIDE_UNMASKED);
    RUN("fxrstor [rbx + 0x200]\n" WAITING("fwait") "fninit\n");
}

static void silent(void)
{
    set_up(0);
    start.rflags &= ~(uint64_t)RFLAGS_IF;
    at_end(note_stored);
    set_state(MASKED_STATE, ALL_MASKED);
}

static void fxsave(void)
{
    silent();
    RUN(DIVIDE("0") MARK(fault) "fxsave [rbx + 0x100]\n" MARK(after));
}

static void fxrstor_masked(void)
{
    silent();
    RUN(DIVIDE("0") MARK(fault) "fxrstor [rbx + 0x400]\nfwait\n" MARK(after));
}

#define AT_CPL0(name, instruction, needs, about) WAITING_ROW("", 0, "", name, needs, about)
#define AT_CPL3(name, instruction, needs, about) WAITING_ROW("_user", 3, ", at CPL 3", name, needs, about)
#define LOADED_AT_CPL0(name, instructions, needs, about) LOADED_ROW("", 0, "", name, needs, about)
#define SILENT_AT_CPL0(name, instruction, needs, about) SILENT_ROW("", 0, "", name, needs, about)
VARIANTS(WAITING_FORMS(AT_CPL0) WAITING_FORMS(AT_CPL3) LOADED_FORMS(LOADED_AT_CPL0)
             LOADED_ROW("", 0, "", fxrstor, "fxsr", "FXRSTOR of an image with ZE unmasked, then FWAIT") SILENT_FORMS(SILENT_AT_CPL0)
                 SILENT_ROW("", 0, "", addps, "sse", "ADDPS") SILENT_ROW("", 0, "", fxsave, "fxsr", "FXSAVE")
                     SILENT_ROW("", 0, "", fxrstor_masked, "fxsr", "FXRSTOR of an image with all masked, then FWAIT") MORE_ROWS("", 0, "")
                         MORE_ROWS("_user", 3, ", at CPL 3") SWITCHED_ROW(ts_fwait, "FWAIT") SWITCHED_ROW(ts_fld1, "FLD1"));
