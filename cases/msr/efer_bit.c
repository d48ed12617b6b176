/* Each reserved bit of IA32_EFER: #GP(0), and the register keeps its value. */
#include <bits.h>
#include <case.h>

#include "kept.h"

/* ARG0: the bit. */
static void run(void)
{
    write(MSR_EFER, read_msr(MSR_EFER) | 1ull << ARG0);
}

#define RESERVED(bit)                                                                                                                          \
    {                                                                                                                                          \
        VARIANT, .name = #bit, .about = "WRMSR of IA32_EFER with bit " #bit " set, at CPL 0",                                                  \
                 .spec = "SDM 2D \"WRMSR-Write to Model Specific Register\"", .vector = VEC_GP, .error = 0, .saved_rip = AT_FAULT, .run = run, \
                 .arg = {                                                                                                                      \
                     bit                                                                                                                       \
                 }                                                                                                                             \
    }

/* Not here: bits 7:1, which APM 2 lets be, and bits 12 to 18, 20 and 21, which AMD's processors have or had. */
VARIANTS(RESERVED(19), RESERVED(22), RESERVED(23), RESERVED(24), RESERVED(25), RESERVED(26), RESERVED(27), RESERVED(28), RESERVED(29), RESERVED(30),
         RESERVED(31), RESERVED(32), BITS_33_TO_63(RESERVED));
