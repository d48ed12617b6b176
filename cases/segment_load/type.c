/*
 * Every type that a descriptor can have, where an instruction needs another: it is #GP with the selector, of the GDT and of the LDT alike. What is
 * behind the descriptor's type is as good as it can be.
 */
#include <case.h>

#define S 0x10u /* with this: a code or data segment's */
#define LOCAL 0x100u
#define ENTRY 4u

static uint64_t table[8];

/* A selector of a descriptor of type ARG0. */
static uint16_t selector(unsigned dpl)
{
    struct descriptor d = {.type = (uint8_t)(ARG0 & (S | 0xf)), .limit = 0xfffff, .g = true, .dpl = (uint8_t)dpl, .l = (ARG0 & (S | 8)) == (S | 8)};

    uint64_t raw;

    d.d = !d.l;
    raw = encode_descriptor(d);
    if ((ARG0 & S) && !(ARG0 & 1))
        raw &= ~DESCRIPTOR_ACCESSED;
    if (!(ARG0 & LOCAL))
        return (uint16_t)(add_descriptor("target", raw) | dpl);
    table[ENTRY] = raw;
    lldt(add_system_descriptor(
        "ldt", encode_descriptor((struct descriptor){.type = SYSTEM_LDT, .base = (uint32_t)(uintptr_t)table, .limit = sizeof(table) - 1}), 0));
    return (uint16_t)(ENTRY * 8 | SELECTOR_TI | dpl);
}

static void ds(void)
{
    start.rcx = selector(0);
    FAULT("mov ds, ecx");
}

static void ss(void)
{
    start.rcx = selector(0);
    FAULT("mov ss, ecx");
}

static void gs_user(void)
{
    in_user_mode();
    start.rcx = selector(3);
    FAULT("mov gs, ecx");
}

static void jmp(void)
{
    struct program p = ASSEMBLE(MARK(fault) "jmp fword ptr [rbx]\n" MARK(after) "int3\n");
    struct {
        uint32_t offset;
        uint16_t selector;
    } __attribute__((packed)) *pointer = frame_of(start.rbx = map_page("pointer", PAGE_PRESENT));

    pointer->offset = (uint32_t)label_of(p, "after");
    pointer->selector = selector(0);
    run_program(p);
}

static void call(void)
{
    struct program p = ASSEMBLE(MARK(fault) "call fword ptr [rbx]\n" MARK(after) "int3\n");
    struct {
        uint32_t offset;
        uint16_t selector;
    } __attribute__((packed)) *pointer = frame_of(start.rbx = map_page("pointer", PAGE_PRESENT));

    pointer->offset = (uint32_t)label_of(p, "after");
    pointer->selector = selector(0);
    run_program(p);
}

static void iretq(void)
{
    struct program p = ASSEMBLE(MARK(fault) "iretq\n" MARK(after) "int3\n");

    push_image((struct interrupt_frame){label_of(p, "after"), selector(0), start.rflags, start.rsp, start.ss});
    run_program(p);
}

static void iretq_ss(void)
{
    struct program p = ASSEMBLE(MARK(fault) "iretq\n" MARK(after) "int3\n");

    user_may_run_program();
    push_image((struct interrupt_frame){label_of(p, "after"), SEL_USER_CODE64, start.rflags, stack_top(STACK_USER), selector(3)});
    run_program(p);
}

static void retfq(void)
{
    struct program p = ASSEMBLE(MARK(fault) ".byte 0x48, 0xcb\n" MARK(after) "int3\n");
    uint64_t *words = (uint64_t *)(start.rsp -= 16);

    words[0] = label_of(p, "after");
    words[1] = selector(0);
    run_program(p);
}

#define MOV "SDM 2B \"MOV-Move\""
#define JMP "SDM 2A \"JMP-Jump\""
#define CALL "SDM 2A \"CALL-Call Procedure\""
#define IRET "SDM 2A \"IRET/IRETD/IRETQ-Interrupt Return\""
#define RET "SDM 2B \"RET-Return From Procedure\""
#define LOCAL_ERROR (ENTRY * 8 | SELECTOR_TI)
#define ROW(run_, table_, error_, type, spec_, what, where)                                                                               \
    {                                                                                                                                     \
        VARIANT, .name = #run_ table_ "_" #type, .about = "a descriptor of type " #type where ", " what, .spec = spec_, .vector = VEC_GP, \
                 .error = error_, .saved_rip = AT_FAULT, .run = run_, .arg = {                                                            \
                     type_##type | (sizeof(table_) > 1 ? LOCAL : 0)                                                                       \
                 }                                                                                                                        \
    }
enum {
    type_0,
    type_1,
    type_2,
    type_3,
    type_4,
    type_5,
    type_6,
    type_7,
    type_8,
    type_9,
    type_a,
    type_b,
    type_c,
    type_d,
    type_e,
    type_f,
    type_data_0,
    type_data_1,
    type_data_2,
    type_data_3,
    type_data_4,
    type_data_5,
    type_data_6,
    type_data_7,
    type_code_8,
    type_code_9,
    type_code_a,
    type_code_b,
    type_code_c,
    type_code_d,
    type_code_e,
    type_code_f
};
#define GLOBAL_(run, type, spec, what) ROW(run, "", SEL_FREE, type, spec, what, "")
#define LOCAL_(run, type, spec, what) ROW(run, "_local", LOCAL_ERROR, type, spec, what, " in the LDT")
#define SYSTEM_LOW(R, ...)                                                                                                               \
    R(0, __VA_ARGS__), R(1, __VA_ARGS__), R(2, __VA_ARGS__), R(3, __VA_ARGS__), R(4, __VA_ARGS__), R(5, __VA_ARGS__), R(6, __VA_ARGS__), \
        R(7, __VA_ARGS__), R(8, __VA_ARGS__), R(9, __VA_ARGS__), R(a, __VA_ARGS__), R(b, __VA_ARGS__)
#define SYSTEM_HIGH(R, ...) R(d, __VA_ARGS__), R(e, __VA_ARGS__), R(f, __VA_ARGS__)
#define SYSTEM(R, ...) SYSTEM_LOW(R, __VA_ARGS__), R(c, __VA_ARGS__), SYSTEM_HIGH(R, __VA_ARGS__)
#define READ_ONLY(R, ...) R(data_0, __VA_ARGS__), R(data_1, __VA_ARGS__), R(data_4, __VA_ARGS__), R(data_5, __VA_ARGS__)
#define DATA(R, ...) READ_ONLY(R, __VA_ARGS__), R(data_2, __VA_ARGS__), R(data_3, __VA_ARGS__), R(data_6, __VA_ARGS__), R(data_7, __VA_ARGS__)
#define EXECUTE_ONLY(R, ...) R(code_8, __VA_ARGS__), R(code_9, __VA_ARGS__), R(code_c, __VA_ARGS__), R(code_d, __VA_ARGS__)
#define CODE(R, ...) EXECUTE_ONLY(R, __VA_ARGS__), R(code_a, __VA_ARGS__), R(code_b, __VA_ARGS__), R(code_e, __VA_ARGS__), R(code_f, __VA_ARGS__)
#define FROM_GDT(type, run, spec, what) GLOBAL_(run, type, spec, what)
#define FROM_LDT(type, run, spec, what) LOCAL_(run, type, spec, what)

VARIANTS(SYSTEM(FROM_LDT, ds, MOV, "into DS at CPL 0"), EXECUTE_ONLY(FROM_LDT, ds, MOV, "into DS at CPL 0"),
         SYSTEM(FROM_GDT, gs_user, MOV, "into GS at CPL 3"), EXECUTE_ONLY(FROM_GDT, gs_user, MOV, "into GS at CPL 3"),
         SYSTEM(FROM_LDT, ss, MOV, "into SS at CPL 0"), READ_ONLY(FROM_GDT, ss, MOV, "into SS at CPL 0"), CODE(FROM_LDT, ss, MOV, "into SS at CPL 0"),
         SYSTEM_LOW(FROM_LDT, jmp, JMP, "far JMP"), SYSTEM_HIGH(FROM_LDT, jmp, JMP, "far JMP"), DATA(FROM_LDT, jmp, JMP, "far JMP"),
         DATA(FROM_GDT, call, CALL, "far CALL"), SYSTEM_LOW(FROM_GDT, call, CALL, "far CALL"), SYSTEM_HIGH(FROM_GDT, call, CALL, "far CALL"),
         SYSTEM(FROM_LDT, iretq, IRET, "CS of IRETQ"), DATA(FROM_GDT, iretq, IRET, "CS of IRETQ"), SYSTEM(FROM_GDT, retfq, RET, "CS of RETFQ"),
         DATA(FROM_LDT, retfq, RET, "CS of RETFQ"), SYSTEM(FROM_LDT, iretq_ss, IRET, "SS of IRETQ to CPL 3"),
         READ_ONLY(FROM_LDT, iretq_ss, IRET, "SS of IRETQ to CPL 3"), CODE(FROM_GDT, iretq_ss, IRET, "SS of IRETQ to CPL 3"));
