/* SWAPGS exchanges the base of GS and IA32_KERNEL_GS_BASE, at CPL 0 alone, and only in 64-bit mode. */
#include <case.h>

#define OTHER_BASE 0xffff80c0ffee0000u

static void note_base(void)
{
    note("kernel_gs_base", read_msr(MSR_KERNEL_GS_BASE));
}

static void set_up(void)
{
    write_msr(MSR_KERNEL_GS_BASE, OTHER_BASE);
    at_end(note_base);
}

static void kernel(void)
{
    set_up();
    FAULT("swapgs");
}

static void user(void)
{
    in_user_mode();
    set_up();
    FAULT("swapgs");
}

static void compat(void)
{
    in_compat_kernel();
    set_up();
    FAULT32(".byte 0x0f, 0x01, 0xf8");
}

static void compat_user(void)
{
    in_compat_user();
    set_up();
    FAULT32(".byte 0x0f, 0x01, 0xf8");
}

#define ROW(name_, id_, about_, ...)                                                                                                      \
    {                                                                                                                                     \
        VARIANT, .name = #name_, .about = about_, .spec = "SDM 2B \"SWAPGS-Swap GS Base Register\"", .id = id_, .run = name_, __VA_ARGS__ \
    }

VARIANTS(ROW(kernel, "", "SWAPGS at CPL 0", .vector = NO_EXCEPTION),
         ROW(user, "sys-swapgs-user", "SWAPGS at CPL 3", .vector = VEC_GP, .error = 0, .saved_rip = AT_FAULT),
         ROW(compat, "ud-swapgs-compat", "SWAPGS in compatibility mode at CPL 0", .vector = VEC_UD, .error = NO_ERROR, .saved_rip = AT_FAULT,
             .env = COMPAT32),
         ROW(compat_user, "", "SWAPGS in compatibility mode at CPL 3: #UD comes before the check of CPL", .vector = VEC_UD, .error = NO_ERROR,
             .saved_rip = AT_FAULT, .env = COMPAT32));
