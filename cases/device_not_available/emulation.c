/* CR0.EM=1 says that there is no x87 FPU: its instructions are #NM whatever TS is. MMX and SSE instructions are #UD instead. */
#include <case.h>

static void x87(void)
{
    write_cr0(read_cr0() | ARG0);
    FAULT("fld1");
}

static void fninit(void)
{
    write_cr0(read_cr0() | ARG0);
    FAULT("fninit");
}

static void fxsave(void)
{
    start.rbx = map_page("area", PAGE_PRESENT | PAGE_WRITE);
    record_memory("area", frame_of(start.rbx), 16);
    write_cr0(read_cr0() | ARG0);
    FAULT("fxsave [rbx]");
}

static void fxrstor(void)
{
    start.rbx = map_page("area", PAGE_PRESENT | PAGE_WRITE);
    write_cr0(read_cr0() | ARG0);
    FAULT("fxrstor [rbx]");
}

#define ROW(name_, run_, bits, id_, about_)                                                                                                          \
    {                                                                                                                                                \
        VARIANT, .name = name_, .about = about_, .spec = "SDM 3A \"Interrupt 7-Device Not Available Exception (#NM)\"", .id = id_, .vector = VEC_NM, \
                 .error = NO_ERROR, .saved_rip = AT_FAULT, .run = run_, .arg = {                                                                     \
                     bits                                                                                                                            \
                 }                                                                                                                                   \
    }

VARIANTS(ROW("x87", x87, CR0_EM, "nm-em-x87", "FLD1 at CPL 0 with CR0.EM=1, TS=0"),
         ROW("x87_ts", x87, CR0_EM | CR0_TS, "nm-em-ts-x87", "FLD1 at CPL 0 with CR0.EM=1, TS=1"),
         ROW("fninit", fninit, CR0_EM, "", "FNINIT at CPL 0 with CR0.EM=1, TS=0"),
         ROW("fxsave", fxsave, CR0_EM, "nm-em-fxsave", "FXSAVE at CPL 0 with CR0.EM=1, TS=0"),
         ROW("fxrstor", fxrstor, CR0_EM, "", "FXRSTOR at CPL 0 with CR0.EM=1, TS=0"));
