/*
 * A delivery that stays at CPL 3 pushes as any program there: with alignment checks a stack pointer that the words of the frame don't divide is
 * #AC(EXT), and nothing is pushed. The stack of an inner ring isn't checked.
 */
#include <case32.h>

/* ARG0: how far ESP is from an aligned one. */
static void set_up(unsigned vector)
{
    in_user_mode();
    set_gate(vector, .dpl = 3, .selector = SEL_USER_CODE);
    start.esp -= (uint32_t)ARG0;
    start.eflags |= EFLAGS_AC;
    write_cr0(read_cr0() | CR0_AM);
}

static void int_n(void)
{
    set_up(0x40);
    FAULT("int 0x40");
}

static void ud2(void)
{
    set_up(VEC_UD);
    FAULT("ud2");
}

static void inner(void)
{
    in_user_mode();
    tss.esp0 -= (uint32_t)ARG0;
    set_gate(0x40, .dpl = 3);
    start.eflags |= EFLAGS_AC;
    write_cr0(read_cr0() | CR0_AM);
    FAULT("int 0x40");
}

#define ROW(name_, run_, distance, about_, ...)                                                                                                      \
    {                                                                                                                                                \
        VARIANT, .name = name_, .about = about_ " at CPL 3, alignment checks",                                                                       \
                 .spec = "SDM 2A \"INT n/INTO/INT3/INT1-Call to Interrupt Procedure\"", .needs = "i486", .run = run_, .arg = {distance}, __VA_ARGS__ \
    }
#define REFUSED(error_) .vector = VEC_AC, .error = error_, .saved_rip = AT_FAULT

VARIANTS(ROW("int_n", int_n, 1, "INT 0x40 to CPL 3, ESP misaligned by 1", REFUSED(0)),
         ROW("int_n_word", int_n, 2, "INT 0x40 to CPL 3, ESP misaligned by 2", REFUSED(0)),
         ROW("ud2", ud2, 1, "UD2 to CPL 3, ESP misaligned by 1", REFUSED(ERROR_EXT)),
         ROW("inner", inner, 1, "INT 0x40 to CPL 0, ESP0 misaligned by 1", .vector = 0x40, .error = NO_ERROR, .saved_rip = AFTER));
