/* AES, carry-less multiplication and Galois field instructions with a VEX prefix: their operands need not be aligned. */
#include "vex.h"

#define VEX_ROUNDS "vaesenc, vaesenclast, vaesdec, vaesdeclast"
#define VEX_AES(M) OF_3(M, VEX_ROUNDS) OF_2(M, "vaesimc") OF_2_AND_IMMEDIATE(M, "vaeskeygenassist") OF_3_AND_IMMEDIATE(M, "vpclmulqdq")
#define VEX_AES_256(M) OF_3_256(M, VEX_ROUNDS)
#define VEX_GALOIS(M)                                          \
    OF_3(M, "vgf2p8mulb")                                      \
    OF_3_AND_IMMEDIATE(M, "vgf2p8affineqb, vgf2p8affineinvqb") \
    OF_3_256(M, "vgf2p8mulb") OF_3_AND_IMMEDIATE_256(M, "vgf2p8affineqb, vgf2p8affineinvqb, vpclmulqdq")

BY_BOTH(vex_aes, VEX_AES)
BY_BOTH(vex_aes_256, VEX_AES_256)
BY_BOTH(vex_galois, VEX_GALOIS)

VARIANTS(IN_EACH_STATE_UNCHECKED("aes", vex_aes, "VEX-encoded AES instructions and VPCLMULQDQ of 16 bytes of memory", "aes pclmulqdq avx"),
         IN_EACH_STATE_UNCHECKED("aes_256", vex_aes_256, "VAES instructions of 32 bytes of memory", "vaes"),
         IN_EACH_STATE_UNCHECKED("galois", vex_galois, "VEX-encoded GFNI instructions of 16 or 32 bytes of memory, VPCLMULQDQ of 32",
                                 "gfni vpclmulqdq"));
