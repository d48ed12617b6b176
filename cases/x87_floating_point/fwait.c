/*
 * An unmasked x87 exception is raised by the next waiting instruction, not by the one that caused it: FDIV by zero only sets ZE
 * and ES in the status word, FWAIT faults.
 */
#include <case.h>

static void note_status(void)
{
    uint16_t status;

    __asm__ volatile("fnstsw %0" : "=a"(status));
    note("fsw", status);
}

/* FPU control word: all masked, and all but ZE. */
#define ALL_MASKED 0x37f
#define ZERO_DIVIDE_UNMASKED 0x37b

#define DIVIDE "fninit\nfldcw [rbx]\nfldz\nfld1\nfdiv st, st(1)\n"

static void set_up(void)
{
    start.rbx = map_page("control_word", PAGE_PRESENT | PAGE_WRITE | PAGE_USER);
    *(uint16_t *)frame_of(start.rbx) = (uint16_t)ARG0;
    at_end(note_status);
}

static void kernel(void)
{
    set_up();
    PROGRAM(DIVIDE "nop\n" MARK(fault) "fwait\n" MARK(after));
}

static void user(void)
{
    in_user_mode();
    set_up();
    PROGRAM(DIVIDE "nop\n" MARK(fault) "fwait\n" MARK(after));
}

#define ROW(name_, run_, control, id_, about_, ...)                                                                                            \
    {                                                                                                                                          \
        VARIANT, .name = name_, .about = about_, .spec = "SDM 3A \"Interrupt 16-x87 FPU Floating-Point Error (#MF)\"", .id = id_, .run = run_, \
                 .arg = {control}, __VA_ARGS__                                                                                                 \
    }
#define FAULTS .vector = VEC_MF, .error = NO_ERROR, .saved_rip = AT_FAULT

VARIANTS(ROW("pending", kernel, ZERO_DIVIDE_UNMASKED, "mf-ze-div", "FWAIT at CPL 0 behind an unmasked division by zero", FAULTS),
         ROW("pending_user", user, ZERO_DIVIDE_UNMASKED, "mf-user", "FWAIT at CPL 3 behind an unmasked division by zero", FAULTS),
         ROW("masked", kernel, ALL_MASKED, "mf-masked", "FWAIT at CPL 0 behind a masked division by zero", .vector = NO_EXCEPTION));
