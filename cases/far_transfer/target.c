/*
 * Where far JMP and far CALL go: offset, operand size and limit of the target, and what CALL pushes. INT3 at the target shows CS, RIP and RSP. A jump
 * that faults on its target's offset has loaded nothing and pushed nothing.
 */
#include <case.h>

enum { JUMP, CALL, JUMP64, CALL64 };

#define FAR(text) ASSEMBLE(MARK(before) text "\n" MARK(next) "nop\n" MARK(fault) "int3\n" MARK(after))

static struct program program(void)
{
    set_gate(VEC_BP, .dpl = 3);
    switch (ARG1) {
    case JUMP:
        return FAR("jmp fword ptr [rbx]");
    case CALL:
        return FAR("call fword ptr [rbx]");
    case JUMP64:
        return FAR(".byte 0x48, 0xff, 0x2b"); /* JMP m16:64 [RBX] */
    default:
        return FAR(".byte 0x48, 0xff, 0x1b"); /* CALL m16:64 [RBX] */
    }
}

static uint8_t *pointer(uint64_t offset, uint64_t selector)
{
    uint8_t *memory;

    start.rbx = map_page("pointer", PAGE_PRESENT | PAGE_WRITE | PAGE_USER);
    memory = frame_of(start.rbx);
    *(uint64_t *)memory = offset;
    *(uint16_t *)(memory + (ARG1 >= JUMP64 ? 8 : 4)) = (uint16_t)selector;
    return memory;
}

static void pushed(void)
{
    if (ARG1 == CALL) {
        note("pushed_eip", *(volatile uint32_t *)(start.rsp - 8));
        note("pushed_cs", *(volatile uint32_t *)(start.rsp - 4));
    } else if (ARG1 == CALL64) {
        note("pushed_rip", *(volatile uint64_t *)(start.rsp - 16));
        note("pushed_cs", *(volatile uint64_t *)(start.rsp - 8));
    }
}

static void go(uint64_t selector)
{
    struct program p = program();

    pointer(label_of(p, "fault"), selector);
    at_end(pushed);
    run_program(p);
}

static void same(void)
{
    go(SEL_KERNEL_CODE64);
}

/* RPL below CPL: CS gets the CPL. */
static void rpl_replaced(void)
{
    in_user_mode();
    go(SEL_USER_CODE64 & ~3u);
}

/* Conforming code runs with the CPL of who comes. */
static void conforming(void)
{
    in_user_mode();
    go(add_descriptor("conforming", encode_descriptor((struct descriptor){.type = CODE_CONFORMING, .limit = 0xfffff, .g = true, .l = true})) | 3);
}

static void compat(void)
{
    go(SEL_KERNEL_CODE32);
}

static void compat_user(void)
{
    in_user_mode();
    go(SEL_USER_CODE32);
}

static void execute_only(void)
{
    go(add_descriptor("execute_only", encode_descriptor((struct descriptor){.type = CODE_EXECUTE_ONLY, .limit = 0xfffff, .g = true, .l = true})));
}

/* 64-bit mode ignores base and limit of a code segment. */
static void base_ignored(void)
{
    go(add_descriptor("based", encode_descriptor((struct descriptor){.type = CODE_READABLE, .base = 0x12345000, .limit = 1, .l = true})));
}

static void to(uint64_t offset, uint64_t selector)
{
    struct program p = ARG1 == JUMP     ? ASSEMBLE(MARK(fault) "jmp fword ptr [rbx]\n" MARK(after))
                       : ARG1 == CALL   ? ASSEMBLE(MARK(fault) "call fword ptr [rbx]\n" MARK(after))
                       : ARG1 == JUMP64 ? ASSEMBLE(MARK(fault) ".byte 0x48, 0xff, 0x2b\n" MARK(after))
                                        : ASSEMBLE(MARK(fault) ".byte 0x48, 0xff, 0x1b\n" MARK(after));

    pointer(offset, selector);
    run_program(p);
}

static void offset(void)
{
    to(ARG0, SEL_KERNEL_CODE64);
}

/* The limit is 0xfff, byte granular; INT3 waits beyond it for processors that don't look. */
static void limit(void)
{
    *(volatile uint8_t *)ARG0 = 0xcc;
    to(ARG0, add_descriptor("short_code", encode_descriptor((struct descriptor){.type = CODE_READABLE, .d = true, .limit = 0xfff})));
}

static void offset_user(void)
{
    in_user_mode();
    to(ARG0, SEL_USER_CODE64);
}

/* ARG0: how far RSP is from where it is aligned. */
static void misaligned(void)
{
    struct program p = program();

    in_user_mode();
    write_cr0(read_cr0() | CR0_AM);
    start.rflags |= RFLAGS_AC;
    start.rsp -= ARG0;
    pointer(label_of(p, "fault"), SEL_USER_CODE64);
    run_program(p);
}

static void operand_noncanonical(void)
{
    struct program p =
        ARG1 == JUMP ? ASSEMBLE(MARK(fault) "jmp fword ptr [rbx]\n" MARK(after)) : ASSEMBLE(MARK(fault) "call fword ptr [rbx]\n" MARK(after));

    start.rbx = NONCANONICAL;
    run_program(p);
}

static void operand_not_present(void)
{
    struct program p =
        ARG1 == JUMP ? ASSEMBLE(MARK(fault) "jmp fword ptr [rbx]\n" MARK(after)) : ASSEMBLE(MARK(fault) "call fword ptr [rbx]\n" MARK(after));

    start.rbx = map_page("victim", PAGE_WRITE);
    run_program(p);
}

/* RSP is the lowest byte of its stack; the guard page below isn't present. */
static void stack_not_present(void)
{
    set_gate(VEC_PF, .ist = 1);
    start.rsp = stack_base(STACK_KERNEL);
    to((uintptr_t)&tss, SEL_KERNEL_CODE64);
}

static void stack_noncanonical(void)
{
    set_gate(VEC_SS, .ist = 1);
    set_gate(VEC_GP, .ist = 1);
    start.rsp = NONCANONICAL + 4;
    to((uintptr_t)&tss, SEL_KERNEL_CODE64);
}

#define JMP_SPEC "SDM 2A \"JMP-Jump\""
#define CALL_SPEC "SDM 2A \"CALL-Call Procedure\""
#define GOES(name_, instruction, spec_, run_, about_)                                                                                          \
    {                                                                                                                                          \
        VARIANT, .name = name_, .about = about_, .spec = spec_, .vector = VEC_BP, .error = NO_ERROR, .saved_rip = AFTER, .run = run_, .arg = { \
            0,                                                                                                                                 \
            instruction                                                                                                                        \
        }                                                                                                                                      \
    }
#define FAULTS(name_, instruction, spec_, run_, arg0, vector_, error_, id_, about_)                                                                \
    {                                                                                                                                              \
        VARIANT, .name = name_, .about = about_, .spec = spec_, .id = id_, .vector = vector_, .error = error_, .saved_rip = AT_FAULT, .run = run_, \
                 .arg = {                                                                                                                          \
                     arg0,                                                                                                                         \
                     instruction                                                                                                                   \
                 }                                                                                                                                 \
    }

#define MISALIGNED(name_, form, offset_, about_)                                                                                                  \
    {                                                                                                                                             \
        VARIANT, .name = name_, .about = about_, .spec = "SDM 3A \"Interrupt 17-Alignment Check Exception (#AC)\"; " CALL_SPEC, .vector = VEC_AC, \
                 .error = 0, .saved_rip = "before", .run = misaligned, .arg = {                                                                   \
                     offset_,                                                                                                                     \
                     form                                                                                                                         \
                 }                                                                                                                                \
    }
VARIANTS(
    GOES("jmp", JUMP, JMP_SPEC, same, "far JMP m16:32 to 64-bit code of the same CPL"),
    GOES("call", CALL, CALL_SPEC, same, "far CALL m16:32 to 64-bit code of the same CPL: CS and EIP are pushed in 4 bytes each"),
    GOES("jmp_rpl0", JUMP, JMP_SPEC, rpl_replaced, "far JMP at CPL 3, RPL 0: CS.RPL is the CPL"),
    GOES("call_rpl0", CALL, CALL_SPEC, rpl_replaced, "far CALL at CPL 3, RPL 0: CS.RPL is the CPL"),
    GOES("jmp_conforming", JUMP, JMP_SPEC, conforming, "far JMP at CPL 3 to conforming code of DPL 0: the CPL stays 3"),
    GOES("call_conforming", CALL, CALL_SPEC, conforming, "far CALL at CPL 3 to conforming code of DPL 0: the CPL stays 3"),
    GOES("jmp_compat", JUMP, JMP_SPEC, compat, "far JMP to compatibility mode at CPL 0"),
    GOES("jmp_compat_user", JUMP, JMP_SPEC, compat_user, "far JMP to compatibility mode at CPL 3"),
    GOES("call_compat", CALL, CALL_SPEC, compat, "far CALL to compatibility mode at CPL 0"),
    GOES("jmp_execute_only", JUMP, JMP_SPEC, execute_only, "far JMP to execute-only code"),
    GOES("jmp_base_ignored", JUMP, JMP_SPEC, base_ignored, "far JMP to 64-bit code whose base and limit say something else"),
    FAULTS("jmp_noncanonical", JUMP64, JMP_SPEC, offset, NONCANONICAL, VEC_GP, 0, "far-jmp-noncanon", "far JMP m16:64, offset non-canonical"),
    FAULTS("call_noncanonical", CALL64, CALL_SPEC, offset, NONCANONICAL, VEC_GP, 0, "", "far CALL m16:64, offset non-canonical"),
    FAULTS("jmp_limit", JUMP, JMP_SPEC, limit, 0x1000, VEC_GP, 0, "far-jmp-compat-limit", "far JMP to compatibility mode, offset beyond the limit"),
    FAULTS("call_limit", CALL, CALL_SPEC, limit, 0x1000, VEC_GP, 0, "", "far CALL to compatibility mode, offset beyond the limit"),
    FAULTS("jmp_operand_noncanonical", JUMP, JMP_SPEC, operand_noncanonical, 0, VEC_GP, 0, "far-jmp-mem-noncanon",
           "far JMP, the pointer's address non-canonical"),
    FAULTS("call_operand_noncanonical", CALL, CALL_SPEC, operand_noncanonical, 0, VEC_GP, 0, "", "far CALL, the pointer's address non-canonical"),
    FAULTS("jmp_operand_not_present", JUMP, JMP_SPEC, operand_not_present, 0, VEC_PF, 0, "far-jmp-mem-np", "far JMP, the pointer's page not present"),
    FAULTS("call_operand_not_present", CALL, CALL_SPEC, operand_not_present, 0, VEC_PF, 0, "", "far CALL, the pointer's page not present"),
    FAULTS("call_stack_not_present", CALL, CALL_SPEC, stack_not_present, 0, VEC_PF, PF_W, "far-call-stack-np",
           "far CALL, the stack's page not present; IST"),
    FAULTS("call_stack_noncanonical", CALL, CALL_SPEC, stack_noncanonical, 0, VEC_SS, 0, "", "far CALL, the stack's addresses non-canonical; IST"),
    FAULTS("jmp_noncanonical_user", JUMP64, JMP_SPEC, offset_user, NONCANONICAL, VEC_GP, 0, "", "far JMP m16:64 at CPL 3, offset non-canonical"),
    FAULTS("call_noncanonical_user", CALL64, CALL_SPEC, offset_user, NONCANONICAL, VEC_GP, 0, "", "far CALL m16:64 at CPL 3, offset non-canonical"),
    MISALIGNED("call_misaligned", CALL, 2, "far CALL m16:32 at CPL 3 with a misaligned stack, AC=1"));
