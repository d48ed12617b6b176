/* DIV and IDIV by zero, in every size. #DE is a fault: the dividend stays in RAX and RDX, and the flags are those from before. */
#include <case.h>

static void operands(uint64_t dividend)
{
    start.rdx = 0;
    start.rax = dividend;
    start.rbx = 0;
}

#define DIVIDE(name, dividend, instruction) \
    static void name(void)                  \
    {                                       \
        operands(dividend);                 \
        FAULT(instruction);                 \
    }

DIVIDE(div8, 0x1234, "div bl")
DIVIDE(div16, 0x1234, "div bx")
DIVIDE(div32, 0x12345678, "div ebx")
DIVIDE(div64, 0x123456789, "div rbx")
DIVIDE(idiv8, 0x1234, "idiv bl")
DIVIDE(idiv16, 0x1234, "idiv bx")
DIVIDE(idiv32, 0x12345678, "idiv ebx")
DIVIDE(idiv64, 0x123456789, "idiv rbx")

#define ROW(name_, instruction, page)                                                                                                           \
    {                                                                                                                                           \
        VARIANT, .name = #name_, .about = instruction " at CPL 0, the divisor is 0", .spec = "SDM 2A \"" page "\"", .id = "de-" #name_ "-zero", \
                 .vector = VEC_DE, .error = NO_ERROR, .saved_rip = AT_FAULT, .run = name_                                                       \
    }
#define DIV(name, instruction) ROW(name, instruction, "DIV-Unsigned Divide")
#define IDIV(name, instruction) ROW(name, instruction, "IDIV-Signed Divide")

VARIANTS(DIV(div8, "DIV BL"), DIV(div16, "DIV BX"), DIV(div32, "DIV EBX"), DIV(div64, "DIV RBX"), IDIV(idiv8, "IDIV BL"), IDIV(idiv16, "IDIV BX"),
         IDIV(idiv32, "IDIV EBX"), IDIV(idiv64, "IDIV RBX"));
