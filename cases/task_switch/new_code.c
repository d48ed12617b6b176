/*
 * CS and EIP of the new task, loaded from its TSS behind the point of commitment (SDM 3A table "Exception Conditions Checked During a Task Switch"):
 * the exception comes in the new task before its first instruction, with the old one's state saved, and busy bits, link, NT and CR0.TS
 * as after any switch. Its handler is a third task, as the manual wants it: the frame is the new task's TSS, and which of its
 * selectors were checked makes no difference. One defect each.
 */
#include <case32.h>

enum defect {
    NULLED,
    LOCAL, /* without an LDT */
    BEYOND,
    DATA,
    SYSTEM,
    RPL,        /* 3, DPL 0 */
    DPL,        /* 3, RPL 0 */
    CONFORMING, /* DPL 3, RPL 0 */
    NOT_PRESENT,
    EIP_LIMIT,
    TSS, /* its type is that of code */
};

#define SET(task, field, value)                    \
    do {                                           \
        if ((task)->is_16bit)                      \
            (task)->tss16.field = (value);         \
        else                                       \
            (task)->tss.field = (uint16_t)(value); \
    } while (0)

static uint16_t add(struct descriptor d)
{
    d.limit = 0xfffff, d.g = d.d = true;
    return add_descriptor("defect", encode_descriptor(d));
}

static uint16_t add_ldt(void)
{
    return add_descriptor("defect", encode_descriptor((struct descriptor){.type = SYSTEM_LDT, .base = (uintptr_t)gdt, .limit = GDT_LIMIT}));
}

/* The entry is the first byte behind the limit. */
static uint16_t code_before_entry(struct task *task)
{
    struct descriptor d = {.type = CODE_READABLE, .d = true, .base = task->is_16bit ? 0x100000 - PAGE_SIZE : 0};

    d.limit = recorded_label("entry") - d.base - 1;
    if (task->is_16bit)
        task->tss16.ip = (uint16_t)(d.limit + 1);
    return add_descriptor("defect", encode_descriptor(d));
}

static void spoil(struct task *task)
{
    uint16_t selector = 0;

    if (ARG1 == NULLED)
        gdt[0] = gdt[SEL_KERNEL_CODE / 8];
    if (ARG1 == LOCAL)
        selector = local_selector(SEL_KERNEL_CODE);
    if (ARG1 == BEYOND)
        selector = add_descriptor_beyond("defect", gdt[SEL_KERNEL_CODE / 8]);
    if (ARG1 == DATA)
        selector = SEL_KERNEL_DATA;
    if (ARG1 == SYSTEM)
        selector = add_ldt();
    if (ARG1 == TSS)
        selector = add_descriptor("defect", encode_descriptor((struct descriptor){.type = SYSTEM_TSS_BUSY, .limit = 0x67}));
    if (ARG1 == RPL) {
        selector = task->is_16bit ? SEL_CODE_1MIB | 3 : SEL_KERNEL_CODE | 3;
        SET(task, ss, SEL_USER_DATA);
    }
    if (ARG1 == DPL)
        selector = SEL_USER_CODE & ~3u;
    if (ARG1 == CONFORMING)
        selector = add((struct descriptor){.type = CODE_CONFORMING, .dpl = 3});
    if (ARG1 == NOT_PRESENT)
        selector = add((struct descriptor){.type = CODE_READABLE, .not_present = true, .base = task->is_16bit ? 0x100000 : 0});
    if (ARG1 == DATA && task->is_16bit)
        task->tss16.ip = 0x1234; /* no place in that segment has a name */
    if (ARG1 == EIP_LIMIT)
        selector = code_before_entry(task);
    SET(task, cs, selector);
}

static void check(void)
{
    enum task_switch way = (enum task_switch)(ARG0 & 0xff);
    struct task *task = add_task_to_switch_to(way, ARG0 >> 8);

    set_task_gate((unsigned)current_case->vector, add_task("handler"));
    spoil(task);
    switch_task(way, task->selector);
}

/* ARG0: the way, and whether the new TSS is a 16-bit one. */
#define WAY(way, is_16bit) ((way) | (is_16bit) << 8)
#define IS_EXTERNAL(way) ((way) == BY_UD || (way) == BY_AC)
#define FREE(is_16bit) (SEL_FREE + 16 + 8 * (is_16bit)) /* behind the two tasks and the stack of a 16-bit one */
#define ROW(name_, way_, is_16bit_, defect_, vector_, error_, id_, about_)                                                                          \
    {                                                                                                                                               \
        VARIANT, .name = name_, .about = about_, .spec = "SDM 3A \"Task Switching\", table \"Exception Conditions Checked During a Task Switch\"",  \
                 .id = id_, .vector = vector_, .error = (error_) | IS_EXTERNAL(way_), .saved_rip = (defect_) <= DATA && (is_16bit_) ? "" : "entry", \
                 .run = check, .arg = {                                                                                                             \
                     WAY(way_, is_16bit_),                                                                                                          \
                     defect_                                                                                                                        \
                 }                                                                                                                                  \
    }

/* One for each line of the table. */
#define LINES(name, way, is_16bit, about, id0, id1, id2)                                                                                 \
    ROW(name "_rpl", way, is_16bit, RPL, VEC_TS, (is_16bit ? SEL_CODE_1MIB : SEL_KERNEL_CODE), id0, about "its CS has RPL 3 and DPL 0"), \
        ROW(name "_not_present", way, is_16bit, NOT_PRESENT, VEC_NP, (FREE(is_16bit)), id1, about "its CS has P=0"),                     \
        ROW(name "_eip_limit", way, is_16bit, EIP_LIMIT, VEC_GP, (0), id2, about "its EIP is beyond the limit of its CS")

#define NO_CODE(name, way, is_16bit, about, id) \
    ROW(name "_data", way, is_16bit, DATA, VEC_TS, (SEL_KERNEL_DATA), id, about "its CS is a data segment")

/* The other ways to fail the same checks. */
#define FORMS(name, way, is_16bit, about)                                                                                              \
    ROW(name "_null", way, is_16bit, NULLED, VEC_TS, (0), "task-new-cs-null", about "its CS is null"),                                 \
        ROW(name "_local", way, is_16bit, LOCAL, VEC_TS, (SEL_KERNEL_CODE | SELECTOR_TI), "", about "its CS has TI=1, it has no LDT"), \
        ROW(name "_beyond", way, is_16bit, BEYOND, VEC_TS, (FREE(is_16bit)), "task-new-cs-oob", about "its CS is not all in the GDT"), \
        ROW(name "_system", way, is_16bit, SYSTEM, VEC_TS, (FREE(is_16bit)), "", about "its CS is an LDT"),                            \
        ROW(name "_tss", way, is_16bit, TSS, VEC_TS, (FREE(is_16bit)), "", about "its CS is a TSS, whose type is that of code"),       \
        ROW(name "_dpl", way, is_16bit, DPL, VEC_TS, (SELECTOR_ERROR(SEL_USER_CODE)), "", about "its CS has RPL 0 and DPL 3"),         \
        ROW(name "_conforming", way, is_16bit, CONFORMING, VEC_TS, (FREE(is_16bit)), "task-new-cs-conforming-dpl",                     \
            about "its CS is conforming with DPL 3, RPL 0")

/* Of these, what each way has. */
#define FEW(name, way, is_16bit, about)                                                \
    ROW(name "_null", way, is_16bit, NULLED, VEC_TS, (0), "", about "its CS is null"), \
        ROW(name "_local", way, is_16bit, LOCAL, VEC_TS, (SEL_KERNEL_CODE | SELECTOR_TI), "", about "its CS has TI=1, it has no LDT")

VARIANTS(LINES("jmp", BY_JMP, 0, "far JMP to a TSS: ", "", "", ""), NO_CODE("jmp", BY_JMP, 0, "far JMP to a TSS: ", ""),
         LINES("jmp16", BY_JMP, 1, "far JMP to a 16-bit TSS: ", "", "", ""), LINES("call", BY_CALL, 0, "far CALL to a TSS: ", "", "", ""),
         NO_CODE("call", BY_CALL, 0, "far CALL to a TSS: ", ""), LINES("call16", BY_CALL, 1, "far CALL to a 16-bit TSS: ", "", "", ""),
         LINES("int", BY_INT, 0, "INT n to a task: ", "task-new-cs-dpl-rpl", "task-new-cs-np", "task-new-eip-limit"),
         NO_CODE("int", BY_INT, 0, "INT n to a task: ", "task-new-cs-data"),
         LINES("int16", BY_INT, 1, "INT n to a task with a 16-bit TSS: ", "", "", ""),
         NO_CODE("int16", BY_INT, 1, "INT n to a task with a 16-bit TSS: ", ""), LINES("iret", BY_IRET, 0, "IRET with NT=1 to a task: ", "", "", ""),
         NO_CODE("iret", BY_IRET, 0, "IRET with NT=1 to a task: ", ""),
         LINES("iret16", BY_IRET, 1, "IRET with NT=1 to a task with a 16-bit TSS: ", "", "", ""),
         LINES("ud", BY_UD, 0, "#UD to a task: ", "", "", "task-new-eip-limit-ext"), NO_CODE("ud", BY_UD, 0, "#UD to a task: ", ""),
         LINES("ud16", BY_UD, 1, "#UD to a task with a 16-bit TSS: ", "", "", ""), NO_CODE("ud16", BY_UD, 1, "#UD to a task with a 16-bit TSS: ", ""),
         LINES("ac", BY_AC, 0, "#AC at CPL 3 to a task: ", "", "", ""), NO_CODE("ac", BY_AC, 0, "#AC at CPL 3 to a task: ", ""),
         LINES("ac16", BY_AC, 1, "#AC at CPL 3 to a task with a 16-bit TSS: ", "", "", ""),
         NO_CODE("ac16", BY_AC, 1, "#AC at CPL 3 to a task with a 16-bit TSS: ", ""), FORMS("int", BY_INT, 0, "INT n to a task: "),
         FEW("jmp", BY_JMP, 0, "far JMP to a TSS: "), FEW("call", BY_CALL, 0, "far CALL to a TSS: "),
         FEW("iret", BY_IRET, 0, "IRET with NT=1 to a task: "), FEW("ud", BY_UD, 0, "#UD to a task: "),
         FEW("int16", BY_INT, 1, "INT n to a task with a 16-bit TSS: "));
