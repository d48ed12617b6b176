/* SYSCALL doesn't exist where EFER.SCE=0. */
#include <case.h>

static void disable(void)
{
    write_msr(MSR_EFER, read_msr(MSR_EFER) & ~(uint64_t)EFER_SCE);
}

static void kernel(void)
{
    disable();
    FAULT("syscall");
}

static void user(void)
{
    in_user_mode();
    disable();
    FAULT("syscall");
}

#define ROW(name_, id_, about_)                                                                                                                  \
    {                                                                                                                                            \
        VARIANT, .name = #name_, .about = about_, .spec = "SDM 2B \"SYSCALL-Fast System Call\"", .id = id_, .vector = VEC_UD, .error = NO_ERROR, \
                 .saved_rip = AT_FAULT, .run = name_                                                                                             \
    }

VARIANTS(ROW(kernel, "ud-syscall-sce0", "SYSCALL at CPL 0 with EFER.SCE=0"), ROW(user, "", "SYSCALL at CPL 3 with EFER.SCE=0"));
