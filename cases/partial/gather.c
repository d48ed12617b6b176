/*
 * Gathers whose last element lies in a missing page. Faults come from the lowest element upwards, and what lies below one is done: its part of the
 * destination is loaded, and its mask is 0. What is left of mask and destination is as before, so that the instruction goes on where it was.
 */
#include <case.h>

#define SPEC(page) "SDM 2C \"" page "\""
#define DD SPEC("VPGATHERDD/VPGATHERDQ-Gather Packed Dword, Packed Qword Values Using Signed Dword/Qword Indices")
#define QD SPEC("VPGATHERQD/VPGATHERQQ-Gather Packed Dword, Packed Qword Values Using Signed Dword/Qword Indices")
#define DPD SPEC("VGATHERDPD/VGATHERQPD-Gather Packed DP FP Values Using Signed Dword/Qword Indices")
#define DPS SPEC("VGATHERDPS/VGATHERQPS-Gather Packed SP FP values Using Signed Dword/Qword Indices")

/*
 * Destination XMM1, indices XMM2, mask XMM3, all of whose elements are wanted. Element n lies 8 n bytes above RBX, the last one on the missing page.
 * ARG0: bytes of an index; ARG1: elements.
 */
static void set_up(void)
{
    uintptr_t pair = map_pages("pair", 2, PAGE_USER), operands = map_page("operands", PAGE_PRESENT | PAGE_USER);
    uint8_t *index = frame_of(operands);
    uint64_t *words = frame_of(pair);

    watch_avx();
    in_user_mode();
    change_page(pair, 0, PAGE_PRESENT);
    for (unsigned i = 0; i < PAGE_SIZE / 8; i++)
        words[i] = 0x1111111111111111 * (1 + i % 8);
    for (unsigned n = 0; n < ARG1; n++)
        index[ARG0 * n] = (uint8_t)n;
    start.rbx = pair + PAGE_SIZE - 8 * (ARG1 - 1);
    start.rsi = operands;
}

#define LOAD "vmovdqu ymm2, [rsi]\nvpcmpeqd ymm3, ymm3, ymm3\n"
#define FUNCTION(name_, index_, count_, spec_, instruction_)     \
    static void run_##name_(void)                                \
    {                                                            \
        set_up();                                                \
        PROGRAM(LOAD MARK(fault) instruction_ "\n" MARK(after)); \
    }
#define ROW(name_, index_, count_, spec_, instruction_)                                \
    {VARIANT,                                                                          \
     .name = #name_,                                                                   \
     .about = "CPL-3 " instruction_ ", its last element on a page that isn't present", \
     .spec = spec_,                                                                    \
     .needs = "avx2",                                                                  \
     .vector = VEC_PF,                                                                 \
     .error = PF_U,                                                                    \
     .saved_rip = AT_FAULT,                                                            \
     .run = run_##name_,                                                               \
     .arg = {index_, count_}},

#define ALL(X)                                                      \
    X(dd, 4, 4, DD, "vpgatherdd xmm1, [rbx + xmm2 * 8], xmm3")      \
    X(dd256, 4, 8, DD, "vpgatherdd ymm1, [rbx + ymm2 * 8], ymm3")   \
    X(dq, 4, 2, DD, "vpgatherdq xmm1, [rbx + xmm2 * 8], xmm3")      \
    X(dq256, 4, 4, DD, "vpgatherdq ymm1, [rbx + xmm2 * 8], ymm3")   \
    X(qd256, 8, 4, QD, "vpgatherqd xmm1, [rbx + ymm2 * 8], xmm3")   \
    X(qq, 8, 2, QD, "vpgatherqq xmm1, [rbx + xmm2 * 8], xmm3")      \
    X(qq256, 8, 4, QD, "vpgatherqq ymm1, [rbx + ymm2 * 8], ymm3")   \
    X(dps, 4, 4, DPS, "vgatherdps xmm1, [rbx + xmm2 * 8], xmm3")    \
    X(dps256, 4, 8, DPS, "vgatherdps ymm1, [rbx + ymm2 * 8], ymm3") \
    X(qps256, 8, 4, DPS, "vgatherqps xmm1, [rbx + ymm2 * 8], xmm3") \
    X(dpd, 4, 2, DPD, "vgatherdpd xmm1, [rbx + xmm2 * 8], xmm3")    \
    X(dpd256, 4, 4, DPD, "vgatherdpd ymm1, [rbx + xmm2 * 8], ymm3") \
    X(qpd256, 8, 4, DPD, "vgatherqpd ymm1, [rbx + ymm2 * 8], ymm3")

ALL(FUNCTION)

VARIANTS(ALL(ROW));
