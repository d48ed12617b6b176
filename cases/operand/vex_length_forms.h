/*
 * Scalar instructions that ignore VEX.L, with VEX.L=1: the operand is as long as ever. Those whose pages advise against it aren't among them.
 * By bytes, since an assembler writes 0.
 */
#include "vex.h"

#define IGNORING(name, width, segment, bytes) "op " name ", " #width ", .byte " segment bytes "\n"
#define FUSED(i, opcode, segment, M)                                 \
    IGNORING(i "ss", 4, segment, "0xc4, 0xe2, 0x75, " opcode ", " M) \
    IGNORING(i "sd", 8, segment, "0xc4, 0xe2, 0xf5, " opcode ", " M)
#define LOADS(segment, M)                   \
    FUSED("vfmadd132", "0x99", segment, M)  \
    FUSED("vfmsub132", "0x9b", segment, M)  \
    FUSED("vfnmadd132", "0x9d", segment, M) \
    FUSED("vfnmsub132", "0x9f", segment, M) \
    FUSED("vfmadd213", "0xa9", segment, M)  \
    FUSED("vfmsub213", "0xab", segment, M)  \
    FUSED("vfnmadd213", "0xad", segment, M) \
    FUSED("vfnmsub213", "0xaf", segment, M) \
    FUSED("vfmadd231", "0xb9", segment, M)  \
    FUSED("vfmsub231", "0xbb", segment, M)  \
    FUSED("vfnmadd231", "0xbd", segment, M) \
    FUSED("vfnmsub231", "0xbf", segment, M) \
    IGNORING("vmovsd", 8, segment, "0xc5, 0xff, 0x10, " M)
#define ESTIMATES(segment, M) IGNORING("vrcpss", 4, segment, "0xc5, 0xf6, 0x53, " M) IGNORING("vrsqrtss", 4, segment, "0xc5, 0xf6, 0x52, " M)
#define ROUNDS(segment, M) \
    IGNORING("vroundss", 4, segment, "0xc4, 0xe3, 0x75, 0x0a, " M ", 0") IGNORING("vroundsd", 8, segment, "0xc4, 0xe3, 0x75, 0x0b, " M ", 0")
#define STORES(segment, M) IGNORING("vmovsd", 8, segment, "0xc5, 0xff, 0x11, " M)
/* ModRM of RBX or EBX, and of RBP or EBP with a displacement of 0. */
#define BY_BX "3"
#define BY_BP "0x45, 0"

BY(loads_data, LOADS("", BY_BX))
BY(loads_stack, LOADS("", BY_BP))
BY(estimates_data, ESTIMATES("", BY_BX))
BY(estimates_stack, ESTIMATES("", BY_BP))
BY(rounds_data, ROUNDS("", BY_BX))
BY(rounds_stack, ROUNDS("", BY_BP))
BY(stores_data, STORES("", BY_BX))
BY(stores_stack, STORES("", BY_BP))
#if defined(COMPAT) || !defined(__x86_64__)
BY(loads_code, LOADS("0x2e, ", BY_BX))
BY(estimates_code, ESTIMATES("0x2e, ", BY_BX))
BY(rounds_code, ROUNDS("0x2e, ", BY_BX))
BY(stores_code, STORES("0x2e, ", BY_BX))
#endif

VARIANTS(IN_EACH_STATE_CHECKED("load", loads, "scalar FMA instructions and VMOVSD with VEX.L=1 of memory", "fma"),
         IN_EACH_STATE_CHECKED("estimate", estimates, "VRCPSS and VRSQRTSS with VEX.L=1 of memory", "avx"),
         IN_EACH_STATE_CHECKED("round", rounds, "VROUNDSS and VROUNDSD with VEX.L=1 of memory", "avx"),
         IN_EACH_STATE_CHECKED("store", stores, "VMOVSD to memory with VEX.L=1", "avx"));
