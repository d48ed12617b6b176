/*
 * Loads and stores of the elements that a mask selects: none, all, those in the operand's first 8 bytes, in its last 8. What isn't selected is not
 * accessed. And stores of bytes to DS:RDI.
 */
#define BEFORE_EACH                                                                                              \
    "vpcmpeqd xmm1, xmm1, xmm1\nvpsrldq xmm3, xmm1, 8\nvpslldq xmm4, xmm1, 8\nvinsertf128 ymm1, ymm1, xmm1, 1\n" \
    "vpxor xmm2, xmm2, xmm2\nvinsertf128 ymm5, ymm2, xmm4, 1\npcmpeqd mm1, mm1\n"
#include "vex.h"

#define MASKED "vmaskmovps, vmaskmovpd, vpmaskmovd, vpmaskmovq"
#define BY_MASKS(LOAD_OR_STORE, M)       \
    LOAD_OR_STORE("_none", "2", "2", M)  \
    LOAD_OR_STORE("_all", "1", "1", M)   \
    LOAD_OR_STORE("_first", "3", "3", M) \
    LOAD_OR_STORE("_last", "4", "5", M)
#define LOAD(suffix, mask, mask256, M)                           \
    OPS(suffix, 16, "xmm0, xmm" mask ", xmmword ptr " M, MASKED) \
    OPS(suffix "_256", 32, "ymm0, ymm" mask256 ", ymmword ptr " M, MASKED)
#define STORE(suffix, mask, mask256, M)                             \
    OPS(suffix, 16, "xmmword ptr " M ", xmm" mask ", xmm0", MASKED) \
    OPS(suffix "_256", 32, "ymmword ptr " M ", ymm" mask256 ", ymm0", MASKED)
#define LOADS(M) BY_MASKS(LOAD, M)
#define STORES(M) BY_MASKS(STORE, M)

#define OF_BYTES                                   \
    "op vmaskmovdqu, 16, vmaskmovdqu xmm0, xmm1\n" \
    "op maskmovdqu, 16, maskmovdqu xmm0, xmm1\n"   \
    "op maskmovq, 8, maskmovq mm0, mm1\n"

BY_BOTH(loads, LOADS)
BY_BOTH(stores, STORES)
BY(bytes, OF_BYTES)

VARIANTS(IN_EACH_STATE_UNCHECKED("load", loads, "VMASKMOV and VPMASKMOV from memory", "avx2"),
         IN_EACH_STATE_UNCHECKED("store", stores, "VMASKMOV and VPMASKMOV to memory", "avx2"),
         BY_IMPLICIT("byte", bytes, "MASKMOVQ, MASKMOVDQU, VMASKMOVDQU", "avx"));
