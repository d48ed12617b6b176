/*
 * SS of the new task, loaded from its TSS behind the point of commitment (SDM 3A table "Exception Conditions Checked During a Task Switch"):
 * the exception comes in the new task before its first instruction, with the old one's state saved, and busy bits, link, NT and CR0.TS
 * as after any switch. Its handler is a third task, as the manual wants it: the frame is the new task's TSS, and which of its
 * selectors were checked makes no difference. One defect each.
 */
#include <case32.h>

enum defect {
    NULLED,
    LOCAL, /* without an LDT */
    BEYOND,
    READ_ONLY,
    CODE,
    SYSTEM,
    DPL, /* 3, CPL 0, RPL 0 */
    RPL, /* 3, CPL 0, DPL 0 */
    DPL_AND_RPL,
    NOT_PRESENT,
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

static void spoil(struct task *task)
{
    uint16_t selector = 0;

    if (ARG1 == NULLED)
        gdt[0] = gdt[SEL_KERNEL_DATA / 8];
    if (ARG1 == LOCAL)
        selector = local_selector(SEL_KERNEL_DATA);
    if (ARG1 == BEYOND)
        selector = add_descriptor_beyond("defect", gdt[SEL_KERNEL_DATA / 8]);
    if (ARG1 == READ_ONLY)
        selector = add((struct descriptor){.type = DATA_READ_ONLY});
    if (ARG1 == CODE)
        selector = SEL_KERNEL_CODE;
    if (ARG1 == SYSTEM)
        selector = add_ldt();
    if (ARG1 == DPL)
        selector = SEL_USER_DATA & ~3u;
    if (ARG1 == DPL_AND_RPL)
        selector = SEL_USER_DATA;
    if (ARG1 == RPL)
        selector = SEL_KERNEL_DATA | 3;
    if (ARG1 == NOT_PRESENT)
        selector = add((struct descriptor){.type = DATA_WRITABLE, .not_present = true});
    SET(task, ss, selector);
}

static void check(void)
{
    enum task_switch way = (enum task_switch)(ARG0 & 0xff);
    struct task *task = add_task_to_switch_to(way, ARG0 >> 8);

    set_task_gate((unsigned)current_case->vector, add_task("handler"));
    if (current_case->vector == VEC_SS)
        set_task_gate(VEC_NP, add_task("other_handler")); /* in case that it comes instead: SS is good for no frame */
    spoil(task);
    switch_task(way, task->selector);
}

/* ARG0: the way, and whether the new TSS is a 16-bit one. */
#define WAY(way, is_16bit) ((way) | (is_16bit) << 8)
#define IS_EXTERNAL(way) ((way) == BY_UD || (way) == BY_AC)
#define FREE(is_16bit) (SEL_FREE + 16 + 8 * (is_16bit)) /* behind the two tasks and the stack of a 16-bit one */
#define ROW(name_, way_, is_16bit_, defect_, vector_, error_, id_, about_)                                                                         \
    {                                                                                                                                              \
        VARIANT, .name = name_, .about = about_, .spec = "SDM 3A \"Task Switching\", table \"Exception Conditions Checked During a Task Switch\"", \
                 .id = id_, .vector = vector_, .error = (error_) | IS_EXTERNAL(way_), .saved_rip = "entry", .run = check, .arg = {                 \
                     WAY(way_, is_16bit_),                                                                                                         \
                     defect_                                                                                                                       \
                 }                                                                                                                                 \
    }

/* One for each line of the table. */
#define LINES(name, way, is_16bit, about, id0, id1, id2, id3)                                                                            \
    ROW(name "_beyond", way, is_16bit, BEYOND, VEC_TS, (FREE(is_16bit)), id0, about "its SS is not all in the GDT"),                     \
        ROW(name "_not_present", way, is_16bit, NOT_PRESENT, VEC_SS, (FREE(is_16bit) + 8), id1, about "its SS has P=0"),                 \
        ROW(name "_dpl", way, is_16bit, DPL, VEC_TS, (SELECTOR_ERROR(SEL_USER_DATA)), id2, about "its SS has DPL 3 and RPL 0 at CPL 0"), \
        ROW(name "_rpl", way, is_16bit, RPL, VEC_TS, (SEL_KERNEL_DATA), id3, about "its SS has RPL 3 and DPL 0 at CPL 0")

/* The other ways to fail the same checks. */
#define FORMS(name, way, is_16bit, about)                                                                                              \
    ROW(name "_null", way, is_16bit, NULLED, VEC_TS, (0), "task-new-ss-null", about "its SS is null"),                                 \
        ROW(name "_local", way, is_16bit, LOCAL, VEC_TS, (SEL_KERNEL_DATA | SELECTOR_TI), "", about "its SS has TI=1, it has no LDT"), \
        ROW(name "_read_only", way, is_16bit, READ_ONLY, VEC_TS, (FREE(is_16bit)), "task-new-ss-ro", about "its SS is read-only"),     \
        ROW(name "_code", way, is_16bit, CODE, VEC_TS, (SEL_KERNEL_CODE), "task-new-ss-code", about "its SS is readable code"),        \
        ROW(name "_system", way, is_16bit, SYSTEM, VEC_TS, (FREE(is_16bit)), "", about "its SS is an LDT")

/* Of these, what each way has. */
#define FEW(name, way, is_16bit, about)                                                \
    ROW(name "_null", way, is_16bit, NULLED, VEC_TS, (0), "", about "its SS is null"), \
        ROW(name "_read_only", way, is_16bit, READ_ONLY, VEC_TS, (FREE(is_16bit)), "", about "its SS is read-only")

#define OUTER(name, way, is_16bit, about) \
    ROW(name "_outer", way, is_16bit, DPL_AND_RPL, VEC_TS, (SELECTOR_ERROR(SEL_USER_DATA)), "", about "its SS has DPL 3 and RPL 3 at CPL 0")

VARIANTS(OUTER("jmp", BY_JMP, 0, "far JMP to a TSS: "), OUTER("jmp16", BY_JMP, 1, "far JMP to a 16-bit TSS: "),
         OUTER("call", BY_CALL, 0, "far CALL to a TSS: "), OUTER("call16", BY_CALL, 1, "far CALL to a 16-bit TSS: "),
         OUTER("int", BY_INT, 0, "INT n to a task: "), OUTER("int16", BY_INT, 1, "INT n to a task with a 16-bit TSS: "),
         OUTER("iret", BY_IRET, 0, "IRET with NT=1 to a task: "), OUTER("iret16", BY_IRET, 1, "IRET with NT=1 to a task with a 16-bit TSS: "),
         OUTER("ud", BY_UD, 0, "#UD to a task: "), LINES("jmp", BY_JMP, 0, "far JMP to a TSS: ", "", "", "", ""),
         LINES("jmp16", BY_JMP, 1, "far JMP to a 16-bit TSS: ", "", "", "", ""), LINES("call", BY_CALL, 0, "far CALL to a TSS: ", "", "", "", ""),
         LINES("call16", BY_CALL, 1, "far CALL to a 16-bit TSS: ", "", "", "", ""),
         LINES("int", BY_INT, 0, "INT n to a task: ", "task-new-ss-oob", "task-new-ss-np", "task-new-ss-dpl", "task-new-ss-rpl"),
         LINES("int16", BY_INT, 1, "INT n to a task with a 16-bit TSS: ", "", "", "", ""),
         LINES("iret", BY_IRET, 0, "IRET with NT=1 to a task: ", "", "", "", ""),
         LINES("iret16", BY_IRET, 1, "IRET with NT=1 to a task with a 16-bit TSS: ", "", "", "", ""),
         LINES("ud", BY_UD, 0, "#UD to a task: ", "", "", "", ""), LINES("ud16", BY_UD, 1, "#UD to a task with a 16-bit TSS: ", "", "", "", ""),
         LINES("ac", BY_AC, 0, "#AC at CPL 3 to a task: ", "", "", "", ""),
         LINES("ac16", BY_AC, 1, "#AC at CPL 3 to a task with a 16-bit TSS: ", "", "", "", ""), FORMS("int", BY_INT, 0, "INT n to a task: "),
         FEW("jmp", BY_JMP, 0, "far JMP to a TSS: "), FEW("call", BY_CALL, 0, "far CALL to a TSS: "),
         FEW("iret", BY_IRET, 0, "IRET with NT=1 to a task: "), FEW("ud", BY_UD, 0, "#UD to a task: "),
         FEW("jmp16", BY_JMP, 1, "far JMP to a 16-bit TSS: "), FEW("int16", BY_INT, 1, "INT n to a task with a 16-bit TSS: "));
