/* What a scatter whose last element faults has done. */
#include "gather.h"

static void prepare(void)
{
    struct operands *operands = set_up();

    record_memory("written", frame_of(start.rbx), 8 * (ARG1 - 1));
    record_memory("mask", (uint8_t *)&operands->mask_after, 8);
}
#define SPEC_VPSCATTERDD \
    "SDM 2C \"VPSCATTERDD/VPSCATTERDQ/VPSCATTERQD/VPSCATTERQQ-Scatter Packed Dword, Packed Qword with Signed Dword, Signed Qword Indices\""
#define SPEC_VSCATTERDPS \
    "SDM 2C \"VSCATTERDPS/VSCATTERDPD/VSCATTERQPS/VSCATTERQPD-Scatter Packed Single, Packed Double with Signed Dword and Qword Indices\""

#define ROW(name, index, element, count, spec, instruction) ROW_OF("scatter", PF_U | PF_W, name, index, element, count, spec)
#define ALL(X)                                                                         \
    X(dd_512, 4, 4, 16, SPEC_VPSCATTERDD, "vpscatterdd [rbx + zmm2 * 8]%{k1%}, zmm1")  \
    X(dq_512, 4, 8, 8, SPEC_VPSCATTERDD, "vpscatterdq [rbx + ymm2 * 8]%{k1%}, zmm1")   \
    X(qd_512, 8, 4, 8, SPEC_VPSCATTERDD, "vpscatterqd [rbx + zmm2 * 8]%{k1%}, ymm1")   \
    X(qq_512, 8, 8, 8, SPEC_VPSCATTERDD, "vpscatterqq [rbx + zmm2 * 8]%{k1%}, zmm1")   \
    X(dps_512, 4, 4, 16, SPEC_VSCATTERDPS, "vscatterdps [rbx + zmm2 * 8]%{k1%}, zmm1") \
    X(dpd_512, 4, 8, 8, SPEC_VSCATTERDPS, "vscatterdpd [rbx + ymm2 * 8]%{k1%}, zmm1")  \
    X(qps_512, 8, 4, 8, SPEC_VSCATTERDPS, "vscatterqps [rbx + zmm2 * 8]%{k1%}, ymm1")  \
    X(qpd_512, 8, 8, 8, SPEC_VSCATTERDPS, "vscatterqpd [rbx + zmm2 * 8]%{k1%}, zmm1")  \
    X(dd_256, 4, 4, 8, SPEC_VPSCATTERDD, "vpscatterdd [rbx + ymm2 * 8]%{k1%}, ymm1")   \
    X(dq_256, 4, 8, 4, SPEC_VPSCATTERDD, "vpscatterdq [rbx + xmm2 * 8]%{k1%}, ymm1")   \
    X(qd_256, 8, 4, 4, SPEC_VPSCATTERDD, "vpscatterqd [rbx + ymm2 * 8]%{k1%}, xmm1")   \
    X(qq_256, 8, 8, 4, SPEC_VPSCATTERDD, "vpscatterqq [rbx + ymm2 * 8]%{k1%}, ymm1")   \
    X(dps_256, 4, 4, 8, SPEC_VSCATTERDPS, "vscatterdps [rbx + ymm2 * 8]%{k1%}, ymm1")  \
    X(dpd_256, 4, 8, 4, SPEC_VSCATTERDPS, "vscatterdpd [rbx + xmm2 * 8]%{k1%}, ymm1")  \
    X(qps_256, 8, 4, 4, SPEC_VSCATTERDPS, "vscatterqps [rbx + ymm2 * 8]%{k1%}, xmm1")  \
    X(qpd_256, 8, 8, 4, SPEC_VSCATTERDPS, "vscatterqpd [rbx + ymm2 * 8]%{k1%}, ymm1")  \
    X(dd_128, 4, 4, 4, SPEC_VPSCATTERDD, "vpscatterdd [rbx + xmm2 * 8]%{k1%}, xmm1")   \
    X(dq_128, 4, 8, 2, SPEC_VPSCATTERDD, "vpscatterdq [rbx + xmm2 * 8]%{k1%}, xmm1")   \
    X(qd_128, 8, 4, 2, SPEC_VPSCATTERDD, "vpscatterqd [rbx + xmm2 * 8]%{k1%}, xmm1")   \
    X(qq_128, 8, 8, 2, SPEC_VPSCATTERDD, "vpscatterqq [rbx + xmm2 * 8]%{k1%}, xmm1")   \
    X(dps_128, 4, 4, 4, SPEC_VSCATTERDPS, "vscatterdps [rbx + xmm2 * 8]%{k1%}, xmm1")  \
    X(dpd_128, 4, 8, 2, SPEC_VSCATTERDPS, "vscatterdpd [rbx + xmm2 * 8]%{k1%}, xmm1")  \
    X(qps_128, 8, 4, 2, SPEC_VSCATTERDPS, "vscatterqps [rbx + xmm2 * 8]%{k1%}, xmm1")  \
    X(qpd_128, 8, 8, 2, SPEC_VSCATTERDPS, "vscatterqpd [rbx + xmm2 * 8]%{k1%}, xmm1")

ALL(FUNCTION)

VARIANTS(ALL(ROW));
