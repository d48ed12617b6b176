/*
 * What far JMP and far CALL require of the selector, of the code segment and of the offset. Each wrong one raises its exception at the instruction,
 * with ESP as it was; INT3 at the target shows where a processor goes that doesn't fault.
 */
#include <case32.h>

enum form { JMP, CALL, JMP_DIRECT, CALL_DIRECT, JMP16, CALL16 };

#define TARGET MARK(after) "nop\n" MARK(target) "int3\n" MARK(reached)

/* Bytes of the pointer: in memory, or in the instruction. */
static uint8_t *pointer_of(const struct program *p)
{
    if (ARG1 == JMP_DIRECT || ARG1 == CALL_DIRECT)
        return (uint8_t *)label_of(*p, "fault") + 1;
    start.ebx = map_page("pointer", PAGE_PRESENT | PAGE_WRITE | PAGE_USER);
    return frame_of(start.ebx);
}

static void run_to(struct program p, uint16_t selector)
{
    uint8_t *pointer = pointer_of(&p);
    uint32_t offset = label_of(p, "target");
    bool word = ARG1 == JMP16 || ARG1 == CALL16;

    set_gate(VEC_BP, .dpl = 3);
    *(uint16_t *)pointer = (uint16_t)offset;
    *(uint16_t *)(pointer + 2) = word ? selector : (uint16_t)(offset >> 16);
    *(uint16_t *)(pointer + 4) = selector;
    run_program(p);
}

/* arg: the selector, or type and DPL of the code segment; the form. */
static void far_to(uint16_t selector)
{
    switch (ARG1) {
    case JMP:
        return run_to(ASSEMBLE(MARK(fault) "jmp fword ptr [ebx]\n" TARGET), selector);
    case CALL:
        return run_to(ASSEMBLE(MARK(fault) "call fword ptr [ebx]\n" TARGET), selector);
    case JMP_DIRECT:
        return run_to(ASSEMBLE(MARK(fault) ".byte 0xea, 0, 0, 0, 0, 0, 0\n" TARGET), selector);
    case CALL_DIRECT:
        return run_to(ASSEMBLE(MARK(fault) ".byte 0x9a, 0, 0, 0, 0, 0, 0\n" TARGET), selector);
    case JMP16:
        return run_to(ASSEMBLE(MARK(fault) ".byte 0x66, 0xff, 0x2b\n" TARGET), selector);
    default:
        return run_to(ASSEMBLE(MARK(fault) ".byte 0x66, 0xff, 0x1b\n" TARGET), selector);
    }
}

static void number(void)
{
    far_to((uint16_t)ARG0);
}

static void number_user(void)
{
    in_user_mode();
    number();
}

static void no_ldt(void)
{
    lldt(0);
    number();
}

#define OF(type, dpl) ((type) | (dpl) << 8)
#define NOT_PRESENT 0x1000

static uint16_t code(uint32_t limit)
{
    struct descriptor d = {
        .type = (uint8_t)ARG0, .dpl = ARG0 >> 8 & 3, .not_present = ARG0 & NOT_PRESENT, .limit = limit, .d = true, .g = limit == 0xfffff};

    return add_descriptor("target", encode_descriptor(d));
}

static void shaped(void)
{
    far_to(code(0xfffff));
}

static void shaped_rpl3(void)
{
    far_to(code(0xfffff) | 3);
}

static void shaped_user(void)
{
    in_user_mode();
    shaped_rpl3();
}

static void shaped_ring2(void)
{
    in_ring(2);
    far_to(code(0xfffff) | 2);
}

/* Offsets of the program are far above. */
static void limit(void)
{
    far_to(code(0xff));
}

static void limit_user(void)
{
    in_user_mode();
    far_to(code(0xff) | 3);
}

/* CALL at CPL 3, whose return address has no room in the stack segment, though there is memory. */
static void no_room(void)
{
    uintptr_t pages = map_pages("pages", 2, PAGE_PRESENT | PAGE_WRITE | PAGE_USER);
    struct descriptor d = {.type = DATA_WRITABLE, .base = pages + PAGE_SIZE, .limit = 0xfff, .d = true, .dpl = 3};

    in_user_mode();
    start.ss = add_descriptor("stack", encode_descriptor(d)) | 3;
    start.esp = ARG0;
    far_to(SEL_USER_CODE);
}

/* The descriptor can't be read. */
static void not_mapped(void)
{
    uintptr_t table = split_table("table", gdt, GDT_LIMIT + 1, GDT_LIMIT + 1);

    in_user_mode();
    lgdt(table, GDT_LIMIT + PAGE_SIZE);
    far_to((GDT_LIMIT + 1) | 3);
}

#define ROW(name_, form_, spec_, run_, arg0, vector_, error_, about_)                                                                            \
    {                                                                                                                                            \
        VARIANT, .name = name_, .about = about_, .spec = spec_, .vector = vector_, .error = error_, .saved_rip = AT_FAULT, .run = run_, .arg = { \
            arg0,                                                                                                                                \
            form_                                                                                                                                \
        }                                                                                                                                        \
    }
#define JMP_ROW(name_, form_, ...) ROW(name_, form_, "SDM 2A \"JMP-Jump\"", __VA_ARGS__)
#define CALL_ROW(name_, form_, ...) ROW(name_, form_, "SDM 2A \"CALL-Call Procedure\"", __VA_ARGS__)
#define BOTH(name_, run_, arg0, vector_, error_, about_)                         \
    JMP_ROW("jmp_" name_, JMP, run_, arg0, vector_, error_, "far JMP: " about_), \
        CALL_ROW("call_" name_, CALL, run_, arg0, vector_, error_, "far CALL: " about_)
#define EACH(name_, run_, arg0, vector_, error_, about_)                                                                      \
    BOTH(name_, run_, arg0, vector_, error_, about_),                                                                         \
        JMP_ROW("jmp_direct_" name_, JMP_DIRECT, run_, arg0, vector_, error_, "far JMP with the pointer in it: " about_),     \
        CALL_ROW("call_direct_" name_, CALL_DIRECT, run_, arg0, vector_, error_, "far CALL with the pointer in it: " about_), \
        JMP_ROW("jmp16_" name_, JMP16, run_, arg0, vector_, error_, "far JMP with a 16-bit operand size: " about_),           \
        CALL_ROW("call16_" name_, CALL16, run_, arg0, vector_, error_, "far CALL with a 16-bit operand size: " about_)
#define LOCAL (SEL_KERNEL_CODE | SELECTOR_TI)
VARIANTS(EACH("null", number, 0, VEC_GP, 0, "selector 0"), BOTH("null_rpl3", number_user, 3, VEC_GP, 0, "CPL 3, selector 3: null"),
         EACH("beyond", number, GDT_LIMIT + 1, VEC_GP, GDT_LIMIT + 1, "a selector beyond the GDT's limit"),
         BOTH("no_ldt", no_ldt, LOCAL, VEC_GP, LOCAL, "a selector of the LDT, LDTR null"),
         EACH("data", number, SEL_KERNEL_DATA, VEC_GP, SEL_KERNEL_DATA, "a data segment"),
         BOTH("data_user", number_user, SEL_USER_DATA, VEC_GP, SELECTOR_ERROR(SEL_USER_DATA), "CPL 3, a data segment of DPL 3"),
         BOTH("ldt", shaped, SYSTEM_LDT, VEC_GP, SEL_FREE, "an LDT"),
         BOTH("interrupt_gate", shaped, GATE_INTERRUPT, VEC_GP, SEL_FREE, "an interrupt gate"),
         BOTH("type0", shaped, 0, VEC_GP, SEL_FREE, "a descriptor of type 0"),
         EACH("outer", number, SEL_USER_CODE & ~3, VEC_GP, SELECTOR_ERROR(SEL_USER_CODE), "CPL 0, code of DPL 3"),
         BOTH("outer_rpl", number, SEL_USER_CODE, VEC_GP, SELECTOR_ERROR(SEL_USER_CODE), "CPL 0, code of DPL 3 with RPL 3"),
         EACH("inner", number_user, SEL_KERNEL_CODE, VEC_GP, SEL_KERNEL_CODE, "CPL 3, code of DPL 0"),
         BOTH("inner_rpl", number_user, SEL_KERNEL_CODE | 3, VEC_GP, SEL_KERNEL_CODE, "CPL 3, code of DPL 0 with RPL 3"),
         BOTH("ring2_inner", shaped_ring2, OF(CODE_READABLE, 1), VEC_GP, SEL_FREE, "CPL 2, code of DPL 1"),
         BOTH("ring2_outer", shaped_ring2, OF(CODE_READABLE, 3), VEC_GP, SEL_FREE, "CPL 2, code of DPL 3"),
         EACH("rpl", shaped_rpl3, OF(CODE_READABLE, 0), VEC_GP, SEL_FREE, "CPL 0, RPL 3, code of DPL 0"),
         EACH("conforming_outer", shaped, OF(CODE_CONFORMING, 3), VEC_GP, SEL_FREE, "CPL 0, conforming code of DPL 3"),
         BOTH("conforming_ring2_outer", shaped_ring2, OF(CODE_CONFORMING, 3), VEC_GP, SEL_FREE, "CPL 2, conforming code of DPL 3"),
         EACH("not_present", shaped, OF(CODE_READABLE, 0) | NOT_PRESENT, VEC_NP, SEL_FREE, "code that isn't present"),
         BOTH("not_present_user", shaped_user, OF(CODE_READABLE, 3) | NOT_PRESENT, VEC_NP, SEL_FREE, "CPL 3, code that isn't present"),
         BOTH("not_present_dpl", shaped, OF(CODE_READABLE, 3) | NOT_PRESENT, VEC_GP, SEL_FREE, "CPL 0, code of DPL 3 that isn't present"),
         BOTH("not_present_rpl", shaped_rpl3, OF(CODE_READABLE, 0) | NOT_PRESENT, VEC_GP, SEL_FREE, "CPL 0, RPL 3, code that isn't present"),
         BOTH("not_present_data", shaped, OF(DATA_WRITABLE, 0) | NOT_PRESENT, VEC_GP, SEL_FREE, "data that aren't present"),
         BOTH("conforming_not_present", shaped_user, OF(CODE_CONFORMING, 0) | NOT_PRESENT, VEC_NP, SEL_FREE,
              "CPL 3, conforming code of DPL 0 that isn't present"),
         BOTH("conforming_not_present_dpl", shaped, OF(CODE_CONFORMING, 3) | NOT_PRESENT, VEC_GP, SEL_FREE,
              "CPL 0, conforming code of DPL 3 that isn't present"),
         JMP_ROW("jmp_limit", JMP, limit, OF(CODE_READABLE, 0), VEC_GP, 0, "far JMP: an offset beyond the new segment's limit"),
         CALL_ROW("call_limit", CALL, limit, OF(CODE_READABLE, 0), VEC_GP, 0, "far CALL: an offset beyond the new segment's limit"),
         JMP_ROW("jmp_direct_limit", JMP_DIRECT, limit, OF(CODE_READABLE, 0), VEC_GP, 0,
                 "far JMP with the pointer in it: an offset beyond the new segment's limit"),
         CALL_ROW("call_direct_limit", CALL_DIRECT, limit, OF(CODE_READABLE, 0), VEC_GP, 0,
                  "far CALL with the pointer in it: an offset beyond the new segment's limit"),
         BOTH("conforming_limit", limit_user, OF(CODE_CONFORMING, 0), VEC_GP, 0, "CPL 3, an offset beyond the limit of conforming code"),
         BOTH("not_mapped", not_mapped, 0, VEC_PF, 0, "CPL 3, the descriptor's page isn't present"),
         CALL_ROW("call_no_room", CALL, no_room, 4, VEC_SS, 0, "far CALL: room for one of two doublewords"),
         CALL_ROW("call_direct_no_room", CALL_DIRECT, no_room, 4, VEC_SS, 0, "far CALL with the pointer in it: room for one of two doublewords"),
         CALL_ROW("call16_no_room", CALL16, no_room, 2, VEC_SS, 0, "far CALL with a 16-bit operand size: room for one of two words"));
