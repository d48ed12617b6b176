/* VEX fields that the instruction hasn't, as in vex_field.c, and those that are ignored outside 64-bit mode: #UD, or INT3 behind it. */
#define COMPAT
#define WITH_AVX
#include "../operand/each.h"

#include "vex_fields.h"

#define VEX(name, about, ...) ENCODING(name, __VA_ARGS__)
BY(length, VEX_LENGTHS(VEX))
BY(vvvv, VEX_OPERANDS(VEX))
BY(vvvv_more, VEX_MORE_OPERANDS(VEX))
BY(w, VEX_WIDTHS(VEX))

#define IGNORED                                                         \
    ENCODING(vaddps_vvvv_bit_3, 0xc4, 0xe1, 0x30, 0x58, 0xc2)           \
    ENCODING(vaddps_b, 0xc4, 0xc1, 0x70, 0x58, 0xc2)                    \
    ENCODING(vpaddd_vvvv_bit_3, 0xc4, 0xe1, 0x31, 0xfe, 0xc2)           \
    ENCODING(vpaddd_b, 0xc4, 0xc1, 0x71, 0xfe, 0xc2)                    \
    ENCODING(vfmadd213ps_bit_3, 0xc4, 0xe2, 0x31, 0xa8, 0xc2)           \
    ENCODING(vpermps_vvvv_bit_3, 0xc4, 0xe2, 0x35, 0x16, 0xc2)          \
    ENCODING(vperm2f128_vvvv_bit_3, 0xc4, 0xe3, 0x35, 0x06, 0xc2, 0x00) \
    ENCODING(andn_vvvv_bit_3, 0xc4, 0xe2, 0x30, 0xf2, 0xc2)             \
    ENCODING(andn_b, 0xc4, 0xc2, 0x70, 0xf2, 0xc2)                      \
    ENCODING(andn_w, 0xc4, 0xe2, 0xf0, 0xf2, 0xc2)                      \
    ENCODING(bextr_w, 0xc4, 0xe2, 0xf0, 0xf7, 0xc2)                     \
    ENCODING(bzhi_w, 0xc4, 0xe2, 0xf0, 0xf5, 0xc2)                      \
    ENCODING(blsr_w, 0xc4, 0xe2, 0xf0, 0xf3, 0xca)                      \
    ENCODING(mulx_w, 0xc4, 0xe2, 0xf3, 0xf6, 0xc2)                      \
    ENCODING(pdep_w, 0xc4, 0xe2, 0xf3, 0xf5, 0xc2)                      \
    ENCODING(pext_w, 0xc4, 0xe2, 0xf2, 0xf5, 0xc2)                      \
    ENCODING(rorx_w, 0xc4, 0xe3, 0xfb, 0xf0, 0xc2, 0x01)                \
    ENCODING(sarx_w, 0xc4, 0xe2, 0xf2, 0xf7, 0xc2)                      \
    ENCODING(shlx_w, 0xc4, 0xe2, 0xf1, 0xf7, 0xc2)                      \
    ENCODING(shrx_w, 0xc4, 0xe2, 0xf3, 0xf7, 0xc2)                      \
    ENCODING(vcvtsi2sd_w, 0xc4, 0xe1, 0xf3, 0x2a, 0xc1)                 \
    ENCODING(vcvtsi2ss_w, 0xc4, 0xe1, 0xf2, 0x2a, 0xc1)                 \
    ENCODING(vcvtsd2si_w, 0xc4, 0xe1, 0xfb, 0x2d, 0xc1)                 \
    ENCODING(vcvttsd2si_w, 0xc4, 0xe1, 0xfb, 0x2c, 0xc1)                \
    ENCODING(vcvtss2si_w, 0xc4, 0xe1, 0xfa, 0x2d, 0xc1)                 \
    ENCODING(vcvttss2si_w, 0xc4, 0xe1, 0xfa, 0x2c, 0xc1)                \
    ENCODING(vpextrd_w, 0xc4, 0xe3, 0xf9, 0x16, 0xc0, 0x01)             \
    ENCODING(vpinsrd_w, 0xc4, 0xe3, 0xf1, 0x22, 0xc1, 0x01)
BY(ignored, IGNORED)

#define ROW_OF_FIELDS(name, group, about)                                                                                                   \
    ROW(name, group, ON_SECOND, FLAT, USER_PAGE, about, "SDM 2A \"Intel AVX Instruction Format\", \"Instruction Exception Specification\"", \
        "avx2 fma f16c bmi1 bmi2")

VARIANTS(ROW_OF_FIELDS("length", length, "VEX with a length that isn't the instruction's"),
         ROW_OF_FIELDS("vvvv", vvvv, "VEX with a vvvv of instructions that have none"),
         ROW_OF_FIELDS("vvvv_more", vvvv_more, "VEX with a vvvv of instructions that have none, the second half"),
         ROW_OF_FIELDS("w", w, "VEX with a W that isn't the instruction's"),
         ROW_OF_FIELDS("ignored", ignored, "VEX.B, the highest bit of vvvv, and W of general registers, which are ignored"));
