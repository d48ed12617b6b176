/*
 * What far RET and IRET require of the return address and, for a return to an outer level, of the stack: RPL of CS isn't below CPL, DPL is that RPL
 * (of conforming code at most that), SS is a writable data segment with the same RPL and DPL, and EIP is within CS. Each wrong one raises its
 * exception at the instruction, with all registers as they were. At CPL 1, so that the frame lies on another stack.
 */
#include <case32.h>

enum form { RETF, RETF_N, RETF16, IRET, IRET16 };

/* RETF 8 has two doublewords of parameters between. */
static void push_words(const uint32_t *words, unsigned count, unsigned size)
{
    while (count-- > 0) {
        start.esp -= size;
        *(uint16_t *)start.esp = (uint16_t)words[count];
        if (size == 4)
            *(uint32_t *)start.esp = words[count];
    }
}

/* arg: what is wrong; the form. */
static void go_to(uint32_t eip, uint32_t cs, uint32_t ss)
{
    const uint32_t outer[] = {stack_top(STACK_USER), ss}, parameters[] = {0x11111111, 0x22222222}, inner[] = {eip, cs, EFLAGS_FIXED};
    unsigned size = ARG1 == RETF16 || ARG1 == IRET16 ? 2 : 4;

    in_ring(1);
    user_may_run_program();
    set_gate(VEC_BP, .dpl = 3);
    push_words(outer, 2, size);
    if (ARG1 == RETF_N)
        push_words(parameters, 2, size);
    push_words(inner, ARG1 == IRET || ARG1 == IRET16 ? 3 : 2, size);
}

#define AFTER_IT "\n" MARK(after) "nop\n" MARK(target) "int3\n"

static void run(struct program p, uint32_t cs, uint32_t ss)
{
    go_to(label_of(p, "target"), cs, ss);
    run_program(p);
}

static void back(uint32_t cs, uint32_t ss)
{
    switch (ARG1) {
    case RETF:
        return run(ASSEMBLE(MARK(fault) "retf" AFTER_IT), cs, ss);
    case RETF_N:
        return run(ASSEMBLE(MARK(fault) "retf 8" AFTER_IT), cs, ss);
    case RETF16:
        return run(ASSEMBLE(MARK(fault) ".byte 0x66, 0xcb" AFTER_IT), cs, ss);
    case IRET:
        return run(ASSEMBLE(MARK(fault) "iretd" AFTER_IT), cs, ss);
    default:
        return run(ASSEMBLE(MARK(fault) ".byte 0x66, 0xcf" AFTER_IT), cs, ss);
    }
}

static void code_number(void)
{
    back(ARG0, SEL_USER_DATA);
}

static void code_no_ldt(void)
{
    lldt(0);
    code_number();
}

#define OF(type, dpl, rpl) ((type) | (dpl) << 8 | (rpl) << 16)
#define NOT_PRESENT 0x1000

static uint16_t segment(const char *name, uint32_t limit)
{
    struct descriptor d = {
        .type = (uint8_t)ARG0, .dpl = ARG0 >> 8 & 3, .not_present = ARG0 & NOT_PRESENT, .limit = limit, .d = true, .g = limit == 0xfffff};

    return (uint16_t)(add_descriptor(name, encode_descriptor(d)) | (ARG0 >> 16 & 3));
}

static void code(void)
{
    back(segment("code", 0xfffff), SEL_USER_DATA);
}

/* The stack's selector is null, too: CS comes first. */
static void code_and_null_stack(void)
{
    back(segment("code", 0xfffff), 0);
}

static void limit(void)
{
    back(segment("code", 0xff), SEL_USER_DATA);
}

static void stack_number(void)
{
    back(SEL_USER_CODE, ARG0);
}

static void stack_no_ldt(void)
{
    lldt(0);
    stack_number();
}

static void stack(void)
{
    back(SEL_USER_CODE, segment("data", 0xfffff));
}

#define ROW(name_, form_, spec_, run_, arg0, vector_, error_, about_)                                                                            \
    {                                                                                                                                            \
        VARIANT, .name = name_, .about = about_, .spec = spec_, .vector = vector_, .error = error_, .saved_rip = AT_FAULT, .run = run_, .arg = { \
            arg0,                                                                                                                                \
            form_                                                                                                                                \
        }                                                                                                                                        \
    }
#define RET_ROW(name_, form_, ...) ROW(name_, form_, "SDM 2B \"RET-Return from Procedure\"", __VA_ARGS__)
#define IRET_ROW(name_, form_, ...) ROW(name_, form_, "SDM 2A \"IRET/IRETD/IRETQ-Interrupt Return\"", __VA_ARGS__)
#define BOTH(name_, run_, arg0, vector_, error_, about_)                           \
    RET_ROW("retf_" name_, RETF, run_, arg0, vector_, error_, "far RET: " about_), \
        IRET_ROW("iret_" name_, IRET, run_, arg0, vector_, error_, "IRETD: " about_)
#define EACH(name_, run_, arg0, vector_, error_, about_)                                                                                   \
    BOTH(name_, run_, arg0, vector_, error_, about_), RET_ROW("retf_n_" name_, RETF_N, run_, arg0, vector_, error_, "far RET n: " about_), \
        RET_ROW("retf16_" name_, RETF16, run_, arg0, vector_, error_, "far RET with a 16-bit operand size: " about_),                      \
        IRET_ROW("iret16_" name_, IRET16, run_, arg0, vector_, error_, "IRET with a 16-bit operand size: " about_)
VARIANTS(EACH("code_null", code_number, 0, VEC_GP, 0, "CS 0"), BOTH("code_null_rpl3", code_number, 3, VEC_GP, 0, "CS 3: null"),
         EACH("code_beyond", code_number, (GDT_LIMIT + 1) | 1, VEC_GP, GDT_LIMIT + 1, "CS beyond the GDT's limit"),
         BOTH("code_no_ldt", code_no_ldt, SEL_RING1_CODE | SELECTOR_TI, VEC_GP, (SEL_RING1_CODE & ~3) | SELECTOR_TI, "CS of the LDT, LDTR null"),
         EACH("code_data", code_number, SEL_RING1_DATA, VEC_GP, SELECTOR_ERROR(SEL_RING1_DATA), "CS is a data segment"),
         BOTH("code_system", code, OF(SYSTEM_LDT, 1, 1), VEC_GP, SEL_FREE, "CS is an LDT"),
         BOTH("code_gate", code, OF(SYSTEM_CALL_GATE, 1, 1), VEC_GP, SEL_FREE, "CS is a call gate"),
         EACH("code_inner", code_number, SEL_KERNEL_CODE, VEC_GP, SEL_KERNEL_CODE, "RPL of CS is below CPL"),
         BOTH("code_inner_rpl", code_number, SEL_KERNEL_CODE | 1, VEC_GP, SEL_KERNEL_CODE, "RPL of CS is CPL, DPL 0"),
         BOTH("code_outer_dpl", code, OF(CODE_READABLE, 3, 1), VEC_GP, SEL_FREE, "RPL of CS is CPL, DPL 3"),
         EACH("code_dpl", code, OF(CODE_READABLE, 1, 3), VEC_GP, SEL_FREE, "RPL of CS is 3, DPL is CPL"),
         BOTH("code_rpl2", code, OF(CODE_READABLE, 3, 2), VEC_GP, SEL_FREE, "RPL of CS is 2, DPL 3"),
         BOTH("conforming_dpl", code, OF(CODE_CONFORMING, 3, 1), VEC_GP, SEL_FREE, "RPL of CS is CPL, conforming code of DPL 3"),
         BOTH("conforming_outer_dpl", code, OF(CODE_CONFORMING, 3, 2), VEC_GP, SEL_FREE, "RPL of CS is 2, conforming code of DPL 3"),
         BOTH("conforming_inner_rpl", code, OF(CODE_CONFORMING, 0, 0), VEC_GP, SEL_FREE, "RPL of CS is below CPL, conforming code of DPL 0"),
         EACH("code_not_present", code, OF(CODE_READABLE, 1, 1) | NOT_PRESENT, VEC_NP, SEL_FREE, "CS isn't present"),
         BOTH("code_not_present_outer", code_and_null_stack, OF(CODE_READABLE, 3, 3) | NOT_PRESENT, VEC_NP, SEL_FREE,
              "to CPL 3: CS isn't present, SS is null"),
         BOTH("code_not_present_dpl", code, OF(CODE_READABLE, 3, 1) | NOT_PRESENT, VEC_GP, SEL_FREE, "CS isn't present, its DPL is 3"),
         BOTH("conforming_not_present", code, OF(CODE_CONFORMING, 0, 3) | NOT_PRESENT, VEC_NP, SEL_FREE, "to CPL 3: conforming code isn't present"),
         RET_ROW("retf_limit", RETF, limit, OF(CODE_READABLE, 1, 1), VEC_GP, 0, "far RET: EIP beyond the limit of CS"),
         IRET_ROW("iret_limit", IRET, limit, OF(CODE_READABLE, 1, 1), VEC_GP, 0, "IRETD: EIP beyond the limit of CS"),
         RET_ROW("retf_n_limit", RETF_N, limit, OF(CODE_READABLE, 1, 1), VEC_GP, 0, "far RET n: EIP beyond the limit of CS"),
         BOTH("limit_outer", limit, OF(CODE_READABLE, 3, 3), VEC_GP, 0, "to CPL 3: EIP beyond the limit of CS"),
         BOTH("limit_conforming", limit, OF(CODE_CONFORMING, 0, 1), VEC_GP, 0, "EIP beyond the limit of conforming code"),
         EACH("stack_null", stack_number, 0, VEC_GP, 0, "to CPL 3: SS 0"),
         BOTH("stack_null_rpl3", stack_number, 3, VEC_GP, 0, "to CPL 3: SS 3: null"),
         EACH("stack_beyond", stack_number, (GDT_LIMIT + 1) | 3, VEC_GP, GDT_LIMIT + 1, "to CPL 3: SS beyond the GDT's limit"),
         BOTH("stack_no_ldt", stack_no_ldt, SEL_USER_DATA | SELECTOR_TI, VEC_GP, (SEL_USER_DATA & ~3) | SELECTOR_TI,
              "to CPL 3: SS of the LDT, LDTR null"),
         EACH("stack_rpl", stack, OF(DATA_WRITABLE, 3, 1), VEC_GP, SEL_FREE, "to CPL 3: RPL of SS is 1"),
         EACH("stack_dpl", stack, OF(DATA_WRITABLE, 1, 3), VEC_GP, SEL_FREE, "to CPL 3: DPL of SS is 1"),
         BOTH("stack_dpl_rpl", stack_number, SEL_RING1_DATA, VEC_GP, SELECTOR_ERROR(SEL_RING1_DATA), "to CPL 3: DPL and RPL of SS are 1"),
         EACH("stack_read_only", stack, OF(DATA_READ_ONLY, 3, 3), VEC_GP, SEL_FREE, "to CPL 3: SS is read-only"),
         BOTH("stack_code", stack, OF(CODE_READABLE, 3, 3), VEC_GP, SEL_FREE, "to CPL 3: SS is code"),
         BOTH("stack_system", stack, OF(SYSTEM_LDT, 3, 3), VEC_GP, SEL_FREE, "to CPL 3: SS is an LDT"),
         EACH("stack_not_present", stack, OF(DATA_WRITABLE, 3, 3) | NOT_PRESENT, VEC_SS, SEL_FREE, "to CPL 3: SS isn't present"),
         BOTH("stack_not_present_rpl", stack, OF(DATA_WRITABLE, 3, 1) | NOT_PRESENT, VEC_GP, SEL_FREE, "to CPL 3: SS isn't present, its RPL is 1"),
         BOTH("stack_not_present_read_only", stack, OF(DATA_READ_ONLY, 3, 3) | NOT_PRESENT, VEC_GP, SEL_FREE,
              "to CPL 3: SS isn't present, and read-only"));
