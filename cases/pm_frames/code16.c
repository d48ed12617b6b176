/* 16-bit code in protected mode: the gate decides how wide a frame's words are, not the code. */
#include <case32.h>

static void int_n(void)
{
    in_ring(ARG0);
    in_code16();
    set_gate(0x40, .dpl = 3, .type = ARG1);
    FAULT16("int 0x40");
}

static void resumed(void)
{
    on_exception(0x40, resume);
    int_n();
}

#define ROW(name_, run_, arg0_, arg1_, resumes_, about_)                                                                                \
    {                                                                                                                                   \
        VARIANT, .name = name_, .about = about_, .spec = "SDM 3A \"Mixing 16-Bit and 32-Bit Code\"", .vector = 0x40, .error = NO_ERROR, \
                 .saved_rip = AFTER, .resumes = resumes_, .run = run_, .arg = {                                                         \
                     arg0_,                                                                                                             \
                     arg1_                                                                                                              \
                 }                                                                                                                      \
    }
VARIANTS(ROW("gate32", int_n, 0, GATE_INTERRUPT, 0, "INT n of 16-bit code through a 32-bit gate"),
         ROW("gate16", int_n, 0, GATE_INTERRUPT16, 0, "INT n of 16-bit code through a 16-bit gate"),
         ROW("gate32_user", int_n, 3, GATE_INTERRUPT, 0, "INT n of 16-bit code at CPL 3 through a 32-bit gate"),
         ROW("gate32_user_resumed", resumed, 3, GATE_INTERRUPT, 1, "INT n of 16-bit code at CPL 3, whose handler returns"),
         ROW("gate16_resumed", resumed, 0, GATE_INTERRUPT16, 1, "INT n of 16-bit code through a 16-bit gate, whose handler returns"));
