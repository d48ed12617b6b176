/*
 * What far RET requires of the code segment, the stack segment and the address it returns to. It faults with nothing loaded: RSP still points to the
 * return address. INT3 at the target shows what a processor loads that doesn't fault. (0x48, 0xcb: RETF with 8-byte words.)
 */
#include <case.h>

static void image(struct program p, uint64_t rip, uint64_t cs, uint64_t ss)
{
    uint64_t *words = (uint64_t *)(start.rsp -= 32);

    user_may_run_program();
    set_gate(VEC_BP, .dpl = 3);
    words[0] = rip;
    words[1] = cs;
    words[2] = stack_top(cs & 3 ? STACK_USER : STACK_KERNEL);
    words[3] = ss;
    run_program(p);
}

static void return_with(uint64_t cs, uint64_t ss)
{
    struct program p = ASSEMBLE(MARK(fault) ".byte 0x48, 0xcb\n" MARK(after) "int3\n" MARK(returned));

    image(p, label_of(p, "after"), cs, ss);
}

static void selector(void)
{
    return_with(ARG0, ARG1);
}

static void user(void)
{
    in_user_mode();
    selector();
}

static void no_ldt(void)
{
    lldt(0);
    selector();
}

static void cs(struct descriptor d, unsigned rpl)
{
    d.limit = 0xfffff;
    d.g = true;
    return_with(add_descriptor("target", encode_descriptor(d)) | rpl, rpl ? SEL_USER_DATA : SEL_KERNEL_DATA);
}

static void not_present(void)
{
    cs((struct descriptor){.type = CODE_READABLE, .l = true, .dpl = (uint8_t)ARG0, .not_present = true}, (unsigned)ARG0);
}

static void not_present_dpl(void)
{
    cs((struct descriptor){.type = CODE_READABLE, .l = true, .dpl = 3, .not_present = true}, 0);
}

static void l_and_d(void)
{
    cs((struct descriptor){.type = CODE_READABLE, .l = true, .d = true, .dpl = (uint8_t)ARG0}, (unsigned)ARG0);
}

static void conforming_dpl3(void)
{
    cs((struct descriptor){.type = CODE_CONFORMING, .l = true, .dpl = 3}, 0);
}

static void ss(uint8_t type, bool np)
{
    struct descriptor d = {.type = type, .dpl = 3, .limit = 0xfffff, .g = true, .d = true, .not_present = np};

    return_with(SEL_USER_CODE64, add_descriptor("target", encode_descriptor(d)) | 3);
}

static void ss_not_present(void)
{
    ss(DATA_WRITABLE, true);
}

static void ss_read_only(void)
{
    ss(DATA_READ_ONLY, false);
}

static void ss_code(void)
{
    ss(CODE_READABLE, false);
}

static void rip(void)
{
    struct program p = ASSEMBLE(MARK(fault) ".byte 0x48, 0xcb\n" MARK(after));

    image(p, NONCANONICAL, ARG0, ARG1);
}

#define RET(name_, run_, vector_, error_, id_)                                                                                                       \
    VARIANT, .name = #name_, .spec = "SDM 2B \"RET-Return from Procedure\"", .run = run_, .vector = vector_, .error = error_, .saved_rip = AT_FAULT, \
             .id = id_

VARIANTS({RET(null, selector, VEC_GP, 0, "retf-null-cs"), .about = "far RET to CS 0", .arg = {0}},
         {RET(null_rpl3, selector, VEC_GP, 0, "retf-null-cs"), .about = "far RET to CS 3: null", .arg = {3, SEL_USER_DATA}},
         {RET(beyond_gdt, selector, VEC_GP, GDT_LIMIT + 1, "retf-oob"), .about = "far RET, CS beyond the GDT's limit", .arg = {GDT_LIMIT + 1}},
         {RET(no_ldt, no_ldt, VEC_GP, 8 | SELECTOR_TI, ""), .about = "far RET, CS in the LDT, LDTR null", .arg = {8 | SELECTOR_TI}},
         {RET(data, selector, VEC_GP, SEL_KERNEL_DATA, "retf-data"), .about = "far RET, CS is a data segment", .arg = {SEL_KERNEL_DATA}},
         {RET(system, selector, VEC_GP, SEL_TSS, ""), .about = "far RET, CS is the TSS", .arg = {SEL_TSS}},
         {RET(inner, user, VEC_GP, SEL_KERNEL_CODE64, "retf-rpl-lt-cpl"), .about = "far RET at CPL 3, CS has RPL 0", .arg = {SEL_KERNEL_CODE64}},
         {RET(inner_dpl3, user, VEC_GP, SELECTOR_ERROR(SEL_USER_CODE64), "retf-rpl-lt-cpl"), .about = "far RET at CPL 3, CS has DPL 3 and RPL 0",
          .arg = {SEL_USER_CODE64 & ~3u}},
         {RET(inner_rpl2, user, VEC_GP, SEL_KERNEL_CODE64, ""), .about = "far RET at CPL 3, CS has RPL 2", .arg = {SEL_KERNEL_CODE64 | 2}},
         {RET(inner_rpl1, user, VEC_GP, SEL_KERNEL_CODE64, ""), .about = "far RET at CPL 3, CS has RPL 1", .arg = {SEL_KERNEL_CODE64 | 1}},
         {RET(dpl0_rpl3, selector, VEC_GP, SEL_KERNEL_CODE64, "retf-dpl-rpl"), .about = "far RET, CS has RPL 3 and DPL 0",
          .arg = {SEL_KERNEL_CODE64 | 3, SEL_USER_DATA}},
         {RET(dpl3_rpl0, selector, VEC_GP, SELECTOR_ERROR(SEL_USER_CODE64), "retf-dpl-rpl"), .about = "far RET, CS has RPL 0 and DPL 3",
          .arg = {SEL_USER_CODE64 & ~3u}},
         {RET(conforming_dpl3, conforming_dpl3, VEC_GP, SEL_FREE, ""), .about = "far RET, CS is conforming with DPL 3, RPL 0"},
         {RET(not_present, not_present, VEC_NP, SEL_FREE, "retf-np"), .about = "far RET, CS is not present"},
         {RET(not_present_outer, not_present, VEC_NP, SEL_FREE, "retf-np"), .about = "far RET to CPL 3, CS is not present", .arg = {3}},
         {RET(not_present_dpl, not_present_dpl, VEC_GP, SEL_FREE, ""), .about = "far RET, CS is not present and has RPL 0 and DPL 3"},
         {RET(l_and_d, l_and_d, VEC_GP, SEL_FREE, "retf-ld"), .about = "far RET, CS has L=D=1"},
         {RET(l_and_d_outer, l_and_d, VEC_GP, SEL_FREE, "retf-ld"), .about = "far RET to CPL 3, CS has L=D=1", .arg = {3}},
         {RET(noncanonical, rip, VEC_GP, 0, "retf-noncanon-rip"), .about = "far RET, RIP non-canonical", .arg = {SEL_KERNEL_CODE64}},
         {RET(noncanonical_outer, rip, VEC_GP, 0, "retf-noncanon-rip"), .about = "far RET to CPL 3, RIP non-canonical",
          .arg = {SEL_USER_CODE64, SEL_USER_DATA}},
         {RET(ss_null, selector, VEC_GP, 0, "retf-outer-null-ss"), .about = "far RET to 64-bit CPL 3, SS 0", .arg = {SEL_USER_CODE64, 0}},
         {RET(ss_null_rpl3, selector, VEC_GP, 0, "retf-outer-null-ss"), .about = "far RET to 64-bit CPL 3, SS 3: null", .arg = {SEL_USER_CODE64, 3}},
         {RET(ss_null_compat, selector, VEC_GP, 0, "retf-outer-null-ss"), .about = "far RET to compatibility mode at CPL 3, SS 3",
          .arg = {SEL_USER_CODE32, 3}},
         {RET(ss_rpl, selector, VEC_GP, SEL_KERNEL_DATA, "retf-outer-ss-rpl"), .about = "far RET to CPL 3, SS has RPL 0 and DPL 0",
          .arg = {SEL_USER_CODE64, SEL_KERNEL_DATA}},
         {RET(ss_dpl, selector, VEC_GP, SEL_KERNEL_DATA, "retf-outer-ss-rpl"), .about = "far RET to CPL 3, SS has RPL 3 and DPL 0",
          .arg = {SEL_USER_CODE64, SEL_KERNEL_DATA | 3}},
         {RET(ss_rpl0, selector, VEC_GP, SELECTOR_ERROR(SEL_USER_DATA), "retf-outer-ss-rpl"), .about = "far RET to CPL 3, SS has RPL 0 and DPL 3",
          .arg = {SEL_USER_CODE64, SEL_USER_DATA & ~3u}},
         {RET(ss_beyond_gdt, selector, VEC_GP, GDT_LIMIT + 1, ""), .about = "far RET to CPL 3, SS beyond the GDT's limit",
          .arg = {SEL_USER_CODE64, (GDT_LIMIT + 1) | 3}},
         {RET(ss_not_present, ss_not_present, VEC_SS, SEL_FREE, "retf-outer-ss-np"), .about = "far RET to CPL 3, SS is not present"},
         {RET(ss_read_only, ss_read_only, VEC_GP, SEL_FREE, "retf-outer-ss-ro"), .about = "far RET to CPL 3, SS is read-only data"},
         {RET(ss_code, ss_code, VEC_GP, SEL_FREE, ""), .about = "far RET to CPL 3, SS is code"});
