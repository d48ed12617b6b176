/* What a gather whose last element faults has done. */
#include "gather.h"

static void prepare(void)
{
    struct operands *operands = set_up();
    uint64_t *words = frame_of(start.rbx & ~(uintptr_t)(PAGE_SIZE - 1));

    for (unsigned i = 0; i < PAGE_SIZE / 8; i++)
        words[i] = 0x1111111111111111 * (1 + i % 8);
    record_memory("destination", operands->after, ARG1 * (ARG0 >> 4));
    record_memory("mask", (uint8_t *)&operands->mask_after, 8);
}
#define SPEC_VPGATHERDD "SDM 2C \"VPGATHERDD/VPGATHERDQ-Gather Packed Dword, Packed Qword with Signed Dword Indices\""
#define SPEC_VPGATHERQD "SDM 2C \"VPGATHERQD/VPGATHERQQ-Gather Packed Dword, Packed Qword with Signed Qword Indices\""
#define SPEC_VGATHERDPS "SDM 2C \"VGATHERDPS/VGATHERDPD-Gather Packed Single, Packed Double with Signed Dword\""
#define SPEC_VGATHERQPS "SDM 2C \"VGATHERQPS/VGATHERQPD-Gather Packed Single, Packed Double with Signed Qword Indices\""

#define ROW(name, index, element, count, spec, instruction) ROW_OF("gather", PF_U, name, index, element, count, spec)
#define ALL(X)                                                                       \
    X(dd_512, 4, 4, 16, SPEC_VPGATHERDD, "vpgatherdd zmm1%{k1%}, [rbx + zmm2 * 8]")  \
    X(dq_512, 4, 8, 8, SPEC_VPGATHERDD, "vpgatherdq zmm1%{k1%}, [rbx + ymm2 * 8]")   \
    X(qd_512, 8, 4, 8, SPEC_VPGATHERQD, "vpgatherqd ymm1%{k1%}, [rbx + zmm2 * 8]")   \
    X(qq_512, 8, 8, 8, SPEC_VPGATHERQD, "vpgatherqq zmm1%{k1%}, [rbx + zmm2 * 8]")   \
    X(dps_512, 4, 4, 16, SPEC_VGATHERDPS, "vgatherdps zmm1%{k1%}, [rbx + zmm2 * 8]") \
    X(dpd_512, 4, 8, 8, SPEC_VGATHERDPS, "vgatherdpd zmm1%{k1%}, [rbx + ymm2 * 8]")  \
    X(qps_512, 8, 4, 8, SPEC_VGATHERQPS, "vgatherqps ymm1%{k1%}, [rbx + zmm2 * 8]")  \
    X(qpd_512, 8, 8, 8, SPEC_VGATHERQPS, "vgatherqpd zmm1%{k1%}, [rbx + zmm2 * 8]")  \
    X(dd_256, 4, 4, 8, SPEC_VPGATHERDD, "vpgatherdd ymm1%{k1%}, [rbx + ymm2 * 8]")   \
    X(dq_256, 4, 8, 4, SPEC_VPGATHERDD, "vpgatherdq ymm1%{k1%}, [rbx + xmm2 * 8]")   \
    X(qd_256, 8, 4, 4, SPEC_VPGATHERQD, "vpgatherqd xmm1%{k1%}, [rbx + ymm2 * 8]")   \
    X(qq_256, 8, 8, 4, SPEC_VPGATHERQD, "vpgatherqq ymm1%{k1%}, [rbx + ymm2 * 8]")   \
    X(dps_256, 4, 4, 8, SPEC_VGATHERDPS, "vgatherdps ymm1%{k1%}, [rbx + ymm2 * 8]")  \
    X(dpd_256, 4, 8, 4, SPEC_VGATHERDPS, "vgatherdpd ymm1%{k1%}, [rbx + xmm2 * 8]")  \
    X(qps_256, 8, 4, 4, SPEC_VGATHERQPS, "vgatherqps xmm1%{k1%}, [rbx + ymm2 * 8]")  \
    X(qpd_256, 8, 8, 4, SPEC_VGATHERQPS, "vgatherqpd ymm1%{k1%}, [rbx + ymm2 * 8]")  \
    X(dd_128, 4, 4, 4, SPEC_VPGATHERDD, "vpgatherdd xmm1%{k1%}, [rbx + xmm2 * 8]")   \
    X(dq_128, 4, 8, 2, SPEC_VPGATHERDD, "vpgatherdq xmm1%{k1%}, [rbx + xmm2 * 8]")   \
    X(qd_128, 8, 4, 2, SPEC_VPGATHERQD, "vpgatherqd xmm1%{k1%}, [rbx + xmm2 * 8]")   \
    X(qq_128, 8, 8, 2, SPEC_VPGATHERQD, "vpgatherqq xmm1%{k1%}, [rbx + xmm2 * 8]")   \
    X(dps_128, 4, 4, 4, SPEC_VGATHERDPS, "vgatherdps xmm1%{k1%}, [rbx + xmm2 * 8]")  \
    X(dpd_128, 4, 8, 2, SPEC_VGATHERDPS, "vgatherdpd xmm1%{k1%}, [rbx + xmm2 * 8]")  \
    X(qps_128, 8, 4, 2, SPEC_VGATHERQPS, "vgatherqps xmm1%{k1%}, [rbx + xmm2 * 8]")  \
    X(qpd_128, 8, 8, 2, SPEC_VGATHERQPS, "vgatherqpd xmm1%{k1%}, [rbx + xmm2 * 8]")

ALL(FUNCTION)

VARIANTS(ALL(ROW));
