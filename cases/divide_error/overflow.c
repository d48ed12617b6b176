/* A quotient one above the greatest, or one below the least, that the destination holds is #DE too: no flag, no truncation. */
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

/*     variant, instruction, RDX, RAX, RBX */
DIVIDE(div8, "div bl", 0, 0x200, 1)
DIVIDE(div16, "div bx", 1, 0, 1)
DIVIDE(div32, "div ebx", 1, 0, 1)
DIVIDE(div64, "div rbx", 1, 0, 1)
DIVIDE(div8_by_2, "div bl", 0, 0x200, 2)
DIVIDE(div64_equal, "div rbx", MINUS(1), 0, MINUS(1))
DIVIDE(idiv8, "idiv bl", 0, 0xff80, 0xff)
DIVIDE(idiv16, "idiv bx", 0xffff, 0x8000, 0xffff)
DIVIDE(idiv32, "idiv ebx", 0xffffffff, 0x80000000, 0xffffffff)
DIVIDE(idiv64, "idiv rbx", MINUS(1), NONCANONICAL << 16, MINUS(1))
DIVIDE(idiv8_below, "idiv bl", 0, 0xff7f, 1)
DIVIDE(idiv16_below, "idiv bx", 0xffff, 0x7fff, 1)
DIVIDE(idiv32_below, "idiv ebx", 0xffffffff, 0x7fffffff, 1)
DIVIDE(idiv64_below, "idiv rbx", MINUS(1), (NONCANONICAL << 16) - 1, 1)

/* The least dividend: its quotient by -1 has no room in twice the width either. */
DIVIDE(idiv8_least, "idiv bl", 0, 0x8000, 0xff)
DIVIDE(idiv16_least, "idiv bx", 0x8000, 0, 0xffff)
DIVIDE(idiv32_least, "idiv ebx", 0x80000000, 0, 0xffffffff)
DIVIDE(idiv64_least, "idiv rbx", 1ull << 63, 0, MINUS(1))

#define ROW(name_, id_, about_, page)                                                                                                         \
    {                                                                                                                                         \
        VARIANT, .name = #name_, .about = about_ ", at CPL 0", .spec = "SDM 2A \"" page "\"", .id = id_, .vector = VEC_DE, .error = NO_ERROR, \
                 .saved_rip = AT_FAULT, .run = name_                                                                                          \
    }
#define DIV(name, id, about) ROW(name, id, about, "DIV-Unsigned Divide")
#define IDIV(name, id, about) ROW(name, id, about, "IDIV-Signed Divide")

VARIANTS(DIV(div8, "de-div8-overflow", "DIV BL, quotient 0x200"), DIV(div16, "de-div16-overflow", "DIV BX, quotient 2^16"),
         DIV(div32, "de-div32-overflow", "DIV EBX, quotient 2^32"), DIV(div64, "de-div64-overflow", "DIV RBX, quotient 2^64"),
         DIV(div8_by_2, "", "DIV BL, quotient 0x100"), DIV(div64_equal, "", "DIV RBX, RDX equal to the divisor: quotient 2^64"),
         IDIV(idiv8, "de-idiv8-min-by-minus1", "IDIV BL, -128 / -1"), IDIV(idiv16, "de-idiv16-min-by-minus1", "IDIV BX, -2^15 / -1"),
         IDIV(idiv32, "de-idiv32-min-by-minus1", "IDIV EBX, -2^31 / -1"), IDIV(idiv64, "de-idiv64-min-by-minus1", "IDIV RBX, -2^63 / -1"),
         IDIV(idiv8_below, "de-idiv8-quotient-minus129", "IDIV BL, -129 / 1"), IDIV(idiv16_below, "", "IDIV BX, (-2^15 - 1) / 1"),
         IDIV(idiv32_below, "", "IDIV EBX, (-2^31 - 1) / 1"), IDIV(idiv64_below, "", "IDIV RBX, (-2^63 - 1) / 1"),
         IDIV(idiv8_least, "", "IDIV BL, -2^15 / -1"), IDIV(idiv16_least, "", "IDIV BX, -2^31 / -1"), IDIV(idiv32_least, "", "IDIV EBX, -2^63 / -1"),
         IDIV(idiv64_least, "", "IDIV RBX, -2^127 / -1"));
