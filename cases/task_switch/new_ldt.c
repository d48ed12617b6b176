/*
 * The LDT of the new task, loaded from its TSS behind the point of commitment (SDM 3A table "Exception Conditions Checked During a Task Switch"):
 * the exception comes in the new task before its first instruction, with the old one's state saved, and busy bits, link, NT and CR0.TS
 * as after any switch. Its handler is a third task, as the manual wants it: the frame is the new task's TSS, and which of its
 * selectors were checked makes no difference. One defect each.
 */
#include <case32.h>

enum defect { LOCAL, BEYOND, TYPE, SYSTEM_TYPE, NOT_PRESENT, HIGH };

#define SEL_HIGH 0x140u /* a selector has 16 bits */

#define SET(task, field, value)                    \
    do {                                           \
        if ((task)->is_16bit)                      \
            (task)->tss16.field = (value);         \
        else                                       \
            (task)->tss.field = (uint16_t)(value); \
    } while (0)

static void spoil(struct task *task)
{
    struct descriptor ldt = {.type = SYSTEM_LDT, .base = (uintptr_t)gdt, .limit = GDT_LIMIT, .not_present = ARG1 == NOT_PRESENT || ARG1 == HIGH};
    uint16_t selector = SEL_KERNEL_DATA;

    if (ARG1 == LOCAL)
        selector = local_selector(add_descriptor("defect", encode_descriptor(ldt)));
    if (ARG1 == BEYOND)
        selector = add_descriptor_beyond("defect", encode_descriptor(ldt));
    if (ARG1 == SYSTEM_TYPE)
        ldt.type = SYSTEM_TSS_AVAILABLE;
    if (ARG1 == HIGH) {
        selector = SEL_HIGH;
        gdt[SEL_HIGH / 8] = encode_descriptor(ldt);
    }
    if (ARG1 == NOT_PRESENT || ARG1 == SYSTEM_TYPE)
        selector = add_descriptor("defect", encode_descriptor(ldt));
    SET(task, ldt, selector);
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
#define ROW(name_, way_, is_16bit_, defect_, vector_, error_, id_, about_)                                                                         \
    {                                                                                                                                              \
        VARIANT, .name = name_, .about = about_, .spec = "SDM 3A \"Task Switching\", table \"Exception Conditions Checked During a Task Switch\"", \
                 .id = id_, .vector = vector_, .error = (error_) | IS_EXTERNAL(way_), .saved_rip = "entry", .run = check, .arg = {                 \
                     WAY(way_, is_16bit_),                                                                                                         \
                     defect_                                                                                                                       \
                 }                                                                                                                                 \
    }

/* One for each line of the table. */
#define LINES(name, way, is_16bit, about, id0, id1)                                                            \
    ROW(name "_type", way, is_16bit, TYPE, VEC_TS, (SEL_KERNEL_DATA), id0, about "its LDT is a data segment"), \
        ROW(name "_not_present", way, is_16bit, NOT_PRESENT, VEC_TS, (FREE(is_16bit)), id1, about "its LDT has P=0")

/* The other ways to fail the same checks. */
#define FORMS(name, way, is_16bit, about)                                                                                                   \
    ROW(name "_local", way, is_16bit, LOCAL, VEC_TS, (FREE(is_16bit) | SELECTOR_TI), "task-new-ldt-ti", about "its LDT selector has TI=1"), \
        ROW(name "_beyond", way, is_16bit, BEYOND, VEC_TS, (FREE(is_16bit)), "task-new-ldt-oob",                                            \
            about "its LDT's descriptor is not all in the GDT"),                                                                            \
        ROW(name "_system", way, is_16bit, SYSTEM_TYPE, VEC_TS, (FREE(is_16bit)), "", about "its LDT's descriptor is a TSS's")

#define ABOVE_FFH(name, way, is_16bit, about) \
    ROW(name "_high", way, is_16bit, HIGH, VEC_TS, SEL_HIGH, "", about "its LDT has P=0, and its selector is above FFH")

/* Of these, what each way has. */
#define FEW(name, way, is_16bit, about)                                                                                      \
    ROW(name "_local", way, is_16bit, LOCAL, VEC_TS, (FREE(is_16bit) | SELECTOR_TI), "", about "its LDT selector has TI=1"), \
        ROW(name "_beyond", way, is_16bit, BEYOND, VEC_TS, (FREE(is_16bit)), "", about "its LDT's descriptor is not all in the GDT")

VARIANTS(LINES("jmp", BY_JMP, 0, "far JMP to a TSS: ", "", ""), LINES("jmp16", BY_JMP, 1, "far JMP to a 16-bit TSS: ", "", ""),
         LINES("call", BY_CALL, 0, "far CALL to a TSS: ", "", ""), LINES("call16", BY_CALL, 1, "far CALL to a 16-bit TSS: ", "", ""),
         LINES("int", BY_INT, 0, "INT n to a task: ", "task-new-ldt-type", "task-new-ldt-np"),
         LINES("int16", BY_INT, 1, "INT n to a task with a 16-bit TSS: ", "", ""), LINES("iret", BY_IRET, 0, "IRET with NT=1 to a task: ", "", ""),
         LINES("iret16", BY_IRET, 1, "IRET with NT=1 to a task with a 16-bit TSS: ", "", ""), LINES("ud", BY_UD, 0, "#UD to a task: ", "", ""),
         LINES("ud16", BY_UD, 1, "#UD to a task with a 16-bit TSS: ", "", ""), LINES("ac", BY_AC, 0, "#AC at CPL 3 to a task: ", "", ""),
         LINES("ac16", BY_AC, 1, "#AC at CPL 3 to a task with a 16-bit TSS: ", "", ""), FORMS("int", BY_INT, 0, "INT n to a task: "),
         FEW("jmp", BY_JMP, 0, "far JMP to a TSS: "), FEW("call", BY_CALL, 0, "far CALL to a TSS: "),
         FEW("iret", BY_IRET, 0, "IRET with NT=1 to a task: "), FEW("ud", BY_UD, 0, "#UD to a task: "),
         FEW("jmp16", BY_JMP, 1, "far JMP to a 16-bit TSS: "), FEW("int16", BY_INT, 1, "INT n to a task with a 16-bit TSS: "),
         ABOVE_FFH("int", BY_INT, 0, "INT n to a task: "), ABOVE_FFH("int16", BY_INT, 1, "INT n to a task with a 16-bit TSS: "));
