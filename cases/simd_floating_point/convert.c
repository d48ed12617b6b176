/*
 * #XM by each exception of the conversions. A number that doesn't fit is IE and never PE; one that is denormal is DE only where the result is
 * a floating-point number. Elements that are no operand would raise another exception.
 */
#include <case.h>

#include "simd.h"

#define S_TWO_31 0x4f000000
#define S_TWO_63 0x5f000000
#define D_TWO_31 0, 0x41e00000
#define D_BELOW_TWO_31 0xffe00000, 0x41dfffff
#define D_TWO_128 0, 0x47f00000
#define D_TWO_63 0, 0x43e00000
#define D_TWO_MINUS_127 0, 0x38000000

#define ALL(X)                                                                                                                                       \
    X(cvtdq2ps_pe, NULL, PE, ONES, (1, 1, 1, 0x01000001), "cvtdq2ps xmm1, xmm2", "2^24 + 1 in the highest element")                                  \
    X(cvtps2dq_ie, NULL, IE, ONES, (S_ONE, S_ONE, S_ONE, S_TWO_31), "cvtps2dq xmm1, [rbx + 64]", "2^31 in the highest element")                      \
    X(cvtps2dq_ie_qnan, NULL, IE, ONES, (S_ONE, S_ONE, S_ONE, S_QNAN), "cvtps2dq xmm1, xmm2", "a quiet NaN in the highest element")                  \
    X(cvtps2dq_pe, NULL, PE, ONES, (S_ONE, S_ONE, S_ONE, S_HALF), "cvtps2dq xmm1, xmm2", "a half in the highest element")                            \
    X(cvttps2dq_ie, NULL, IE, ONES, (S_ONE, S_ONE, S_ONE, S_TWO_31), "cvttps2dq xmm1, [rbx + 64]", "2^31 in the highest element")                    \
    X(cvttps2dq_ie_qnan, NULL, IE, ONES, (S_ONE, S_ONE, S_ONE, S_QNAN), "cvttps2dq xmm1, xmm2", "a quiet NaN in the highest element")                \
    X(cvttps2dq_pe, NULL, PE, ONES, (S_ONE, S_ONE, S_ONE, S_THIRD), "cvttps2dq xmm1, xmm2", "a third in the highest element")                        \
    X(cvtpd2dq_ie, NULL, IE, ONES, (D_ONE, D_BELOW_TWO_31), "cvtpd2dq xmm1, [rbx + 64]",                                                             \
      "2^31 - 1/2 in the highest element, which is rounded to 2^31")                                                                                 \
    X(cvttpd2dq_ie, NULL, IE, ONES, (D_ONE, D_TWO_31), "cvttpd2dq xmm1, [rbx + 64]", "2^31 in the highest element")                                  \
    X(cvtpd2dq_ie_qnan, NULL, IE, ONES, (D_ONE, D_QNAN), "cvtpd2dq xmm1, xmm2", "a quiet NaN in the highest element")                                \
    X(cvttpd2dq_ie_qnan, NULL, IE, ONES, (D_ONE, D_QNAN), "cvttpd2dq xmm1, xmm2", "a quiet NaN in the highest element")                              \
    X(cvtpd2dq_pe, NULL, PE, ONES, (D_ONE, D_THIRD), "cvtpd2dq xmm1, xmm2", "a third in the highest element")                                        \
    X(cvttpd2dq_pe, NULL, PE, ONES, (D_ONE, D_BELOW_TWO_31), "cvttpd2dq xmm1, xmm2", "2^31 - 1/2 in the highest element, which is truncated")        \
    X(cvtps2pd_ie, NULL, IE, ONES, (S_ONE, S_SNAN, S_DENORMAL, S_DENORMAL), "cvtps2pd xmm1, xmm2", "a signalling NaN in the higher of two elements") \
    X(cvtps2pd_de, NULL, DE, ONES, (S_ONE, S_DENORMAL, S_SNAN, S_SNAN), "cvtps2pd xmm1, xmm2", "a denormal number in the higher of two elements")    \
    X(cvtss2sd_ie, NULL, IE, ONES, (S_SNAN, S_DENORMAL, S_DENORMAL, S_DENORMAL), "cvtss2sd xmm1, xmm2", "a signalling NaN")                          \
    X(cvtss2sd_de, NULL, DE, ONES, (S_DENORMAL, S_SNAN, S_SNAN, S_SNAN), "cvtss2sd xmm1, dword ptr [rbx + 64]", "a denormal number")                 \
    X(cvtpd2ps_ie, NULL, IE, ONES, (D_ONE, D_SNAN), "cvtpd2ps xmm1, xmm2", "a signalling NaN in the higher element")                                 \
    X(cvtpd2ps_de, NULL, DE, ONES, (D_ONE, D_DENORMAL), "cvtpd2ps xmm1, xmm2", "a denormal number in the higher element")                            \
    X(cvtpd2ps_oe, NULL, OE, ONES, (D_ONE, D_TWO_128), "cvtpd2ps xmm1, xmm2", "2^128 in the higher element")                                         \
    X(cvtpd2ps_ue, NULL, UE, ONES, (D_ONE, D_TWO_MINUS_127), "cvtpd2ps xmm1, xmm2",                                                                  \
      "2^-127, whose result is exact and denormal in the higher element")                                                                            \
    X(cvtpd2ps_pe, NULL, PE, ONES, (D_ONE, D_THIRD), "cvtpd2ps xmm1, [rbx + 64]", "a third in the higher element")                                   \
    X(cvtsd2ss_ie, NULL, IE, ONES, (D_SNAN, D_SNAN), "cvtsd2ss xmm1, xmm2", "a signalling NaN")                                                      \
    X(cvtsd2ss_de, NULL, DE, ONES, (D_DENORMAL, D_SNAN), "cvtsd2ss xmm1, xmm2", "a denormal number")                                                 \
    X(cvtsd2ss_oe, NULL, OE, ONES, (D_MAX, D_SNAN), "cvtsd2ss xmm1, xmm2", "the greatest number, which is rounded: PE, too")                         \
    X(cvtsd2ss_ue, NULL, UE, ONES, (D_TWO_MINUS_127, D_SNAN), "cvtsd2ss xmm1, xmm2", "2^-127, whose result is exact and denormal")                   \
    X(cvtsd2ss_pe, NULL, PE, ONES, (D_THIRD, D_SNAN), "cvtsd2ss xmm1, qword ptr [rbx + 64]", "a third")                                              \
    X(cvtss2si_32_ie, NULL, IE, ONES, (S_TWO_31, S_SNAN, S_SNAN, S_SNAN), "cvtss2si eax, xmm2", "2^31")                                              \
    X(cvtss2si_32_pe, NULL, PE, ONES, (S_HALF, S_SNAN, S_SNAN, S_SNAN), "cvtss2si eax, dword ptr [rbx + 64]", "a half")                              \
    X(cvtss2si_64_ie, NULL, IE, ONES, (S_TWO_63, S_SNAN, S_SNAN, S_SNAN), "cvtss2si rax, xmm2", "2^63")                                              \
    X(cvtss2si_64_pe, NULL, PE, ONES, (S_HALF, S_SNAN, S_SNAN, S_SNAN), "cvtss2si rax, dword ptr [rbx + 64]", "a half")                              \
    X(cvttss2si_32_ie, NULL, IE, ONES, (S_TWO_31, S_SNAN, S_SNAN, S_SNAN), "cvttss2si eax, xmm2", "2^31")                                            \
    X(cvttss2si_32_pe, NULL, PE, ONES, (S_THIRD, S_SNAN, S_SNAN, S_SNAN), "cvttss2si eax, dword ptr [rbx + 64]", "a third")                          \
    X(cvttss2si_64_ie, NULL, IE, ONES, (S_TWO_63, S_SNAN, S_SNAN, S_SNAN), "cvttss2si rax, xmm2", "2^63")                                            \
    X(cvttss2si_64_pe, NULL, PE, ONES, (S_THIRD, S_SNAN, S_SNAN, S_SNAN), "cvttss2si rax, dword ptr [rbx + 64]", "a third")                          \
    X(cvtsd2si_32_ie, NULL, IE, ONES, (D_TWO_31, D_SNAN), "cvtsd2si eax, xmm2", "2^31")                                                              \
    X(cvtsd2si_32_pe, NULL, PE, ONES, (D_HALF, D_SNAN), "cvtsd2si eax, qword ptr [rbx + 64]", "a half")                                              \
    X(cvtsd2si_64_ie, NULL, IE, ONES, (D_TWO_63, D_SNAN), "cvtsd2si rax, xmm2", "2^63")                                                              \
    X(cvtsd2si_64_pe, NULL, PE, ONES, (D_HALF, D_SNAN), "cvtsd2si rax, qword ptr [rbx + 64]", "a half")                                              \
    X(cvttsd2si_32_ie, NULL, IE, ONES, (D_TWO_31, D_SNAN), "cvttsd2si eax, xmm2", "2^31")                                                            \
    X(cvttsd2si_32_pe, NULL, PE, ONES, (D_THIRD, D_SNAN), "cvttsd2si eax, qword ptr [rbx + 64]", "a third")                                          \
    X(cvttsd2si_64_ie, NULL, IE, ONES, (D_TWO_63, D_SNAN), "cvttsd2si rax, xmm2", "2^63")                                                            \
    X(cvttsd2si_64_pe, NULL, PE, ONES, (D_THIRD, D_SNAN), "cvttsd2si rax, qword ptr [rbx + 64]", "a third")                                          \
    X(cvtsi2ss_32_pe, NULL, PE, ONES, (0x01000001, 0, 0, 0), "cvtsi2ss xmm1, dword ptr [rbx + 64]", "2^24 + 1")                                      \
    X(cvtsi2ss_64_pe, NULL, PE, ONES, (0x01000001, 0, 0, 0), "cvtsi2ss xmm1, qword ptr [rbx + 64]", "2^24 + 1")                                      \
    X(cvtsi2sd_64_pe, NULL, PE, ONES, (1, 0x00200000, 0, 0), "cvtsi2sd xmm1, qword ptr [rbx + 64]", "2^53 + 1")
/* MM0 keeps what it held, too. */
#define MMX(X)                                                                                                                                      \
    X(cvtpi2ps_pe, NULL, PE, ONES, (1, 0x01000001, 0, 0), "cvtpi2ps xmm1, qword ptr [rbx + 64]", "2^24 + 1 in the higher element")                  \
    X(cvtps2pi_ie, NULL, IE, ONES, (S_ONE, S_TWO_31, S_SNAN, S_SNAN), "cvtps2pi mm0, xmm2", "2^31 in the higher of two elements")                   \
    X(cvtps2pi_pe, NULL, PE, ONES, (S_ONE, S_THIRD, S_SNAN, S_SNAN), "cvtps2pi mm0, qword ptr [rbx + 64]", "a third in the higher of two elements") \
    X(cvtpd2pi_ie, NULL, IE, ONES, (D_ONE, D_TWO_31), "cvtpd2pi mm0, [rbx + 64]", "2^31 in the higher element")                                     \
    X(cvtpd2pi_pe, NULL, PE, ONES, (D_ONE, D_THIRD), "cvtpd2pi mm0, xmm2", "a third in the higher element")                                         \
    X(cvttps2pi_ie, NULL, IE, ONES, (S_ONE, S_TWO_31, S_SNAN, S_SNAN), "cvttps2pi mm0, xmm2", "2^31 in the higher of two elements")                 \
    X(cvttps2pi_pe, NULL, PE, ONES, (S_ONE, S_THIRD, S_SNAN, S_SNAN), "cvttps2pi mm0, qword ptr [rbx + 64]",                                        \
      "a third in the higher of two elements")                                                                                                      \
    X(cvttpd2pi_ie, NULL, IE, ONES, (D_ONE, D_TWO_31), "cvttpd2pi mm0, [rbx + 64]", "2^31 in the higher element")                                   \
    X(cvttpd2pi_pe, NULL, PE, ONES, (D_ONE, D_THIRD), "cvttpd2pi mm0, xmm2", "a third in the higher element")

static void read_mm0(void)
{
    uint64_t mm0;

    __asm__ volatile("movq %%mm0, %0" : "=m"(mm0));
    note("mm0", mm0);
}

#define MMX_FUNCTION(name_, needs_, flags_, first_, second_, instruction_, about_) \
    static void run_##name_(void)                                                  \
    {                                                                              \
        static const uint32_t operands[8] = {WORDS first_, WORDS second_};         \
                                                                                   \
        set_up(UNMASK(flags_), operands, 4);                                       \
        at_end(read_mm0);                                                          \
        PROGRAM(LOAD "movq mm0, [rbx + 32]\n" MARK(fault) instruction_ "\n");      \
    }

ALL(FUNCTION)
MMX(MMX_FUNCTION)

VARIANTS(ALL(ROW) MMX(ROW));
