/*
 * Each of the six x87 exceptions, the only one that isn't masked: the instruction that detects it sets its flag, ES and B in the status
 * word, and FWAIT behind it raises #MF. FIP in the environment is that instruction, not the saved RIP.
 */
#include <case.h>

/* FPU control word: all masked. */
#define ALL_MASKED 0x37f
#define IE 0x01
#define DE 0x02
#define OE 0x08
#define UE 0x10
#define PE 0x20

static uint32_t environment[7];

static void read_status(void)
{
    __asm__ volatile("fnstenv %0" : "=m"(environment));
    note("fsw", environment[1] & 0xffff);
    note("fip", environment[3] - recorded_label("cause"));
}

/* RBX: the control word; at 16, 32 and 48 numbers. */
static void set_up(void)
{
    uint64_t *operands;

    start.rbx = map_page("operands", PAGE_PRESENT | PAGE_WRITE | PAGE_USER);
    operands = frame_of(start.rbx);
    operands[0] = ALL_MASKED & ~ARG0;
    operands[2] = 0x7ff0000000000001; /* signalling NaN */
    operands[4] = 0x00000001;         /* denormal single */
    operands[6] = 0x8000000000000000; /* greatest power of two of an extended number: its square is exact */
    operands[7] = 0x7ffe;
    operands[8] = 0x8000000000000000; /* least normal extended number */
    operands[9] = 0x0001;
    at_end(read_status);
}

#define CAUSE(name, before, instruction)                                                                             \
    static void name(void)                                                                                           \
    {                                                                                                                \
        set_up();                                                                                                    \
        PROGRAM("fninit\nfldcw [rbx]\n" before MARK(cause) instruction "\nnop\n" MARK(fault) "fwait\n" MARK(after)); \
    }

CAUSE(underflow_of_stack, "", "fstp st(0)")
CAUSE(overflow_of_stack, "fld1\nfld1\nfld1\nfld1\nfld1\nfld1\nfld1\nfld1\n", "fld1")
CAUSE(zero_by_zero, "fldz\nfldz\n", "fdivp st(1), st")
CAUSE(square_root, "fld1\nfchs\n", "fsqrt")
CAUSE(signalling_nan, "", "fld qword ptr [rbx + 16]")
CAUSE(denormal, "", "fld dword ptr [rbx + 32]")
CAUSE(overflow, "fld tbyte ptr [rbx + 48]\nfld st(0)\n", "fmul st, st(1)")
CAUSE(underflow, "fld tbyte ptr [rbx + 64]\nfld st(0)\n", "fmul st, st(1)")
/* A store that overflows or underflows reports no inexact result and clears C1; PE of the division before it stays. */
CAUSE(store_overflow, "fldpi\nfld1\nfdiv st, st(1)\nfld tbyte ptr [rbx + 48]\n", "fst dword ptr [rbx + 96]")
CAUSE(store_underflow, "fldpi\nfld1\nfdiv st, st(1)\nfld tbyte ptr [rbx + 64]\n", "fst qword ptr [rbx + 96]")
CAUSE(precision, "fldpi\nfld1\n", "fdiv st, st(1)")

#define ROW(name_, run_, unmasked, id_, about_)                                                                                                   \
    {                                                                                                                                             \
        VARIANT, .name = name_, .about = "FWAIT behind " about_ ", unmasked", .id = id_, .run = run_, .arg = {unmasked},                          \
                 .spec = "SDM 3A \"Interrupt 16-x87 FPU Floating-Point Error (#MF)\"", .vector = VEC_MF, .error = NO_ERROR, .saved_rip = AT_FAULT \
    }

VARIANTS(ROW("stack_underflow", underflow_of_stack, IE, "mf-ie-stack-underflow", "a store from an empty stack"),
         ROW("stack_overflow", overflow_of_stack, IE, "mf-ie-stack-overflow", "a ninth load"),
         ROW("zero_by_zero", zero_by_zero, IE, "mf-ie-arith", "0/0"), ROW("square_root", square_root, IE, "mf-ie-sqrt-neg", "the square root of -1"),
         ROW("signalling_nan", signalling_nan, IE, "mf-ie-snan", "a load of a signalling NaN in double precision"),
         ROW("denormal", denormal, DE, "mf-de-denormal", "a load of a denormal number in single precision"),
         ROW("overflow", overflow, OE, "mf-oe", "the square of the greatest power of two"),
         ROW("underflow", underflow, UE, "mf-ue", "the square of the least normal number"),
         ROW("store_overflow", store_overflow, OE, "", "a store of the greatest power of two in single precision, PE=1 before"),
         ROW("store_underflow", store_underflow, UE, "", "a store of the least normal number in double precision, PE=1 before"),
         ROW("precision", precision, PE, "mf-pe", "1 divided by pi"));
