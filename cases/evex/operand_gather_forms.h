/* Gathers and scatters by K1: with one element, whose index is 0, or with none, which access nothing. */
#include "operand.h"

#define GATHER(name, width, M, front, index) "op_of 9, " name ", " TEXT(width) ", " front "%{k1%}, " M(width) "[" index "2 * 8]\n"
#define SCATTER(name, width, M, front, index, vector) "op_of 9, " name ", " TEXT(width) ", " front M(width) "[" index "2 * 8]%{k1%}, " vector "0\n"

#define GATHERS(M)                                           \
    GATHER("vpgatherdd_512", 4, M, "vpgatherdd zmm0", "zmm") \
    GATHER("vpgatherdq_512", 8, M, "vpgatherdq zmm0", "ymm") \
    GATHER("vpgatherqd_512", 4, M, "vpgatherqd ymm0", "zmm") \
    GATHER("vpgatherqq_512", 8, M, "vpgatherqq zmm0", "zmm") \
    GATHER("vgatherdps_512", 4, M, "vgatherdps zmm0", "zmm") \
    GATHER("vgatherdpd_512", 8, M, "vgatherdpd zmm0", "ymm") \
    GATHER("vgatherqps_512", 4, M, "vgatherqps ymm0", "zmm") \
    GATHER("vgatherqpd_512", 8, M, "vgatherqpd zmm0", "zmm") \
    GATHER("vpgatherdd_256", 4, M, "vpgatherdd ymm0", "ymm") \
    GATHER("vpgatherdq_256", 8, M, "vpgatherdq ymm0", "xmm") \
    GATHER("vpgatherqd_256", 4, M, "vpgatherqd xmm0", "ymm") \
    GATHER("vpgatherqq_256", 8, M, "vpgatherqq ymm0", "ymm") \
    GATHER("vgatherdps_256", 4, M, "vgatherdps ymm0", "ymm") \
    GATHER("vgatherdpd_256", 8, M, "vgatherdpd ymm0", "xmm") \
    GATHER("vgatherqps_256", 4, M, "vgatherqps xmm0", "ymm") \
    GATHER("vgatherqpd_256", 8, M, "vgatherqpd ymm0", "ymm") \
    GATHER("vpgatherdd_128", 4, M, "vpgatherdd xmm0", "xmm") \
    GATHER("vpgatherdq_128", 8, M, "vpgatherdq xmm0", "xmm") \
    GATHER("vpgatherqd_128", 4, M, "vpgatherqd xmm0", "xmm") \
    GATHER("vpgatherqq_128", 8, M, "vpgatherqq xmm0", "xmm") \
    GATHER("vgatherdps_128", 4, M, "vgatherdps xmm0", "xmm") \
    GATHER("vgatherdpd_128", 8, M, "vgatherdpd xmm0", "xmm") \
    GATHER("vgatherqps_128", 4, M, "vgatherqps xmm0", "xmm") \
    GATHER("vgatherqpd_128", 8, M, "vgatherqpd xmm0", "xmm")

#define SCATTERS(M)                                                \
    SCATTER("vpscatterdd_512", 4, M, "vpscatterdd ", "zmm", "zmm") \
    SCATTER("vpscatterdq_512", 8, M, "vpscatterdq ", "ymm", "zmm") \
    SCATTER("vpscatterqd_512", 4, M, "vpscatterqd ", "zmm", "ymm") \
    SCATTER("vpscatterqq_512", 8, M, "vpscatterqq ", "zmm", "zmm") \
    SCATTER("vscatterdps_512", 4, M, "vscatterdps ", "zmm", "zmm") \
    SCATTER("vscatterdpd_512", 8, M, "vscatterdpd ", "ymm", "zmm") \
    SCATTER("vscatterqps_512", 4, M, "vscatterqps ", "zmm", "ymm") \
    SCATTER("vscatterqpd_512", 8, M, "vscatterqpd ", "zmm", "zmm") \
    SCATTER("vpscatterdd_256", 4, M, "vpscatterdd ", "ymm", "ymm") \
    SCATTER("vpscatterdq_256", 8, M, "vpscatterdq ", "xmm", "ymm") \
    SCATTER("vpscatterqd_256", 4, M, "vpscatterqd ", "ymm", "xmm") \
    SCATTER("vpscatterqq_256", 8, M, "vpscatterqq ", "ymm", "ymm") \
    SCATTER("vscatterdps_256", 4, M, "vscatterdps ", "ymm", "ymm") \
    SCATTER("vscatterdpd_256", 8, M, "vscatterdpd ", "xmm", "ymm") \
    SCATTER("vscatterqps_256", 4, M, "vscatterqps ", "ymm", "xmm") \
    SCATTER("vscatterqpd_256", 8, M, "vscatterqpd ", "ymm", "ymm") \
    SCATTER("vpscatterdd_128", 4, M, "vpscatterdd ", "xmm", "xmm") \
    SCATTER("vpscatterdq_128", 8, M, "vpscatterdq ", "xmm", "xmm") \
    SCATTER("vpscatterqd_128", 4, M, "vpscatterqd ", "xmm", "xmm") \
    SCATTER("vpscatterqq_128", 8, M, "vpscatterqq ", "xmm", "xmm") \
    SCATTER("vscatterdps_128", 4, M, "vscatterdps ", "xmm", "xmm") \
    SCATTER("vscatterdpd_128", 8, M, "vscatterdpd ", "xmm", "xmm") \
    SCATTER("vscatterqps_128", 4, M, "vscatterqps ", "xmm", "xmm") \
    SCATTER("vscatterqpd_128", 8, M, "vscatterqpd ", "xmm", "xmm")

BY_EVEX(gathers, GATHERS)
BY_EVEX(scatters, SCATTERS)

#ifdef MASKED
#define IN_THEIR_STATES IN_EVEX_BLOCK_STATES
#else
#define IN_THEIR_STATES IN_EVEX_STATES
#endif
VARIANTS(IN_THEIR_STATES("gathers", gathers, "Gathers,", ALL_OF_AVX512), IN_THEIR_STATES("scatters", scatters, "Scatters,", ALL_OF_AVX512));
