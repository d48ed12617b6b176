/*
 * A gate's reserved bits. The manual marks them so, and doesn't say that the processor checks them: both are accepted, the delivery and the #GP that
 * a wrong gate gives. There is no IST here.
 */
#include <case32.h>

static void set_reserved(unsigned type)
{
    set_gate(0x40, .type = type, .dpl = 3);
    gate_of(0x40)->parameters = 0xff;
}

static void same(void)
{
    set_reserved((unsigned)ARG0);
    FAULT("int 0x40");
}

static void user(void)
{
    in_user_mode();
    set_reserved((unsigned)ARG0);
    FAULT("int 0x40");
}

#define ROW(name_, run_, type_, about_)                                                                                                      \
    {                                                                                                                                        \
        VARIANT, .name = name_, .about = "INT 0x40 at " about_ ", all bits of its fifth byte are set", .spec = "SDM 3A \"IDT Descriptors\"", \
                 .vector = 0x40, .error = NO_ERROR, .saved_rip = AFTER, .run = run_, .arg = {                                                \
                     type_                                                                                                                   \
                 }                                                                                                                           \
    }
VARIANTS(ROW("interrupt", same, GATE_INTERRUPT, "CPL 0 through an interrupt gate"), ROW("trap", same, GATE_TRAP, "CPL 0 through a trap gate"),
         ROW("interrupt_user", user, GATE_INTERRUPT, "CPL 3 through an interrupt gate"));
