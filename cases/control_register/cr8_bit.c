/* The bits of CR8 but the lowest four are reserved: #GP(0), and CR8 keeps its value. */
#include <case.h>

static void look(void)
{
    note("cr8", read_cr8());
}

/* ARG0: the bit. */
static void run(void)
{
    start.rbx = 1ull << ARG0 | 5;
    at_end(look);
    FAULT("mov cr8, rbx");
}

#define RESERVED(bit)                                                                                                                       \
    {                                                                                                                                       \
        VARIANT, .name = #bit, .about = "MOV CR8 with bit " #bit " set, at CPL 0", .spec = "SDM 2B \"MOV-Move to/from Control Registers\"", \
                 .vector = VEC_GP, .error = 0, .saved_rip = AT_FAULT, .run = run, .arg = {                                                  \
                     bit                                                                                                                    \
                 }                                                                                                                          \
    }

VARIANTS(RESERVED(5), RESERVED(6), RESERVED(7), RESERVED(8), RESERVED(16), RESERVED(31), RESERVED(48), RESERVED(63));
