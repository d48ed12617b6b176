/*
 * What far RET and IRET require, with a 16-bit operand size: words of two bytes, and the same checks as with 32. The forms that check.c lacks, and
 * far RET n.
 */
#include <case32.h>

enum form { RETF, RETF_N, IRET };

/* RETF 2 has a word of parameters between. */
static void push_words(const uint16_t *words, unsigned count)
{
    while (count-- > 0) {
        start.esp -= 2;
        *(uint16_t *)start.esp = words[count];
    }
}

/* arg: what is wrong; the form. */
static void go_to(uint32_t eip, uint32_t cs, uint32_t ss)
{
    const uint16_t outer[] = {(uint16_t)stack_top(STACK_USER), (uint16_t)ss}, parameter[] = {0x1111};
    const uint16_t inner[] = {(uint16_t)eip, (uint16_t)cs, EFLAGS_FIXED};

    in_ring(1);
    user_may_run_program();
    set_gate(VEC_BP, .dpl = 3);
    push_words(outer, 2);
    if (ARG1 == RETF_N)
        push_words(parameter, 1);
    push_words(inner, ARG1 == IRET ? 3 : 2);
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
        return run(ASSEMBLE(MARK(fault) ".byte 0x66, 0xcb" AFTER_IT), cs, ss);
    case RETF_N:
        return run(ASSEMBLE(MARK(fault) ".byte 0x66, 0xca, 2, 0" AFTER_IT), cs, ss);
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
    back(segment("code", 0), SEL_USER_DATA); /* wherever the program lies, its IP of 16 bits is above that */
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
#define N_ONLY(name_, run_, arg0, vector_, error_, about_) \
    RET_ROW("retf_n_" name_, RETF_N, run_, arg0, vector_, error_, "far RET n with a 16-bit operand size: " about_)
#define EACH(name_, run_, arg0, vector_, error_, about_)                                                      \
    RET_ROW("retf_" name_, RETF, run_, arg0, vector_, error_, "far RET with a 16-bit operand size: " about_), \
        N_ONLY(name_, run_, arg0, vector_, error_, about_),                                                   \
        IRET_ROW("iret_" name_, IRET, run_, arg0, vector_, error_, "IRET with a 16-bit operand size: " about_)
VARIANTS(N_ONLY("code_null", code_number, 0, VEC_GP, 0, "CS 0"), EACH("code_null_rpl3", code_number, 3, VEC_GP, 0, "CS 3: null"),
         N_ONLY("code_beyond", code_number, (GDT_LIMIT + 1) | 1, VEC_GP, GDT_LIMIT + 1, "CS beyond the GDT's limit"),
         EACH("code_no_ldt", code_no_ldt, SEL_RING1_CODE | SELECTOR_TI, VEC_GP, (SEL_RING1_CODE & ~3) | SELECTOR_TI, "CS of the LDT, LDTR null"),
         N_ONLY("code_data", code_number, SEL_RING1_DATA, VEC_GP, SELECTOR_ERROR(SEL_RING1_DATA), "CS is a data segment"),
         EACH("code_system", code, OF(SYSTEM_LDT, 1, 1), VEC_GP, SEL_FREE, "CS is an LDT"),
         EACH("code_gate", code, OF(SYSTEM_CALL_GATE, 1, 1), VEC_GP, SEL_FREE, "CS is a call gate"),
         N_ONLY("code_inner", code_number, SEL_KERNEL_CODE, VEC_GP, SEL_KERNEL_CODE, "RPL of CS is below CPL"),
         EACH("code_inner_rpl", code_number, SEL_KERNEL_CODE | 1, VEC_GP, SEL_KERNEL_CODE, "RPL of CS is CPL, DPL 0"),
         EACH("code_outer_dpl", code, OF(CODE_READABLE, 3, 1), VEC_GP, SEL_FREE, "RPL of CS is CPL, DPL 3"),
         N_ONLY("code_dpl", code, OF(CODE_READABLE, 1, 3), VEC_GP, SEL_FREE, "RPL of CS is 3, DPL is CPL"),
         EACH("code_rpl2", code, OF(CODE_READABLE, 3, 2), VEC_GP, SEL_FREE, "RPL of CS is 2, DPL 3"),
         EACH("conforming_dpl", code, OF(CODE_CONFORMING, 3, 1), VEC_GP, SEL_FREE, "RPL of CS is CPL, conforming code of DPL 3"),
         EACH("conforming_outer_dpl", code, OF(CODE_CONFORMING, 3, 2), VEC_GP, SEL_FREE, "RPL of CS is 2, conforming code of DPL 3"),
         EACH("conforming_inner_rpl", code, OF(CODE_CONFORMING, 0, 0), VEC_GP, SEL_FREE, "RPL of CS is below CPL, conforming code of DPL 0"),
         N_ONLY("code_not_present", code, OF(CODE_READABLE, 1, 1) | NOT_PRESENT, VEC_NP, SEL_FREE, "CS isn't present"),
         EACH("code_not_present_outer", code_and_null_stack, OF(CODE_READABLE, 3, 3) | NOT_PRESENT, VEC_NP, SEL_FREE,
              "to CPL 3: CS isn't present, SS is null"),
         EACH("code_not_present_dpl", code, OF(CODE_READABLE, 3, 1) | NOT_PRESENT, VEC_GP, SEL_FREE, "CS isn't present, its DPL is 3"),
         EACH("conforming_not_present", code, OF(CODE_CONFORMING, 0, 3) | NOT_PRESENT, VEC_NP, SEL_FREE, "to CPL 3: conforming code isn't present"),
         EACH("limit", limit, OF(CODE_READABLE, 1, 1), VEC_GP, 0, "EIP beyond the limit of CS"),
         EACH("limit_outer", limit, OF(CODE_READABLE, 3, 3), VEC_GP, 0, "to CPL 3: EIP beyond the limit of CS"),
         EACH("limit_conforming", limit, OF(CODE_CONFORMING, 0, 1), VEC_GP, 0, "EIP beyond the limit of conforming code"),
         N_ONLY("stack_null", stack_number, 0, VEC_GP, 0, "to CPL 3: SS 0"),
         EACH("stack_null_rpl3", stack_number, 3, VEC_GP, 0, "to CPL 3: SS 3: null"),
         N_ONLY("stack_beyond", stack_number, (GDT_LIMIT + 1) | 3, VEC_GP, GDT_LIMIT + 1, "to CPL 3: SS beyond the GDT's limit"),
         EACH("stack_no_ldt", stack_no_ldt, SEL_USER_DATA | SELECTOR_TI, VEC_GP, (SEL_USER_DATA & ~3) | SELECTOR_TI,
              "to CPL 3: SS of the LDT, LDTR null"),
         N_ONLY("stack_rpl", stack, OF(DATA_WRITABLE, 3, 1), VEC_GP, SEL_FREE, "to CPL 3: RPL of SS is 1"),
         N_ONLY("stack_dpl", stack, OF(DATA_WRITABLE, 1, 3), VEC_GP, SEL_FREE, "to CPL 3: DPL of SS is 1"),
         EACH("stack_dpl_rpl", stack_number, SEL_RING1_DATA, VEC_GP, SELECTOR_ERROR(SEL_RING1_DATA), "to CPL 3: DPL and RPL of SS are 1"),
         N_ONLY("stack_read_only", stack, OF(DATA_READ_ONLY, 3, 3), VEC_GP, SEL_FREE, "to CPL 3: SS is read-only"),
         EACH("stack_code", stack, OF(CODE_READABLE, 3, 3), VEC_GP, SEL_FREE, "to CPL 3: SS is code"),
         EACH("stack_system", stack, OF(SYSTEM_LDT, 3, 3), VEC_GP, SEL_FREE, "to CPL 3: SS is an LDT"),
         N_ONLY("stack_not_present", stack, OF(DATA_WRITABLE, 3, 3) | NOT_PRESENT, VEC_SS, SEL_FREE, "to CPL 3: SS isn't present"),
         EACH("stack_not_present_rpl", stack, OF(DATA_WRITABLE, 3, 1) | NOT_PRESENT, VEC_GP, SEL_FREE, "to CPL 3: SS isn't present, its RPL is 1"),
         EACH("stack_not_present_read_only", stack, OF(DATA_READ_ONLY, 3, 3) | NOT_PRESENT, VEC_GP, SEL_FREE,
              "to CPL 3: SS isn't present, and read-only"));
