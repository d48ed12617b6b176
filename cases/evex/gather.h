/*
 * gather.h: gathers and scatters of AVX-512, element n 8 n bytes above RBX, the last one on a missing page. Faults come from the lowest element
 * upwards, what lies below one is done, and its bit of K1 is 0.
 */
#include <case.h>

#include "evex.h"

/* From RSI on. */
struct operands {
    uint8_t index[64];
    uint8_t vector[64];
    uint8_t after[64];
    uint64_t mask, mask_after;
};

/* ARG0: bytes of an index, and above four bits those of an element. ARG1: elements. */
static struct operands *set_up(void)
{
    uintptr_t pair = map_pages("pair", 2, PAGE_USER | PAGE_WRITE), page = map_page("operands", PAGE_PRESENT | PAGE_USER | PAGE_WRITE);
    struct operands *operands = (struct operands *)frame_of(page);

    enable();
    in_user_mode();
    change_page(pair, 0, PAGE_PRESENT);
    on_exception(VEC_PF, resume_after);
    for (unsigned n = 0; n < ARG1; n++)
        operands->index[(ARG0 & 15) * n] = (uint8_t)n;
    for (unsigned i = 0; i < sizeof(operands->vector); i++)
        operands->vector[i] = (uint8_t)(i + 1);
    operands->mask = (1u << ARG1) - 1;
    start.rsi = page;
    start.rbx = pair + PAGE_SIZE - 8 * (ARG1 - 1);
    return operands;
}

#define LOAD "kmovq k1, [rsi + 192]\nvmovdqu64 zmm2, [rsi]\nvmovdqu64 zmm1, [rsi + 64]\n"
#define STORE "vmovdqu64 [rsi + 128], zmm1\nkmovq [rsi + 200], k1\n"

#define FUNCTION(name_, index_, element_, count_, spec_, instruction_) \
    static void run_##name_(void)                                      \
    {                                                                  \
        prepare();                                                     \
        PROGRAM(LOAD MARK(fault) instruction_ "\n" MARK(after) STORE); \
    }
#define ROW_OF(kind, error_, name_, index_, element_, count_, spec_)                       \
    {VARIANT,                                                                              \
     .name = #name_,                                                                       \
     .about = "CPL-3 " kind ", " #name_ ", its last element on a page that isn't present", \
     .spec = spec_,                                                                        \
     .needs = ALL_OF_AVX512,                                                               \
     .vector = VEC_PF,                                                                     \
     .error = error_,                                                                      \
     .saved_rip = AT_FAULT,                                                                \
     .resumes = 1,                                                                         \
     .run = run_##name_,                                                                   \
     .arg = {index_ | element_ << 4, count_}},
