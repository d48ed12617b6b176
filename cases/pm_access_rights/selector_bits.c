/*
 * ARPL compares RPL alone, and moves it alone: TI and the index of neither operand count. Where nothing is changed ZF is cleared, as by LAR, LSL,
 * VERR and VERW of what they refuse; the other flags stay.
 */
#include <case32.h>

static void set_up(void)
{
    start.eflags &= ~EFLAGS_CF;
    start.eax = (uint32_t)ARG0;
    start.ecx = (uint32_t)ARG1;
}

#define RUN(name, instruction) \
    static void name(void)     \
    {                          \
        set_up();              \
        FAULT(instruction);    \
    }
RUN(arpl, "arpl ax, cx")
RUN(lar, "lar eax, ecx")
RUN(lsl, "lsl eax, ecx")
RUN(verr, "verr cx")
RUN(verw, "verw cx")

#define ROW(name_, run_, to, from, spec_, about_)                                                                                 \
    {                                                                                                                             \
        VARIANT, .name = name_, .about = about_ ", CF=0", .spec = spec_, .vector = NO_EXCEPTION, .run = run_, .arg = { to, from } \
    }
#define ARPL "SDM 2A \"ARPL-Adjust RPL Field of Segment Selector\""
VARIANTS(ROW("arpl_ti_of_source", arpl, 0x10, 0x5, ARPL, "ARPL, RPL 0 and 1, TI of the source"),
         ROW("arpl_ti_of_destination", arpl, 0x14, 0x1, ARPL, "ARPL, RPL 0 and 1, TI of the destination"),
         ROW("arpl_greater", arpl, 0x11, 0xc, ARPL, "ARPL, RPL 1 and 0, TI of the source"),
         ROW("arpl_equal", arpl, 0x12, 0x6, ARPL, "ARPL, RPL 2 and 2, TI of the source"),
         ROW("lar_refused", lar, 0, 0, "SDM 2A \"LAR-Load Access Rights Byte\"", "LAR of selector 0"),
         ROW("lsl_refused", lsl, 0, 0, "SDM 2A \"LSL-Load Segment Limit\"", "LSL of selector 0"),
         ROW("verr_refused", verr, 0, 0, "SDM 2B \"VERR/VERW-Verify a Segment for Reading or Writing\"", "VERR of selector 0"),
         ROW("verw_refused", verw, 0, 0, "SDM 2B \"VERR/VERW-Verify a Segment for Reading or Writing\"", "VERW of selector 0"));
