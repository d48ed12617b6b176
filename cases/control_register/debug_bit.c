/* Each bit of the upper halves of DR6 and DR7 is reserved: #GP(0), and the register keeps its value. */
#include <bits.h>
#include <case.h>

/* ARG0: the bit. */
static void dr6(void)
{
    start.rbx = DR6_START | 1ull << ARG0;
    FAULT("mov dr6, rbx");
}

static void dr7(void)
{
    start.rbx = DR7_START | DR7_L(0) | 1ull << ARG0;
    FAULT("mov dr7, rbx");
}

#define ROW(register, bit)                                                                                                                    \
    {                                                                                                                                         \
        VARIANT, .name = #register "_" #bit, .about = "MOV to " #register " with bit " #bit " set, at CPL 0",                                 \
                 .spec = "SDM 2B \"MOV-Move to/from Debug Registers\"", .vector = VEC_GP, .error = 0, .saved_rip = AT_FAULT, .run = register, \
                 .arg = {                                                                                                                     \
                     bit                                                                                                                      \
                 }                                                                                                                            \
    }
#define DR6(bit) ROW(dr6, bit)
#define DR7(bit) ROW(dr7, bit)

VARIANTS(BITS_33_TO_63(DR6), BITS_33_TO_63(DR7));
