/* Outside 64-bit mode VEX.W is ignored by these, too: their memory operand, which W=1 makes a quadword in 64-bit mode, has 4 bytes. */
#include <case.h>

/* RBX: the last bytes of a page, behind which nothing is present. */
static void set_up(void)
{
    uintptr_t pair;

    in_compat_kernel();
    write_cr4(read_cr4() | CR4_OSXSAVE);
    write_xcr0(XCR0_X87 | XCR0_SSE | XCR0_AVX);
    pair = map_pages("pair", 2, PAGE_WRITE);
    change_page(pair, 0, PAGE_PRESENT);
    start.rbx = pair + PAGE_SIZE - 4;
}

#define ALL(X)                                                                                                          \
    X(vmovd, 0, "MOVD/MOVQ-Move Doubleword/Move Quadword", "VMOVD", "0xc4, 0xe1, 0xf9, 0x6e, 0x03")                     \
    X(vmovd_store, PF_W, "MOVD/MOVQ-Move Doubleword/Move Quadword", "VMOVD, the store", "0xc4, 0xe1, 0xf9, 0x7e, 0x03") \
    X(vcvtsi2sd, 0, "CVTSI2SD-Convert Doubleword Integer to Scalar Double-Precision Floating-Point Value", "VCVTSI2SD", \
      "0xc4, 0xe1, 0xf3, 0x2a, 0x03")                                                                                   \
    X(vcvtsi2ss, 0, "CVTSI2SS-Convert Doubleword Integer to Scalar Single-Precision Floating-Point Value", "VCVTSI2SS", \
      "0xc4, 0xe1, 0xf2, 0x2a, 0x03")

#define FUNCTION(name_, error_, page_, about_, bytes_)                                                    \
    static void name_(void)                                                                               \
    {                                                                                                     \
        set_up();                                                                                         \
        PROGRAM32(".byte " bytes_ "\nlea ebx, [ebx + 1]\n" MARK(fault) ".byte " bytes_ "\n" MARK(after)); \
    }
#define ROW(name_, error_, page_, about_, bytes_)                                                           \
    {VARIANT,                                                                                               \
     .name = #name_,                                                                                        \
     .about = about_ " with W=1 in compatibility mode: its 4 bytes at a page's end, then one byte further", \
     .env = COMPAT32,                                                                                       \
     .spec = "SDM 2 \"" page_ "\"",                                                                         \
     .needs = "avx",                                                                                        \
     .vector = VEC_PF,                                                                                      \
     .error = error_,                                                                                       \
     .saved_rip = AT_FAULT,                                                                                 \
     .run = name_},

ALL(FUNCTION)

VARIANTS(ALL(ROW));
