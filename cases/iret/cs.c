/* What IRETQ requires of the code segment it returns to. It faults before anything has changed: RSP still points to the image. */
#include <case.h>

static void return_to(uint64_t cs, uint64_t ss)
{
    struct program p = ASSEMBLE(MARK(fault) "iretq\n" MARK(after));

    push_image((struct interrupt_frame){label_of(p, "after"), cs, start.rflags, start.rsp, ss});
    run_program(p);
}

static void selector(void)
{
    return_to(ARG0, SEL_KERNEL_DATA);
}

static void outer(void)
{
    user_may_run_program();
    return_to(ARG0, SEL_USER_DATA);
}

static void user(void)
{
    in_user_mode();
    return_to(ARG0, SEL_USER_DATA);
}

static void compat_user(void)
{
    struct program p = ASSEMBLE32(MARK(fault) "iretd\n" MARK(after));
    uint32_t *image = (uint32_t *)(stack_top(STACK_USER) - 12);

    in_compat_user();
    start.rsp = (uintptr_t)image;
    image[0] = (uint32_t)label_of(p, "after");
    image[1] = (uint32_t)ARG0;
    image[2] = (uint32_t)start.rflags;
    run_program(p);
}

static void descriptor(struct descriptor d, unsigned rpl)
{
    user_may_run_program();
    return_to(add_descriptor("target", encode_descriptor(d)) | rpl, rpl ? SEL_USER_DATA : SEL_KERNEL_DATA);
}

static void conforming_dpl3(void)
{
    descriptor((struct descriptor){.type = CODE_CONFORMING, .l = true, .dpl = 3}, 0);
}

static void not_present(void)
{
    descriptor((struct descriptor){.type = CODE_READABLE, .l = true, .not_present = true}, 0);
}

static void not_present_outer(void)
{
    descriptor((struct descriptor){.type = CODE_READABLE, .l = true, .dpl = 3, .not_present = true}, 3);
}

static void l_and_d(void)
{
    descriptor((struct descriptor){.type = CODE_READABLE, .l = true, .d = true}, 0);
}

static void ldt_null(void)
{
    lldt(0);
    selector();
}

#define CS(name_, run_, vector_, error_)                                                                                              \
    VARIANT, .name = #name_, .spec = "SDM 2A \"IRET/IRETD/IRETQ-Interrupt Return\"", .run = run_, .vector = vector_, .error = error_, \
             .saved_rip = AT_FAULT

VARIANTS({CS(null, selector, VEC_GP, 0), .about = "IRETQ to CS 0", .id = "iret-cs-null", .arg = {0}},
         {CS(null_rpl3, outer, VEC_GP, 0), .about = "IRETQ to CS 3: a NULL selector with RPL 3", .id = "iret-cs-null-rpl3", .arg = {3}},
         {CS(beyond_gdt, selector, VEC_GP, GDT_LIMIT + 1), .about = "IRETQ, CS beyond the GDT's limit", .id = "iret-cs-oob", .arg = {GDT_LIMIT + 1}},
         {CS(data, selector, VEC_GP, SEL_KERNEL_DATA), .about = "IRETQ, CS is a data segment", .id = "iret-cs-data", .arg = {SEL_KERNEL_DATA}},
         {CS(system, selector, VEC_GP, SEL_TSS), .about = "IRETQ, CS is a TSS", .id = "iret-cs-system", .arg = {SEL_TSS}},
         {CS(inner, user, VEC_GP, SEL_KERNEL_CODE64), .about = "IRETQ at CPL 3, CS has RPL 0", .id = "iret-cs-rpl-lt-cpl",
          .arg = {SEL_KERNEL_CODE64}},
         {CS(inner_rpl1, user, VEC_GP, SEL_KERNEL_CODE64), .about = "IRETQ at CPL 3, CS has RPL 1", .arg = {SEL_KERNEL_CODE64 | 1}},
         {CS(inner_rpl2, user, VEC_GP, SEL_KERNEL_CODE64), .about = "IRETQ at CPL 3, CS has RPL 2", .arg = {SEL_KERNEL_CODE64 | 2}},
         {CS(inner_compat, compat_user, VEC_GP, SEL_KERNEL_CODE64), .env = COMPAT32, .about = "IRETD in compatibility mode at CPL 3, CS has RPL 0",
          .id = "iret-cs-rpl-lt-cpl-compat", .arg = {SEL_KERNEL_CODE64}},
         {CS(dpl0_rpl3, outer, VEC_GP, SEL_KERNEL_CODE64), .about = "IRETQ, CS has RPL 3 and DPL 0", .id = "iret-cs-dpl-mismatch",
          .arg = {SEL_KERNEL_CODE64 | 3}},
         {CS(dpl3_rpl0, selector, VEC_GP, SEL_USER_CODE64 & ~3u), .about = "IRETQ, CS has RPL 0 and DPL 3", .id = "iret-cs-dpl-gt-rpl",
          .arg = {SEL_USER_CODE64 & ~3u}},
         {CS(conforming_dpl3, conforming_dpl3, VEC_GP, SEL_FREE), .about = "IRETQ, CS is conforming with DPL 3, RPL 0",
          .id = "iret-cs-conforming-dpl"},
         {CS(not_present, not_present, VEC_NP, SEL_FREE), .about = "IRETQ, CS is not present", .id = "iret-cs-np"},
         {CS(not_present_outer, not_present_outer, VEC_NP, SEL_FREE), .about = "IRETQ to CPL 3, CS is not present", .id = "iret-cs-np"},
         {CS(l_and_d, l_and_d, VEC_GP, SEL_FREE), .about = "IRETQ, CS has L=D=1", .id = "iret-cs-ld"},
         {CS(ldt_null, ldt_null, VEC_GP, SEL_FREE | SELECTOR_TI), .about = "IRETQ, CS in the LDT, LDTR is NULL", .id = "iret-cs-ti",
          .arg = {SEL_FREE | SELECTOR_TI}});
