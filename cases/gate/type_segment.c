/* A descriptor of the IDT with S=1 is no gate, whatever its type's number is: #GP(IDT), as for each other that is none. */
#include <case.h>

/* ARG0: the type. */
static void run(void)
{
    ((uint8_t *)gate_of(0x40))[5] = (uint8_t)(0x90 | ARG0);
    FAULT("int 0x40");
}

#define ROW(name_, type)                                                                                                                       \
    {                                                                                                                                          \
        VARIANT, .name = name_, .about = "INT 0x40, its gate has S=1 and type " #type, .spec = "SDM 3A \"64-Bit Mode IDT\"", .vector = VEC_GP, \
                 .error = IDT_ERROR(0x40), .saved_rip = AT_FAULT, .run = run, .arg = {                                                         \
                     type                                                                                                                      \
                 }                                                                                                                             \
    }
VARIANTS(ROW("6", 6), ROW("7", 7), ROW("14", 14), ROW("15", 15));
