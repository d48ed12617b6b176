/*
 * What far JMP and far CALL require of the selector: each wrong one raises its exception at the instruction, with the index of the wrong descriptor
 * in the error code and RSP as it was. IA-32e mode has no task switches and no 16-bit call gates, so TSSs and such gates are wrong types.
 */
#include <case.h>

enum { JUMP, CALL };

/* By a pointer in memory, JMP m16:32 or CALL m16:32. INT3 at the target shows where a processor goes that doesn't fault. */
static void far_to(uint64_t selector)
{
    struct program jump = ASSEMBLE(MARK(fault) "jmp fword ptr [rbx]\n" MARK(after) "nop\n" MARK(target) "int3\n");
    struct program call = ASSEMBLE(MARK(fault) "call fword ptr [rbx]\n" MARK(after) "nop\n" MARK(target) "int3\n");
    struct program p = ARG1 == JUMP ? jump : call;
    uint8_t *pointer;

    set_gate(VEC_BP, .dpl = 3);
    start.rbx = map_page("pointer", PAGE_PRESENT | PAGE_WRITE | PAGE_USER);
    pointer = frame_of(start.rbx);
    *(uint32_t *)pointer = (uint32_t)label_of(p, "target");
    *(uint16_t *)(pointer + 4) = (uint16_t)selector;
    run_program(p);
}

static void selector(void)
{
    far_to(ARG0);
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

static void system(void)
{
    far_to(add_system_descriptor("target", encode_descriptor((struct descriptor){.type = (uint8_t)ARG0, .base = 0x1000, .limit = 0x67}), 0));
}

static void code(struct descriptor d, unsigned rpl)
{
    d.limit = 0xfffff;
    d.g = true;
    far_to(add_descriptor("target", encode_descriptor(d)) | rpl);
}

static void not_present(void)
{
    code((struct descriptor){.type = CODE_READABLE, .l = true, .not_present = true}, 0);
}

static void not_present_dpl(void)
{
    code((struct descriptor){.type = CODE_READABLE, .l = true, .dpl = 3, .not_present = true}, 0);
}

static void not_present_data(void)
{
    code((struct descriptor){.type = DATA_WRITABLE, .not_present = true}, 0);
}

static void l_and_d(void)
{
    code((struct descriptor){.type = CODE_READABLE, .l = true, .d = true}, 0);
}

static void conforming_l_and_d(void)
{
    code((struct descriptor){.type = CODE_CONFORMING, .l = true, .d = true}, 0);
}

static void conforming_dpl3(void)
{
    code((struct descriptor){.type = CODE_CONFORMING, .l = true, .dpl = 3}, 0);
}

static void conforming_not_present(void)
{
    in_user_mode();
    code((struct descriptor){.type = CODE_CONFORMING, .l = true, .not_present = true}, 3);
}

/* Two variants: jmp_NAME and call_NAME. */
#define ROW(name_, run_, arg0, vector_, error_, jump_id, call_id, about_)                                                                         \
    {VARIANT,                                                                                                                                     \
     .name = "jmp_" name_,                                                                                                                        \
     .about = "far JMP: " about_,                                                                                                                 \
     .spec = "SDM 2A \"JMP-Jump\"",                                                                                                               \
     .id = jump_id,                                                                                                                               \
     .vector = vector_,                                                                                                                           \
     .error = error_,                                                                                                                             \
     .saved_rip = AT_FAULT,                                                                                                                       \
     .run = run_,                                                                                                                                 \
     .arg = {arg0, JUMP}},                                                                                                                        \
    {                                                                                                                                             \
        VARIANT, .name = "call_" name_, .about = "far CALL: " about_, .spec = "SDM 2A \"CALL-Call Procedure\"", .id = call_id, .vector = vector_, \
                 .error = error_, .saved_rip = AT_FAULT, .run = run_, .arg = {                                                                    \
                     arg0,                                                                                                                        \
                     CALL                                                                                                                         \
                 }                                                                                                                                \
    }
#define GP(name_, run_, arg0, error_, jump_id, call_id, about_) ROW(name_, run_, arg0, VEC_GP, error_, jump_id, call_id, about_)
#define LOCAL (8u | SELECTOR_TI)

VARIANTS(
    GP("null", selector, 0, 0, "far-jmp-null", "far-call-null", "selector 0"),
    GP("null_rpl3", selector, 3, 0, "far-jmp-null", "far-call-null", "selector 3: null"),
    GP("beyond_gdt", selector, GDT_LIMIT + 1, GDT_LIMIT + 1, "far-jmp-oob", "far-call-oob", "selector beyond the GDT's limit"),
    GP("beyond_gdt_rpl", selector, (GDT_LIMIT + 1) | 3, GDT_LIMIT + 1, "far-jmp-oob", "far-call-oob", "selector with RPL 3 beyond the GDT's limit"),
    GP("no_ldt", no_ldt, LOCAL, LOCAL, "", "", "a selector of the LDT, LDTR null"),
    GP("data", selector, SEL_KERNEL_DATA, SEL_KERNEL_DATA, "far-jmp-data", "", "a data segment"),
    GP("busy_tss", selector, SEL_TSS, SEL_TSS, "", "", "the busy TSS"), GP("reserved", system, 0, SEL_FREE, "", "", "a system descriptor of type 0"),
    GP("tss", system, SYSTEM_TSS_AVAILABLE, SEL_FREE, "far-jmp-tss", "", "an available TSS"),
    GP("tss16", system, 1, SEL_FREE, "far-jmp-tss", "", "type 1, outside IA-32e mode an available 16-bit TSS"),
    GP("ldt", system, SYSTEM_LDT, SEL_FREE, "far-jmp-ldt-desc", "", "an LDT"),
    GP("call_gate16", system, 4, SEL_FREE, "far-jmp-16bit-callgate", "", "type 4, outside IA-32e mode a 16-bit call gate"),
    GP("task_gate", system, 5, SEL_FREE, "far-jmp-taskgate", "", "type 5, outside IA-32e mode a task gate"),
    GP("interrupt_gate", system, 0xe, SEL_FREE, "", "", "an interrupt gate in the GDT"),
    GP("dpl_lower", user, SEL_KERNEL_CODE64, SEL_KERNEL_CODE64, "far-jmp-dpl-lower", "", "at CPL 3, code of DPL 0"),
    GP("dpl_lower_rpl3", user, SEL_KERNEL_CODE64 | 3, SEL_KERNEL_CODE64, "far-jmp-dpl-lower", "", "at CPL 3, code of DPL 0 with RPL 3"),
    GP("dpl_higher", selector, SEL_USER_CODE64, SELECTOR_ERROR(SEL_USER_CODE64), "far-jmp-dpl-higher", "", "code of DPL 3 with RPL 3"),
    GP("dpl_higher_rpl0", selector, SEL_USER_CODE64 & ~3u, SELECTOR_ERROR(SEL_USER_CODE64), "far-jmp-dpl-higher", "", "code of DPL 3 with RPL 0"),
    GP("rpl", selector, SEL_KERNEL_CODE64 | 3, SEL_KERNEL_CODE64, "far-jmp-rpl", "", "code of DPL 0 with RPL 3"),
    GP("conforming_dpl3", conforming_dpl3, 0, SEL_FREE, "", "", "conforming code of DPL 3"),
    GP("l_and_d", l_and_d, 0, SEL_FREE, "far-jmp-ld", "", "code with L=D=1"),
    GP("conforming_l_and_d", conforming_l_and_d, 0, SEL_FREE, "far-jmp-ld", "", "conforming code with L=D=1"),
    ROW("not_present", not_present, 0, VEC_NP, SEL_FREE, "far-jmp-np", "far-call-np", "not-present code"),
    ROW("conforming_not_present", conforming_not_present, 0, VEC_NP, SEL_FREE, "", "", "at CPL 3, not-present conforming code of DPL 0"),
    GP("not_present_dpl", not_present_dpl, 0, SEL_FREE, "", "", "not-present code of DPL 3"),
    GP("not_present_data", not_present_data, 0, SEL_FREE, "", "", "not-present data"));
