/* Outside 64-bit mode VEX.W is ignored by instructions on general registers: the operand of BMI1 and BMI2 has 4 bytes whatever it is. */
#include <case.h>

/* RBX: the last bytes of a page, behind which nothing is present. */
static void set_up(void)
{
    uintptr_t pair;

    in_compat_kernel();
    pair = map_pages("pair", 2, PAGE_WRITE);
    change_page(pair, 0, PAGE_PRESENT);
    start.rbx = pair + PAGE_SIZE - 4;
    start.rax = 0;
}

/* ECX is the destination, EAX the other source, ESI MULX's second destination. */
#define ALL(X)                                                  \
    X(andn, "bmi1", "ANDN", "0xc4, 0xe2, 0xf8, 0xf2, 0x0b")     \
    X(bextr, "bmi1", "BEXTR", "0xc4, 0xe2, 0xf8, 0xf7, 0x0b")   \
    X(blsr, "bmi1", "BLSR", "0xc4, 0xe2, 0xf0, 0xf3, 0x0b")     \
    X(blsmsk, "bmi1", "BLSMSK", "0xc4, 0xe2, 0xf0, 0xf3, 0x13") \
    X(blsi, "bmi1", "BLSI", "0xc4, 0xe2, 0xf0, 0xf3, 0x1b")     \
    X(bzhi, "bmi2", "BZHI", "0xc4, 0xe2, 0xf8, 0xf5, 0x0b")     \
    X(pdep, "bmi2", "PDEP", "0xc4, 0xe2, 0xfb, 0xf5, 0x0b")     \
    X(pext, "bmi2", "PEXT", "0xc4, 0xe2, 0xfa, 0xf5, 0x0b")     \
    X(mulx, "bmi2", "MULX", "0xc4, 0xe2, 0xcb, 0xf6, 0x0b")     \
    X(rorx, "bmi2", "RORX", "0xc4, 0xe3, 0xfb, 0xf0, 0x0b, 3")  \
    X(sarx, "bmi2", "SARX", "0xc4, 0xe2, 0xfa, 0xf7, 0x0b")     \
    X(shlx, "bmi2", "SHLX", "0xc4, 0xe2, 0xf9, 0xf7, 0x0b")     \
    X(shrx, "bmi2", "SHRX", "0xc4, 0xe2, 0xfb, 0xf7, 0x0b")

#define FUNCTION(name_, needs_, about_, bytes_)                                                           \
    static void name_(void)                                                                               \
    {                                                                                                     \
        set_up();                                                                                         \
        PROGRAM32(".byte " bytes_ "\nlea ebx, [ebx + 1]\n" MARK(fault) ".byte " bytes_ "\n" MARK(after)); \
    }
#define ROW(name_, needs_, about_, bytes_)                                                                  \
    {VARIANT,                                                                                               \
     .name = #name_,                                                                                        \
     .about = about_ " with W=1 in compatibility mode: its 4 bytes at a page's end, then one byte further", \
     .env = COMPAT32,                                                                                       \
     .spec = "SDM 2A \"" about_ "\"",                                                                       \
     .needs = needs_,                                                                                       \
     .vector = VEC_PF,                                                                                      \
     .error = 0,                                                                                            \
     .saved_rip = AT_FAULT,                                                                                 \
     .run = name_},

ALL(FUNCTION)

VARIANTS(ALL(ROW));
