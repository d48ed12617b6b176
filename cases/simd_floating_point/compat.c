/* #XM in compatibility mode at CPL 3. */
#include <case.h>

#include "simd.h"

#define ALL(X)                                                                                                                                      \
    X(addps_ie, NULL, IE, (S_ONE, S_ONE, S_ONE, S_INFINITY), (S_ONE, S_ONE, S_ONE, S_MINUS_INFINITY), "addps xmm1, [ebx + 64]",                     \
      "infinities of two signs in the highest element")                                                                                             \
    X(divps_ze, NULL, ZE, ONES, (S_ONE, S_ONE, S_ONE, 0), "divps xmm1, xmm2", "1 by 0 in the highest element")                                      \
    X(sqrtss_de, NULL, DE, (S_ONE, S_SNAN, S_SNAN, S_SNAN), (1, S_SNAN, S_SNAN, S_SNAN), "sqrtss xmm1, xmm2", "a denormal number")                  \
    X(mulps_oe, NULL, OE, (S_ONE, S_ONE, S_ONE, S_MAX), (S_ONE, S_ONE, S_ONE, S_TWO), "mulps xmm1, xmm2",                                           \
      "the greatest number and 2 in the highest element")                                                                                           \
    X(subss_ue, NULL, UE, (S_MIN_AND_A_HALF, S_SNAN, S_SNAN, S_SNAN), (S_MIN, S_SNAN, S_SNAN, S_SNAN), "subss xmm1, dword ptr [ebx + 64]",          \
      "an exact result that is denormal")                                                                                                           \
    X(comiss_ie, NULL, IE, (S_ONE, S_SNAN, S_SNAN, S_SNAN), (S_QNAN, S_SNAN, S_SNAN, S_SNAN), "comiss xmm1, xmm2", "a quiet NaN")                   \
    X(cvttss2si_pe, NULL, PE, (S_ONE, S_SNAN, S_SNAN, S_SNAN), (S_THIRD, S_SNAN, S_SNAN, S_SNAN), "cvttss2si eax, dword ptr [ebx + 64]", "a third") \
    X(cvtsi2ss_pe, NULL, PE, (S_ONE, S_SNAN, S_SNAN, S_SNAN), (0x1000001, 0, 0, 0), "cvtsi2ss xmm1, dword ptr [ebx + 64]", "2^24 + 1")              \
    X(mulpd_ue, NULL, UE, (D_ONE, D_MIN), (D_ONE, D_HALF), "mulpd xmm1, [ebx + 64]", "an exact result that is denormal in the higher element")      \
    X(cvtpd2dq_pe, NULL, PE, ONES, (D_ONE, D_THIRD), "cvtpd2dq xmm1, xmm2", "a third in the higher element")

#define COMPAT(name_, needs_, flags_, first_, second_, instruction_, about_)                                          \
    static void run_##name_(void)                                                                                     \
    {                                                                                                                 \
        static const uint32_t operands[8] = {WORDS first_, WORDS second_};                                            \
                                                                                                                      \
        set_up(UNMASK(flags_), operands, 4);                                                                          \
        in_compat_user();                                                                                             \
        PROGRAM32("ldmxcsr [ebx]\nmovups xmm1, [ebx + 32]\nmovups xmm2, [ebx + 64]\n" MARK(fault) instruction_ "\n"); \
    }
#define COMPAT_ROW(name_, needs_, flags_, first_, second_, instruction_, about_) \
    CASE_OF(name_, needs_, instruction_ " in compatibility mode, " #flags_ " unmasked: " about_, FAULTS, .env = COMPAT32)

ALL(COMPAT)

VARIANTS(ALL(COMPAT_ROW));
