/*
 * What files of this folder have in common: a program at CPL 3 that loads MXCSR, XMM1 and XMM2, then runs one instruction. If it faults nothing
 * has changed but the flags in MXCSR.
 */
#define SPEC "SDM 3A \"Interrupt 19-SIMD Floating-Point Exception (#XM)\""
#define EXCEPTIONS SPEC "; SDM 1 \"SSE, SSE2, and SSE3 Exceptions\""

/* MXCSR: flags, and masks seven bits higher. */
#define IE 0x01u
#define DE 0x02u
#define ZE 0x04u
#define OE 0x08u
#define UE 0x10u
#define PE 0x20u
#define DAZ 0x40u
#define MASKED 0x1f80u
#define UNMASK(flags) (MASKED & ~((flags) << 7))

/* Numbers in single and in double precision, these as two words, the low one first. */
#define S_ZERO 0
#define S_ONE 0x3f800000
#define S_MINUS_ONE 0xbf800000
#define S_HALF 0x3f000000
#define S_TWO 0x40000000
#define S_THREE 0x40400000
#define S_THIRD 0x3eaaaaab
#define S_INFINITY 0x7f800000
#define S_MINUS_INFINITY 0xff800000
#define S_MAX 0x7f7fffff
#define S_MINUS_MAX 0xff7fffff
#define S_MIN 0x00800000            /* the least normal number */
#define S_MIN_AND_A_HALF 0x00c00000 /* one and a half times that */
#define S_MINUS_MIN_AND_A_HALF 0x80c00000
#define S_DENORMAL 0x00000001
#define S_SNAN 0x7f800001
#define S_QNAN 0x7fc00000
#define ONES (S_ONE, S_ONE, S_ONE, S_ONE)
#define D_ZERO 0, 0
#define D_ONE 0, 0x3ff00000
#define D_MINUS_ONE 0, 0xbff00000
#define D_HALF 0, 0x3fe00000
#define D_TWO 0, 0x40000000
#define D_THREE 0, 0x40080000
#define D_THIRD 0x55555555, 0x3fd55555
#define D_INFINITY 0, 0x7ff00000
#define D_MINUS_INFINITY 0, 0xfff00000
#define D_MAX 0xffffffff, 0x7fefffff
#define D_MINUS_MAX 0xffffffff, 0xffefffff
#define D_MIN 0, 0x00100000
#define D_MIN_AND_A_HALF 0, 0x00180000
#define D_MINUS_MIN_AND_A_HALF 0, 0x80180000
#define D_DENORMAL 1, 0
#define D_SNAN 1, 0x7ff00000
#define D_QNAN 0, 0x7ff80000

/* RBX: MXCSR; at 32 the first operand, at 64 the second. */
static void __attribute__((unused)) set_up(uint32_t mxcsr, const uint32_t *operands, unsigned words)
{
    uint32_t *to;

    in_user_mode();
    watch_sse();
    start.rbx = map_page("operands", PAGE_PRESENT | PAGE_WRITE | PAGE_USER);
    to = frame_of(start.rbx);
    to[0] = mxcsr;
    for (unsigned i = 0; i < words; i++)
        to[8 + i] = operands[i], to[16 + i] = operands[words + i];
}

#define LOAD "ldmxcsr [rbx]\nmovups xmm1, [rbx + 32]\nmovups xmm2, [rbx + 64]\n"
#define WORDS(...) __VA_ARGS__

/*
 * The arithmetic: each exception that a page lists, by operands that raise it and no other that is unmasked. An exact result that is tiny is an
 * underflow, since that is unmasked, and none that is exact but for its exponent is inexact.
 */
#define SUMS(X, op)                                                              \
    X(op, ie, IE, INFINITY, MINUS_INFINITY, "infinities of two signs")           \
    X(op, ie_snan, IE, ONE, SNAN, "a signalling NaN")                            \
    X(op, de, DE, ONE, DENORMAL, "a denormal number")                            \
    X(op, oe, OE, MAX, MAX, "the greatest number twice")                         \
    X(op, ue, UE, MIN, MINUS_MIN_AND_A_HALF, "an exact result that is denormal") \
    X(op, pe, PE, ONE, MIN, "1 and the least normal number")
#define DIFFERENCES(X, op)                                                 \
    X(op, ie, IE, INFINITY, INFINITY, "infinities of one sign")            \
    X(op, ie_snan, IE, SNAN, ONE, "a signalling NaN")                      \
    X(op, de, DE, DENORMAL, ONE, "a denormal number")                      \
    X(op, oe, OE, MAX, MINUS_MAX, "the greatest and the least number")     \
    X(op, ue, UE, MIN_AND_A_HALF, MIN, "an exact result that is denormal") \
    X(op, pe, PE, ONE, MIN, "1 and the least normal number")
#define PRODUCTS(X, op)                                          \
    X(op, ie, IE, ZERO, INFINITY, "0 and infinity")              \
    X(op, ie_snan, IE, ONE, SNAN, "a signalling NaN")            \
    X(op, de, DE, DENORMAL, ONE, "a denormal number")            \
    X(op, oe, OE, MAX, TWO, "the greatest number and 2")         \
    X(op, ue, UE, MIN, HALF, "an exact result that is denormal") \
    X(op, pe, PE, THIRD, THREE, "a third and 3")
#define QUOTIENTS(X, op)                                                     \
    X(op, ie, IE, ZERO, ZERO, "0 by 0")                                      \
    X(op, ie_infinity, IE, INFINITY, MINUS_INFINITY, "infinity by infinity") \
    X(op, ie_snan, IE, SNAN, ZERO, "a signalling NaN by 0")                  \
    X(op, ze, ZE, ONE, ZERO, "1 by 0")                                       \
    X(op, de, DE, DENORMAL, ONE, "a denormal number")                        \
    X(op, oe, OE, MAX, HALF, "the greatest number by a half")                \
    X(op, ue, UE, MIN, TWO, "an exact result that is denormal")              \
    X(op, pe, PE, ONE, THREE, "1 by 3")
#define ROOTS(X, op)                                  \
    X(op, ie, IE, ONE, MINUS_ONE, "-1")               \
    X(op, ie_snan, IE, ONE, SNAN, "a signalling NaN") \
    X(op, de, DE, ONE, DENORMAL, "a denormal number") \
    X(op, pe, PE, ONE, TWO, "2")
#define MINIMA(X, op)                                                  \
    X(op, ie, IE, ONE, QNAN, "a quiet NaN as the second operand")      \
    X(op, ie_first, IE, QNAN, ONE, "a quiet NaN as the first operand") \
    X(op, ie_snan, IE, SNAN, ONE, "a signalling NaN")                  \
    X(op, de, DE, ONE, DENORMAL, "a denormal number")
#define ARITHMETIC(X)   \
    SUMS(X, add)        \
    DIFFERENCES(X, sub) \
    PRODUCTS(X, mul)    \
    QUOTIENTS(X, div)   \
    ROOTS(X, sqrt)      \
    MINIMA(X, min)      \
    MINIMA(X, max)

/* A program of one instruction, and the row of its case. The operands are in words. */
#define PROGRAM_OF(name_, mxcsr_, first_, second_, instruction_)           \
    static void run_##name_(void)                                          \
    {                                                                      \
        static const uint32_t operands[8] = {WORDS first_, WORDS second_}; \
                                                                           \
        set_up(mxcsr_, operands, 4);                                       \
        PROGRAM(LOAD MARK(fault) instruction_ "\n");                       \
    }
#define CASE_OF(name_, needs_, about_, ...) \
    {VARIANT, .name = #name_, .about = about_, .spec = EXCEPTIONS, .needs = needs_, .run = run_##name_, __VA_ARGS__},
#define FAULTS .vector = VEC_XM, .error = NO_ERROR, .saved_rip = AT_FAULT
#define PASSES .vector = NO_EXCEPTION

/* One line of a table: which exceptions are unmasked, or MXCSR; the operands, the instruction, what is special. */
#define FUNCTION(name_, needs_, flags_, first_, second_, instruction_, about_) PROGRAM_OF(name_, UNMASK(flags_), first_, second_, instruction_)
#define ROW(name_, needs_, flags_, first_, second_, instruction_, about_) \
    CASE_OF(name_, needs_, instruction_ ", " #flags_ " unmasked: " about_, FAULTS)
#define MXCSR_FUNCTION(name_, needs_, mxcsr_, first_, second_, instruction_, about_) PROGRAM_OF(name_, mxcsr_, first_, second_, instruction_)
#define MXCSR_ROW(name_, needs_, mxcsr_, instruction_, about_, ...) CASE_OF(name_, needs_, instruction_ ", MXCSR=" #mxcsr_ ": " about_, __VA_ARGS__)
