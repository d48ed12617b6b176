/*
 * EFER.FFXSR: at CPL 0 in 64-bit mode FXSAVE and FXRSTOR leave XMM registers alone, not MXCSR and x87 state; at CPL 3 and in compatibility mode it
 * has no effect.
 */
#include <case.h>

#define EFER_FFXSR (1u << 14)

struct area {
    uint16_t control;
    uint8_t unused[22];
    uint32_t mxcsr;
    uint8_t unused_too[132];
    uint64_t xmm[16][2];
    uint8_t others[96];
} __attribute__((aligned(16)));
_Static_assert(sizeof(struct area) == 512, "SDM 1 \"FXSAVE Area\"");

static struct area after;

static void note_areas(void)
{
    const struct area *saved = frame_of(start.rbx);

    write_msr(MSR_EFER, read_msr(MSR_EFER) & ~(uint64_t)EFER_FFXSR);
    __asm__ volatile("fxsave %0" : "=m"(after));
    note("saved_control", saved->control);
    note("saved_mxcsr", saved->mxcsr);
    note("saved_xmm0", saved->xmm[0][0]);
    note("saved_xmm7", saved->xmm[7][1]);
    note("control", after.control);
    note("mxcsr", after.mxcsr);
    note("xmm0", after.xmm[0][0]);
    note("xmm7", after.xmm[7][1]);
}

static void set_up(void)
{
    struct area *area;

    start.rbx = map_page("areas", PAGE_PRESENT | PAGE_WRITE | PAGE_USER);
    area = frame_of(start.rbx);
    __asm__ volatile("fxsave %0" : "=m"(area[1]));
    area[0] = area[1];
    area[0].xmm[0][0] = area[0].xmm[7][1] = 0x1111111111111111;
    area[1].xmm[0][0] = area[1].xmm[7][1] = 0x2222222222222222;
    __asm__ volatile("fxrstor %0" : : "m"(area[1]));
    area[1].control = 0x27f;
    area[1].mxcsr = 0x3f80;
    area[1].xmm[0][0] = area[1].xmm[7][1] = 0x3333333333333333;
    area[0].control = 0;
    area[0].mxcsr = 0;
    at_end(note_areas);
    write_msr(MSR_EFER, read_msr(MSR_EFER) | EFER_FFXSR);
}

#define TEXT(register) "fxsave [" register "]\nfxrstor [" register " + 0x200]\n"

static void kernel(void)
{
    set_up();
    PROGRAM(TEXT("rbx"));
}

static void user(void)
{
    in_user_mode();
    set_up();
    PROGRAM(TEXT("rbx"));
}

static void compat(void)
{
    in_compat_kernel();
    set_up();
    PROGRAM32(TEXT("ebx"));
}

static void compat_user(void)
{
    in_compat_user();
    set_up();
    PROGRAM32(TEXT("ebx"));
}

#define ROW(run_, env_, about_)                                                                                                              \
    {                                                                                                                                        \
        VARIANT, .name = #run_, .about = "FXSAVE and FXRSTOR " about_ ", EFER.FFXSR=1", .spec = "APM 2 \"Fast FXSAVE/FXRSTOR (FFXSR) Bit\"", \
                 .env = env_, .needs = "ffxsr", .vector = NO_EXCEPTION, .run = run_                                                          \
    }

VARIANTS(ROW(kernel, LONG64, "at CPL 0 in 64-bit mode"), ROW(user, LONG64, "at CPL 3 in 64-bit mode"),
         ROW(compat, COMPAT32, "at CPL 0 in compatibility mode"), ROW(compat_user, COMPAT32, "at CPL 3 in compatibility mode"));
