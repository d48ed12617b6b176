/* The greatest and the least quotient that fit: no exception. (The 8086 raised one for -128; no later processor does.) */
#include <case.h>

static void operands(uint64_t high, uint64_t low, uint64_t divisor)
{
    start.rdx = high;
    start.rax = low;
    start.rbx = divisor;
}

#define DIVIDE(name, instruction, high, low, divisor) \
    static void name(void)                            \
    {                                                 \
        operands(high, low, divisor);                 \
        FAULT(instruction);                           \
    }
#define MINUS(n) ((uint64_t) - (int64_t)(n))

/*     variant, instruction, RDX, RAX, RBX; bits above the operand's size belong to nobody and stay (32-bit results clear them) */
DIVIDE(div8, "div bl", 0x7777777777777777, 0x77777777777702fe, 3)
DIVIDE(div16, "div bx", 0x7777777777770002, 0x777777777777fffe, 3)
DIVIDE(div32, "div ebx", 0x7777777700000002, 0x77777777fffffffe, 3)
DIVIDE(div64, "div rbx", 2, MINUS(2), 3)
DIVIDE(idiv8, "idiv bl", 0x7777777777777777, 0x777777777777ff80, 1)
DIVIDE(idiv16, "idiv bx", 0x777777777777ffff, 0x7777777777778000, 1)
DIVIDE(idiv32, "idiv ebx", 0x77777777ffffffff, 0x7777777780000000, 1)
DIVIDE(idiv64, "idiv rbx", MINUS(1), NONCANONICAL << 16, 1)

#define ROW(name_, id_, about_, page)                                                                                                     \
    {                                                                                                                                     \
        VARIANT, .name = #name_, .about = about_ ", at CPL 0: it fits", .spec = "SDM 2A \"" page "\"", .id = id_, .vector = NO_EXCEPTION, \
                 .run = name_                                                                                                             \
    }
#define DIV(name, id, about) ROW(name, id, about, "DIV-Unsigned Divide")
#define IDIV(name, id, about) ROW(name, id, about, "IDIV-Signed Divide")

VARIANTS(DIV(div8, "", "DIV BL, quotient 255"), DIV(div16, "", "DIV BX, quotient 2^16 - 1"), DIV(div32, "", "DIV EBX, quotient 2^32 - 1"),
         DIV(div64, "", "DIV RBX, quotient 2^64 - 1"), IDIV(idiv8, "de-idiv8-quotient-minus128-ok", "IDIV BL, quotient -128"),
         IDIV(idiv16, "", "IDIV BX, quotient -2^15"), IDIV(idiv32, "", "IDIV EBX, quotient -2^31"), IDIV(idiv64, "", "IDIV RBX, quotient -2^63"));
