/*
 * What is checked of the selector and the descriptor of the new TSS before the switch is committed (SDM 3A table "Exception Conditions
 * Checked During a Task Switch"): the exception comes in the old task, at the instruction, and no TSS, descriptor or register has changed.
 * One defect each; without its check the switch would be made, or something else be taken for a TSS.
 */
#include <case32.h>

enum defect {
    NONE,
    LOCAL,     /* TI=1; the LDT is the GDT */
    NULLED,    /* the GDT's entry 0 is the TSS */
    BEYOND,    /* the last byte of the descriptor is beyond the GDT's limit */
    DATA,      /* a writable data segment in place of the TSS */
    CALL_GATE, /* a call gate */
    LDT,       /* an LDT */
    SEGMENT,   /* code whose four bits of type are those of a TSS */
    SEGMENT16, /* data whose four bits of type are those of a 16-bit TSS */
    BUSY,      /* for IRET: available */
    NOT_PRESENT,
    SHORT, /* the limit is one less than the TSS needs */
};

static void check(bool is_16bit)
{
    enum task_switch way = (enum task_switch)ARG0;
    bool wants_busy = way == BY_IRET, is_busy = wants_busy == (ARG1 != BUSY);
    struct descriptor d = {.limit = is_16bit ? sizeof(struct tss16) - 1 : sizeof(struct tss32) - 1};
    struct task *task;
    uint16_t selector;

    d.type = is_16bit ? is_busy ? SYSTEM_TSS16_BUSY : SYSTEM_TSS16_AVAILABLE : is_busy ? SYSTEM_TSS_BUSY : SYSTEM_TSS_AVAILABLE;
    task = add_task_to_switch_to(way, is_16bit);
    selector = task->selector;
    if (ARG1 == DATA)
        d.type = DATA_WRITABLE;
    if (ARG1 == LDT)
        d.type = SYSTEM_LDT;
    if (ARG1 == SEGMENT16)
        d.type = is_busy ? SYSTEM_TSS16_BUSY : SYSTEM_TSS16_AVAILABLE;
    if (ARG1 == SEGMENT || ARG1 == SEGMENT16)
        d.type |= DATA_READ_ONLY; /* S=1 */
    if (ARG1 == NOT_PRESENT)
        d.not_present = true;
    if (ARG1 == SHORT)
        d.limit--;
    set_task_descriptor(task, d);
    if (ARG1 == CALL_GATE)
        gdt[selector / 8] = encode_gate(make_call_gate((struct call_gate){.offset = task->tss.eip, .selector = SEL_KERNEL_CODE, .dpl = 3}));
    if (ARG1 == BEYOND)
        lgdt((uintptr_t)gdt, selector + 6);
    if (ARG1 == LOCAL)
        selector = local_selector(selector);
    if (ARG1 == NULLED) {
        gdt[0] = gdt[selector / 8];
        selector = 0;
    }
    switch_task(way, selector);
}

static void check32(void)
{
    check(false);
}

static void check16(void)
{
    check(true);
}

#define THROUGH_GATE(way) ((way) == BY_JMP_GATE || (way) == BY_CALL_GATE)
#define IS_EXTERNAL(way) ((way) == BY_UD || (way) == BY_AC || (way) == BY_INTERRUPT)
#define OTHER(way) (SEL_FREE + 8 * THROUGH_GATE(way)) /* behind the gate */
#define INVALID(way) ((way) == BY_IRET ? VEC_TS : VEC_GP)
#define ROW(name_, run_, way_, defect_, vector_, error_, id_, about_)                                                                              \
    {                                                                                                                                              \
        VARIANT, .name = name_, .about = about_, .spec = "SDM 3A \"Task Switching\", table \"Exception Conditions Checked During a Task Switch\"", \
                 .id = id_, .vector = vector_, .error = (error_) | IS_EXTERNAL(way_), .saved_rip = AT_FAULT,                                       \
                 .needs = (way_) == BY_INTERRUPT ? "apic" : "", .run = run_, .arg = {                                                              \
                     way_,                                                                                                                         \
                     defect_                                                                                                                       \
                 }                                                                                                                                 \
    }

/* Of whatever names a TSS. */
#define OF_ANY(name, way, about, ti_, beyond_, busy_, np_, limit_)                                                                              \
    ROW(name "_local", check32, way, LOCAL, INVALID(way), OTHER(way) | SELECTOR_TI, ti_, about " a TSS: its selector has TI=1"),                \
        ROW(name "_beyond", check32, way, BEYOND, INVALID(way), OTHER(way), beyond_, about " a TSS whose descriptor is not all in the GDT"),    \
        ROW(name "_not_available", check32, way, BUSY, INVALID(way), OTHER(way), busy_, about " a TSS that is busy, or is not for IRET"),       \
        ROW(name "_not_available16", check16, way, BUSY, INVALID(way), OTHER(way), "", about " a 16-bit TSS that is busy, or is not for IRET"), \
        ROW(name "_not_present", check32, way, NOT_PRESENT, VEC_NP, OTHER(way), np_, about " a TSS with P=0"),                                  \
        ROW(name "_not_present16", check16, way, NOT_PRESENT, VEC_NP, OTHER(way), "", about " a 16-bit TSS with P=0"),                          \
        ROW(name "_limit", check32, way, SHORT, VEC_TS, OTHER(way), limit_, about " a TSS with a limit of 66H"),                                \
        ROW(name "_limit16", check16, way, SHORT, VEC_TS, OTHER(way), (way) == BY_INT ? "task-tss16-limit" : "",                                \
            about " a 16-bit TSS with a limit of 2AH")

/* Of what names a TSS that isn't the operand itself, which may be any descriptor. */
#define OF_NAMED(name, way, about, null_, data_)                                                                               \
    ROW(name "_null", check32, way, NULLED, INVALID(way), 0, null_, about " a TSS: its selector is null"),                     \
        ROW(name "_data", check32, way, DATA, INVALID(way), OTHER(way), data_, about " a data segment in place of a TSS"),     \
        ROW(name "_call_gate", check32, way, CALL_GATE, INVALID(way), OTHER(way), "", about " a call gate in place of a TSS"), \
        ROW(name "_ldt", check32, way, LDT, INVALID(way), OTHER(way), "", about " an LDT in place of a TSS"),                  \
        ROW(name "_segment", check32, way, SEGMENT, INVALID(way), OTHER(way), "",                                              \
            about " code in place of a TSS: but for S its type is that of the TSS"),                                           \
        ROW(name "_segment16", check32, way, SEGMENT16, INVALID(way), OTHER(way), "",                                          \
            about " data in place of a 16-bit TSS: but for S their type is that of the TSS")

VARIANTS(OF_ANY("jmp", BY_JMP, "far JMP to", "", "", "task-jmp-tss-busy", "task-jmp-tss-np", "task-jmp-tss-limit"),
         OF_ANY("call", BY_CALL, "far CALL to", "", "", "task-call-tss-busy", "", ""),
         OF_ANY("jmp_gate", BY_JMP_GATE, "far JMP through a task gate to", "", "", "", "", ""),
         OF_NAMED("jmp_gate", BY_JMP_GATE, "far JMP through a task gate to", "", ""),
         OF_ANY("call_gate", BY_CALL_GATE, "far CALL through a task gate to", "", "", "", "", ""),
         OF_NAMED("call_gate", BY_CALL_GATE, "far CALL through a task gate to", "", ""),
         OF_ANY("int", BY_INT, "INT n through a task gate to", "task-tss-ti", "task-tss-oob", "task-tss-busy", "task-tss-np", "task-tss-limit"),
         OF_NAMED("int", BY_INT, "INT n through a task gate to", "task-tss-null", "task-tss-data"),
         OF_ANY("iret", BY_IRET, "IRET with NT=1 to", "task-iret-link-ti", "task-iret-link-oob", "task-iret-link-not-busy", "task-iret-link-np", ""),
         OF_NAMED("iret", BY_IRET, "IRET with NT=1 to", "task-iret-link-null", "task-iret-link-data"),
         OF_ANY("ud", BY_UD, "#UD through a task gate to", "", "", "task-tss-busy-ext", "task-tss-np-ext", "task-tss-limit-ext"),
         OF_NAMED("ud", BY_UD, "#UD through a task gate to", "", ""), OF_ANY("ac", BY_AC, "#AC at CPL 3 through a task gate to", "", "", "", "", ""),
         OF_NAMED("ac", BY_AC, "#AC at CPL 3 through a task gate to", "", ""),
         OF_ANY("interrupt", BY_INTERRUPT, "an interrupt through a task gate to", "", "", "", "", ""),
         OF_NAMED("interrupt", BY_INTERRUPT, "an interrupt through a task gate to", "", ""));
