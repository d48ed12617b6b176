/*
 * An image with two defects: type and privilege of a segment are checked before its presence, the code segment before the stack segment,
 * and the return address last (the order that RET's operation spells out).
 */
#include <case.h>

static uint16_t target(const char *name, uint8_t type, uint8_t dpl, bool present)
{
    return add_descriptor(name,
                          encode_descriptor((struct descriptor){.type = type, .l = type == CODE_READABLE, .dpl = dpl, .not_present = !present}));
}

static void return_to(uint64_t rip, uint64_t cs, uint64_t ss)
{
    user_may_run_program();
    push_image((struct interrupt_frame){rip, cs, start.rflags, stack_top(STACK_USER), ss});
    FAULT("iretq");
}

static void cs_type_before_presence(void)
{
    return_to(0x1000, target("target", DATA_WRITABLE, 0, false), SEL_KERNEL_DATA);
}

static void cs_dpl_before_presence(void)
{
    return_to(0x1000, target("target", CODE_READABLE, 3, false), SEL_KERNEL_DATA);
}

static void cs_before_ss(void)
{
    uint16_t cs = target("target", CODE_READABLE, 3, false);

    return_to(0x1000, cs | 3u, target("stack", DATA_WRITABLE, 3, false) | 3u);
}

static void cs_before_rip(void)
{
    return_to(NONCANONICAL, target("target", CODE_READABLE, 0, false), SEL_KERNEL_DATA);
}

static void ss_type_before_presence(void)
{
    return_to(0x1000, SEL_USER_CODE64, target("target", DATA_READ_ONLY, 3, false) | 3u);
}

static void ss_dpl_before_presence(void)
{
    return_to(0x1000, SEL_USER_CODE64, target("target", DATA_WRITABLE, 0, false) | 3u);
}

#define ORDER(name_, vector_, error_)                                                                                                    \
    VARIANT, .name = #name_, .spec = "SDM 2A \"IRET/IRETD/IRETQ-Interrupt Return\", SDM 2B \"RET-Return From Procedure\"", .run = name_, \
             .vector = vector_, .error = error_, .saved_rip = AT_FAULT

VARIANTS(
    {ORDER(cs_type_before_presence, VEC_GP, SEL_FREE), .about = "IRETQ, CS is a data segment that isn't present", .id = "iret-cs-data iret-cs-np"},
    {ORDER(cs_dpl_before_presence, VEC_GP, SEL_FREE), .about = "IRETQ, CS has RPL 0 and DPL 3, and isn't present",
     .id = "iret-cs-dpl-gt-rpl iret-cs-np"},
    {ORDER(cs_before_ss, VEC_NP, SEL_FREE), .about = "IRETQ to CPL 3, CS and SS are not present", .id = "iret-cs-np iret-ss-np"},
    {ORDER(cs_before_rip, VEC_NP, SEL_FREE), .about = "IRETQ, CS isn't present, RIP non-canonical", .id = "iret-cs-np iret-rip-noncanon"},
    {ORDER(ss_type_before_presence, VEC_GP, SEL_FREE), .about = "IRETQ to CPL 3, SS is read-only and not present", .id = "iret-ss-ro iret-ss-np"},
    {ORDER(ss_dpl_before_presence, VEC_GP, SEL_FREE), .about = "IRETQ to CPL 3, SS has DPL 0 and isn't present", .id = "iret-ss-dpl iret-ss-np"});
