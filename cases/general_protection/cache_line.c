/* CLFLUSHOPT and CLWB at an address that isn't canonical: #SS where it is in the stack segment, else #GP. */
#include <case.h>

#define RUN(name, bytes)                      \
    static void name(void)                    \
    {                                         \
        start.rbx = start.rbp = NONCANONICAL; \
        FAULT(".byte " bytes);                \
    }
RUN(clflushopt, "0x66, 0x0f, 0xae, 0x3b")
RUN(clflushopt_stack, "0x66, 0x0f, 0xae, 0x7d, 0x00")
RUN(clwb, "0x66, 0x0f, 0xae, 0x33")
RUN(clwb_stack, "0x66, 0x0f, 0xae, 0x75, 0x00")

#define ROW(name_, needs_, spec_, vector_, about_)                                                                                                   \
    {                                                                                                                                                \
        VARIANT, .name = #name_, .about = about_, .spec = spec_, .needs = needs_, .vector = vector_, .error = 0, .saved_rip = AT_FAULT, .run = name_ \
    }
#define OPT "SDM 2A \"CLFLUSHOPT-Flush Cache Line Optimized\""
#define WB "SDM 2A \"CLWB-Cache Line Write Back\""

VARIANTS(ROW(clflushopt, "clflushopt", OPT, VEC_GP, "CLFLUSHOPT at a non-canonical address by RBX"),
         ROW(clflushopt_stack, "clflushopt", OPT, VEC_SS, "CLFLUSHOPT at a non-canonical address by RBP"),
         ROW(clwb, "clwb", WB, VEC_GP, "CLWB at a non-canonical address by RBX"),
         ROW(clwb_stack, "clwb", WB, VEC_SS, "CLWB at a non-canonical address by RBP"));
