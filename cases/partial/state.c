/*
 * FXSAVE, FXRSTOR, XSAVE and XRSTOR with half of their area on a missing page, the first half or the second, at each place where the area is split:
 * within the x87 registers, behind the XMM registers, behind the header.
 */
#include <case.h>

/* ARG0: bytes of the area on the first page; ARG1: the first page is the missing one. */
static void set_up(bool header)
{
    uintptr_t pair = map_pages("pair", 2, PAGE_USER | PAGE_WRITE);
    uint8_t *memory;

    in_user_mode();
    change_page(pair + ARG1 * PAGE_SIZE, 0, PAGE_PRESENT);
    start.rbx = pair + PAGE_SIZE - ARG0;
    start.rsp -= 0x100;
    if (header) {
        write_cr4(read_cr4() | CR4_OSXSAVE);
        start.rax = 1; /* XCR0 as it is after a reset */
        start.rdx = 0;
        /* XSTATE_BV: the x87 state is there to be restored. */
        memory = frame_of(start.rbx + 512);
        *memory = 1;
    }
}

#define RUN(name, header, text) \
    static void name(void)      \
    {                           \
        set_up(header);         \
        FAULT(text);            \
    }
RUN(fxsave, false, "fxsave [rbx]")
RUN(fxsave64, false, "fxsave64 [rbx]")
RUN(fxrstor, false, "fxrstor [rbx]")
RUN(fxrstor64, false, "fxrstor64 [rbx]")
RUN(xsave, true, "xsave [rbx]")
RUN(xsave64, true, "xsave64 [rbx]")
RUN(xrstor, true, "xrstor [rbx]")
RUN(xrstor64, true, "xrstor64 [rbx]")

#define ROW(name_, run_, split, first, error_, spec_, about_, ...)                                                                     \
    {                                                                                                                                  \
        VARIANT, .name = name_, .about = about_, .spec = spec_, .vector = VEC_PF, .error = error_, .saved_rip = AT_FAULT, .run = run_, \
                 .arg = {split, first}, __VA_ARGS__                                                                                    \
    }
#define SPLIT(run, split, error, spec, ...)                                                                                                   \
    ROW(#run "_" #split, run, split, 0, error, spec, #run " at CPL 3, its area from byte " #split " on lies on a missing page", __VA_ARGS__), \
        ROW(#run "_" #split "_first", run, split, 1, error, spec, #run " at CPL 3, its area up to byte " #split " lies on a missing page",    \
            __VA_ARGS__)
#define FX(run, error, spec) SPLIT(run, 64, error, spec, ), SPLIT(run, 256, error, spec, )
#define X(run, error, spec) SPLIT(run, 64, error, spec, .needs = "xsave"), SPLIT(run, 256, error, spec, .needs = "xsave")
#define HEADER(run, error, spec) ROW(#run "_512", run, 512, 0, error, spec, #run " at CPL 3, its header lies on a missing page", .needs = "xsave")
VARIANTS(FX(fxsave, PF_W | PF_U, "SDM 2A \"FXSAVE-Save x87 FPU, MMX Technology, and SSE State\""),
         FX(fxsave64, PF_W | PF_U, "SDM 2A \"FXSAVE-Save x87 FPU, MMX Technology, and SSE State\""),
         FX(fxrstor, PF_U, "SDM 2A \"FXRSTOR-Restore x87 FPU, MMX, XMM, and MXCSR State\""),
         FX(fxrstor64, PF_U, "SDM 2A \"FXRSTOR-Restore x87 FPU, MMX, XMM, and MXCSR State\""),
         X(xsave, PF_W | PF_U, "SDM 2C \"XSAVE-Save Processor Extended States\""),
         X(xsave64, PF_W | PF_U, "SDM 2C \"XSAVE-Save Processor Extended States\""),
         X(xrstor, PF_U, "SDM 2C \"XRSTOR-Restore Processor Extended States\""),
         X(xrstor64, PF_U, "SDM 2C \"XRSTOR-Restore Processor Extended States\""),
         HEADER(xrstor, PF_U, "SDM 2C \"XRSTOR-Restore Processor Extended States\""),
         HEADER(xrstor64, PF_U, "SDM 2C \"XRSTOR-Restore Processor Extended States\""));
