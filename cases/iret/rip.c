/* IRETQ checks the address it returns to, and raises #GP(0) at itself with the CPL it has: nothing has been loaded. */
#include <case.h>

static void return_to(uint64_t rip, uint64_t cs, uint64_t ss)
{
    push_image((struct interrupt_frame){rip, cs, start.rflags, start.rsp, ss});
    FAULT("iretq");
}

static void same(void)
{
    return_to(ARG0, SEL_KERNEL_CODE64, SEL_KERNEL_DATA);
}

static void outer(void)
{
    return_to(ARG0, SEL_USER_CODE64, SEL_USER_DATA);
}

static void user(void)
{
    in_user_mode();
    return_to(ARG0, SEL_USER_CODE64, SEL_USER_DATA);
}

/* The limit is 0xfff, and byte granular. INT3 waits beyond it for processors that don't look. */
static void compat(void)
{
    struct descriptor d = {.type = CODE_READABLE, .d = true, .dpl = (uint8_t)ARG1, .limit = 0xfff};
    uint16_t cs = add_descriptor("short_code", encode_descriptor(d));

    *(volatile uint8_t *)ARG0 = 0xcc;
    change_page(ARG0, 0, PAGE_USER);
    set_gate(VEC_BP, .dpl = 3);
    return_to(ARG0, cs | ARG1, ARG1 ? SEL_USER_DATA : SEL_KERNEL_DATA);
}

#define RIP(name_, run_) \
    VARIANT, .name = #name_, .spec = "SDM 2A \"IRET/IRETD/IRETQ-Interrupt Return\"", .run = run_, .vector = VEC_GP, .error = 0, .saved_rip = AT_FAULT

VARIANTS({RIP(noncanonical, same), .about = "IRETQ to CPL 0, the lowest non-canonical RIP", .id = "iret-rip-noncanon", .arg = {NONCANONICAL}},
         {RIP(noncanonical_high, same), .about = "IRETQ to CPL 0, the highest non-canonical RIP", .id = "iret-rip-noncanon",
          .arg = {0xffff7fffffffffff}},
         {RIP(noncanonical_outer, outer), .about = "IRETQ from CPL 0 to CPL 3, RIP non-canonical", .id = "iret-rip-noncanon-to-user",
          .arg = {NONCANONICAL}},
         {RIP(noncanonical_user, user), .about = "IRETQ at CPL 3, RIP non-canonical", .id = "iret-rip-noncanon", .arg = {NONCANONICAL}},
         {RIP(beyond_limit, compat), .about = "IRETQ to compatibility mode at CPL 0, EIP beyond the CS limit", .id = "iret-compat-eip-limit",
          .arg = {0x1000, 0}},
         {RIP(beyond_limit_outer, compat), .about = "IRETQ to compatibility mode at CPL 3, EIP beyond the CS limit", .id = "iret-compat-eip-limit",
          .arg = {0x1000, 3}});
