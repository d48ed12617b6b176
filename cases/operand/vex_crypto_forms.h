/* AES, carry-less multiplication, SHA and Galois field instructions: without a VEX prefix the operand has to be aligned, with it it need not be. */
#include "vex.h"

#include "aligned.h"

#define ROUNDS "aesenc, aesenclast, aesdec, aesdeclast"
#define VEX_ROUNDS "vaesenc, vaesenclast, vaesdec, vaesdeclast"
#define LEGACY_AES(M) OF_2(M, ROUNDS ", aesimc") OF_2_AND_IMMEDIATE(M, "aeskeygenassist, pclmulqdq")
#define LEGACY_SHA(M) OF_2(M, "sha1nexte, sha1msg1, sha1msg2, sha256rnds2, sha256msg1, sha256msg2") OF_2_AND_IMMEDIATE(M, "sha1rnds4")
#define LEGACY_GALOIS(M) OF_2(M, "gf2p8mulb") OF_2_AND_IMMEDIATE(M, "gf2p8affineqb, gf2p8affineinvqb")
#define VEX_AES(M) OF_3(M, VEX_ROUNDS) OF_2(M, "vaesimc") OF_2_AND_IMMEDIATE(M, "vaeskeygenassist") OF_3_AND_IMMEDIATE(M, "vpclmulqdq")
#define VEX_AES_256(M) OF_3_256(M, VEX_ROUNDS)
#define VEX_GALOIS(M)                                          \
    OF_3(M, "vgf2p8mulb")                                      \
    OF_3_AND_IMMEDIATE(M, "vgf2p8affineqb, vgf2p8affineinvqb") \
    OF_3_256(M, "vgf2p8mulb") OF_3_AND_IMMEDIATE_256(M, "vgf2p8affineqb, vgf2p8affineinvqb, vpclmulqdq")

BY_BOTH(legacy_aes, LEGACY_AES)
BY_BOTH(legacy_sha, LEGACY_SHA)
BY_BOTH(legacy_galois, LEGACY_GALOIS)
BY_BOTH(vex_aes, VEX_AES)
BY_BOTH(vex_aes_256, VEX_AES_256)
BY_BOTH(vex_galois, VEX_GALOIS)

VARIANTS(ALIGNED("legacy_aes", legacy_aes, "AES instructions and PCLMULQDQ of 16 bytes of memory", "aes pclmulqdq avx"),
         ALIGNED("legacy_sha", legacy_sha, "SHA instructions of 16 bytes of memory", "sha avx"),
         ALIGNED("legacy_galois", legacy_galois, "GFNI instructions of 16 bytes of memory", "gfni avx"),
         IN_EACH_STATE_UNCHECKED("aes", vex_aes, "VEX-encoded AES instructions and VPCLMULQDQ of 16 bytes of memory", "aes pclmulqdq avx"),
         IN_EACH_STATE_UNCHECKED("aes_256", vex_aes_256, "VAES instructions of 32 bytes of memory", "vaes"),
         IN_EACH_STATE_UNCHECKED("galois", vex_galois, "VEX-encoded GFNI instructions of 16 or 32 bytes of memory, VPCLMULQDQ of 32",
                                 "gfni vpclmulqdq"));
