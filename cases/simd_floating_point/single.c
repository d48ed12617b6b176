/*
 * #XM by each exception of the arithmetic in single precision. Packed operands have it in the highest element alone; scalar ones have
 * signalling NaNs in the elements that are no operand.
 */
#include <case.h>

#include "simd.h"

#define PACKED(op_, suffix_, flags_, first_, second_, about_)                                                    \
    static void run_packed_##op_##_##suffix_(void)                                                               \
    {                                                                                                            \
        static const uint32_t operands[8] = {S_ONE, S_ONE, S_ONE, S_##first_, S_ONE, S_ONE, S_ONE, S_##second_}; \
                                                                                                                 \
        set_up(UNMASK(flags_), operands, 4);                                                                     \
        PROGRAM(LOAD MARK(fault) #op_ "ps xmm1, [rbx + 64]\n");                                                  \
    }
#define SCALAR(op_, suffix_, flags_, first_, second_, about_)                                                          \
    static void run_scalar_##op_##_##suffix_(void)                                                                     \
    {                                                                                                                  \
        static const uint32_t operands[8] = {S_##first_, S_SNAN, S_SNAN, S_SNAN, S_##second_, S_SNAN, S_SNAN, S_SNAN}; \
                                                                                                                       \
        set_up(UNMASK(flags_), operands, 4);                                                                           \
        PROGRAM(LOAD MARK(fault) #op_ "ss xmm1, xmm2\n");                                                              \
    }

ARITHMETIC(PACKED)
ARITHMETIC(SCALAR)

#define ROW_OF(kind_, op_, letter_, suffix_, flags_, about_) \
    {VARIANT,                                                \
     .name = #op_ letter_ "_" #suffix_,                      \
     .about = #op_ letter_ ", " flags_ " unmasked: " about_, \
     .spec = EXCEPTIONS,                                     \
     .run = run_##kind_##_##op_##_##suffix_,                 \
     .vector = VEC_XM,                                       \
     .error = NO_ERROR,                                      \
     .saved_rip = AT_FAULT},
#define PACKED_ROW(op_, suffix_, flags_, first_, second_, about_) ROW_OF(packed, op_, "ps", suffix_, #flags_, about_)
#define SCALAR_ROW(op_, suffix_, flags_, first_, second_, about_) ROW_OF(scalar, op_, "ss", suffix_, #flags_, about_)

VARIANTS(ARITHMETIC(PACKED_ROW) ARITHMETIC(SCALAR_ROW));
