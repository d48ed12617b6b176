/* AES, carry-less multiplication, SHA and Galois field instructions without a VEX prefix: their operands have to be aligned. */
#include "vex.h"

#include "aligned.h"

#define ROUNDS "aesenc, aesenclast, aesdec, aesdeclast"
#define LEGACY_AES(M) OF_2(M, ROUNDS ", aesimc") OF_2_AND_IMMEDIATE(M, "aeskeygenassist, pclmulqdq")
#define LEGACY_SHA(M) OF_2(M, "sha1nexte, sha1msg1, sha1msg2, sha256rnds2, sha256msg1, sha256msg2") OF_2_AND_IMMEDIATE(M, "sha1rnds4")
#define LEGACY_GALOIS(M) OF_2(M, "gf2p8mulb") OF_2_AND_IMMEDIATE(M, "gf2p8affineqb, gf2p8affineinvqb")

BY_BOTH(legacy_aes, LEGACY_AES)
BY_BOTH(legacy_sha, LEGACY_SHA)
BY_BOTH(legacy_galois, LEGACY_GALOIS)

VARIANTS(ALIGNED("aes", legacy_aes, "AES instructions and PCLMULQDQ of 16 bytes of memory", "aes pclmulqdq avx"),
         ALIGNED("sha", legacy_sha, "SHA instructions of 16 bytes of memory", "sha avx"),
         ALIGNED("galois", legacy_galois, "GFNI instructions of 16 bytes of memory", "gfni avx"));
