/*
 * IRETD in compatibility mode pops three doublewords, and ESP and SS only for a return to an outer level, as outside IA-32e mode. INT3 at the target
 * shows where the stack is, and the flags: ID is set in the image. CPL 0 loads VIF and VIP, too.
 */
#include <case.h>

/* ARG0: flags at the start, besides the pattern; ARG1: what is the other way round in the image. */
static void return_to(uint32_t cs, uint32_t esp)
{
    struct program p = ASSEMBLE32("iretd\n" MARK(fault) "int3\n" MARK(after));
    uint32_t *image = (uint32_t *)(start.rsp -= esp ? 20 : 12);

    start.rflags |= ARG0;
    set_gate(VEC_BP, .dpl = 3);
    image[0] = (uint32_t)label_of(p, "fault");
    image[1] = cs;
    image[2] = (uint32_t)(start.rflags ^ ARG1) | RFLAGS_ID;
    if (esp) {
        image[3] = esp;
        image[4] = SEL_USER_DATA;
    }
    run_program(p);
}

static void user(void)
{
    in_compat_user();
    return_to(SEL_USER_CODE32, 0);
}

static void kernel(void)
{
    in_compat_kernel();
    return_to(SEL_KERNEL_CODE32, 0);
}

static void outer(void)
{
    in_compat_kernel();
    user_may_run_program();
    return_to(SEL_USER_CODE32, (uint32_t)stack_top(STACK_USER) - 5);
}

static void kernel64(void)
{
    in_compat_kernel();
    return_to(SEL_KERNEL_CODE64, 0);
}

#define COMPAT(name_)                                                                                                                      \
    VARIANT, .name = #name_, .spec = "SDM 2A \"IRET/IRETD/IRETQ-Interrupt Return\"", .env = COMPAT32, .vector = VEC_BP, .error = NO_ERROR, \
             .saved_rip = AFTER, .run = name_
#define FLAG(name_, run_, flags, image, about_)                                                                                               \
    {                                                                                                                                         \
        VARIANT, .name = name_, .spec = "SDM 2A \"IRET/IRETD/IRETQ-Interrupt Return\"", .env = COMPAT32, .vector = VEC_BP, .error = NO_ERROR, \
                 .saved_rip = AFTER, .run = run_, .about = "IRETD in compatibility mode " about_, .arg = {                                    \
                     flags,                                                                                                                   \
                     image                                                                                                                    \
                 }                                                                                                                            \
    }

VARIANTS({COMPAT(user), .about = "IRETD in compatibility mode at CPL 3, to itself"},
         {COMPAT(kernel), .about = "IRETD in compatibility mode at CPL 0, to itself"},
         {COMPAT(outer), .about = "IRETD in compatibility mode at CPL 0, to CPL 3 with an odd ESP"},
         {COMPAT(kernel64), .about = "IRETD in compatibility mode at CPL 0, to 64-bit mode"},
         FLAG("kernel_vif", kernel, 0, RFLAGS_VIF, "at CPL 0, VIF=1 in the image"),
         FLAG("kernel_vip", kernel, 0, RFLAGS_VIP, "at CPL 0, VIP=1 in the image"),
         FLAG("kernel_vif_0", kernel, RFLAGS_VIF, RFLAGS_VIF, "at CPL 0, VIF=0 in the image, it was 1"),
         FLAG("kernel_vip_0", kernel, RFLAGS_VIP, RFLAGS_VIP, "at CPL 0, VIP=0 in the image, it was 1"),
         FLAG("outer_vif", outer, 0, RFLAGS_VIF, "at CPL 0 to CPL 3, VIF=1 in the image"),
         FLAG("outer_vip", outer, 0, RFLAGS_VIP, "at CPL 0 to CPL 3, VIP=1 in the image"));
