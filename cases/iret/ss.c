/*
 * What IRETQ requires of the stack segment, which 64-bit mode always pops. It faults with nothing loaded, at the CPL it has. INT3 at its target shows
 * what a processor loads that doesn't fault.
 */
#include <case.h>

static void return_with(uint64_t cs, uint64_t ss)
{
    struct program p = ASSEMBLE(MARK(fault) "iretq\n" MARK(after) "int3\n" MARK(returned));

    user_may_run_program();
    set_gate(VEC_BP, .dpl = 3);
    push_image((struct interrupt_frame){label_of(p, "after"), cs, start.rflags, stack_top(cs & 3 ? STACK_USER : STACK_KERNEL), ss});
    run_program(p);
}

static void selector(void)
{
    return_with(ARG0, ARG1);
}

static void ldt_null(void)
{
    lldt(0);
    selector();
}

static void read_only(void)
{
    return_with(SEL_USER_CODE64, add_descriptor("target", encode_descriptor((struct descriptor){.type = DATA_READ_ONLY, .dpl = 3})) | 3);
}

static void not_present(void)
{
    struct descriptor d = {.type = DATA_WRITABLE, .dpl = (uint8_t)(ARG0 & 3), .not_present = true};

    if (ARG1)
        in_user_mode();
    return_with(ARG0, add_descriptor("target", encode_descriptor(d)) | (ARG0 & 3));
}

#define SS(name_, run_, vector_, error_)                                                                                              \
    VARIANT, .name = #name_, .spec = "SDM 2A \"IRET/IRETD/IRETQ-Interrupt Return\"", .run = run_, .vector = vector_, .error = error_, \
             .saved_rip = AT_FAULT
#define TO_USER(ss) .arg = {SEL_USER_CODE64, ss}

VARIANTS({SS(null, selector, VEC_GP, 0), .about = "IRETQ to 64-bit CPL 3, SS 0", .id = "iret-ss-null-to-user", TO_USER(0)},
         {SS(null_rpl3, selector, VEC_GP, 0), .about = "IRETQ to 64-bit CPL 3, SS 3: NULL with RPL 3", .id = "iret-ss-null-rpl3-to-user", TO_USER(3)},
         {SS(null_compat, selector, VEC_GP, 0), .about = "IRETQ to compatibility mode at CPL 0, SS 0", .id = "iret-ss-null-to-compat",
          .arg = {SEL_KERNEL_CODE32, 0}},
         {SS(null_compat_user, selector, VEC_GP, 0), .about = "IRETQ to compatibility mode at CPL 3, SS 3", .id = "iret-ss-null-to-compat",
          .arg = {SEL_USER_CODE32, 3}},
         {SS(null_wrong_rpl, selector, VEC_GP, 0), .about = "IRETQ to 64-bit CPL 0, SS 3: NULL with an RPL that isn't the CPL",
          .id = "iret-ss-null-wrong-rpl", .arg = {SEL_KERNEL_CODE64, 3}},
         {SS(rpl, selector, VEC_GP, SEL_USER_DATA & ~3u), .about = "IRETQ to CPL 3, SS has RPL 0 and DPL 3", .id = "iret-ss-rpl",
          TO_USER(SEL_USER_DATA & ~3u)},
         {SS(dpl, selector, VEC_GP, SEL_KERNEL_DATA), .about = "IRETQ to CPL 3, SS has RPL 3 and DPL 0", .id = "iret-ss-dpl",
          TO_USER(SEL_KERNEL_DATA | 3)},
         {SS(kernel_data, selector, VEC_GP, SEL_KERNEL_DATA), .about = "IRETQ to CPL 3, SS has RPL 0 and DPL 0", .id = "iret-ss-kds-to-user",
          TO_USER(SEL_KERNEL_DATA)},
         {SS(user_data, selector, VEC_GP, SEL_USER_DATA & ~3u), .about = "IRETQ to CPL 0, SS has RPL 3 and DPL 3", .id = "iret-ss-rpl",
          .arg = {SEL_KERNEL_CODE64, SEL_USER_DATA}},
         {SS(read_only, read_only, VEC_GP, SEL_FREE), .about = "IRETQ to CPL 3, SS is a read-only segment", .id = "iret-ss-ro"},
         {SS(code, selector, VEC_GP, SEL_USER_CODE64 & ~3u), .about = "IRETQ to CPL 3, SS is a code segment", .id = "iret-ss-code",
          TO_USER(SEL_USER_CODE64)},
         {SS(system, selector, VEC_GP, SEL_TSS), .about = "IRETQ to CPL 3, SS is a TSS", .id = "iret-ss-code", TO_USER(SEL_TSS | 3)},
         {SS(beyond_gdt, selector, VEC_GP, GDT_LIMIT + 1), .about = "IRETQ to CPL 3, SS beyond the GDT's limit", .id = "iret-ss-oob",
          TO_USER((GDT_LIMIT + 1) | 3)},
         {SS(ldt_null, ldt_null, VEC_GP, SEL_FREE | SELECTOR_TI), .about = "IRETQ to CPL 3, SS in the LDT, LDTR is NULL", .id = "iret-ss-oob",
          TO_USER(SEL_FREE | SELECTOR_TI | 3)},
         {SS(not_present, not_present, VEC_SS, SEL_FREE), .about = "IRETQ to CPL 3, SS is not present", .id = "iret-ss-np", .arg = {SEL_USER_CODE64}},
         {SS(not_present_same, not_present, VEC_SS, SEL_FREE), .about = "IRETQ to CPL 0, SS is not present", .id = "iret-ss-np",
          .arg = {SEL_KERNEL_CODE64}},
         {SS(not_present_user, not_present, VEC_SS, SEL_FREE), .about = "IRETQ at CPL 3 to CPL 3, SS is not present",
          .arg = {SEL_USER_CODE64, true}});
