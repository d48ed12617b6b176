/*
 * DS, ES, FS and GS of the new task, loaded from its TSS behind the point of commitment (SDM 3A table "Exception Conditions Checked During a Task
 * Switch"): the exception comes in the new task before its first instruction, with the old one's state saved, and busy bits, link, NT and CR0.TS as
 * after any switch. Its handler is a third task, as the manual wants it: the frame is the new task's TSS, and which of its selectors were checked
 * makes no difference. One defect each.
 */
#include <case32.h>

enum defect {
    LOCAL, /* without an LDT */
    BEYOND,
    SYSTEM,
    EXECUTE_ONLY,
    DPL,      /* 0, CPL 3 */
    CODE_RPL, /* nonconforming code of DPL 0, RPL 3, CPL 0 */
    NOT_PRESENT,
};
enum segment { ES, DS, FS, GS };

/* ARG1: the defect, and of which segment. */
#define DEFECT(defect, segment) ((defect) | (segment) << 8)

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
    enum defect defect = (enum defect)(ARG1 & 0xff);
    enum segment segment = (enum segment)(ARG1 >> 8);
    uint16_t selector = 0;

    if (defect == LOCAL)
        selector = local_selector(SEL_KERNEL_DATA);
    if (defect == BEYOND)
        selector = add_descriptor_beyond("defect", gdt[SEL_KERNEL_DATA / 8]);
    if (defect == SYSTEM)
        selector = add_ldt();
    if (defect == EXECUTE_ONLY)
        selector = add((struct descriptor){.type = CODE_EXECUTE_ONLY});
    if (defect == DPL) {
        user_may_run_program();
        selector = SEL_KERNEL_DATA;
        SET(task, cs, SEL_USER_CODE);
        if (task->is_16bit)
            task->tss16.cs = add_descriptor("user_1mib", encode_descriptor((struct descriptor){
                                                             .base = 0x100000, .limit = 0xffff, .d = true, .type = CODE_READABLE, .dpl = 3})) |
                             3u;
        SET(task, ss, SEL_USER_DATA);
    }
    if (defect == CODE_RPL)
        selector = SEL_KERNEL_CODE | 3;
    if (defect == NOT_PRESENT)
        selector = add((struct descriptor){.type = DATA_WRITABLE, .not_present = true});
    if (segment == ES)
        SET(task, es, selector);
    if (segment == DS)
        SET(task, ds, selector);
    if (segment == FS)
        task->tss.fs = selector;
    if (segment == GS)
        task->tss.gs = selector;
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
#define LINES(name, way, is_16bit, about, id0, id1, id2, id3)                                                                                      \
    ROW(name "_ds_beyond", way, is_16bit, DEFECT(BEYOND, DS), VEC_TS, (FREE(is_16bit)), id0, about "its DS is not all in the GDT"),                \
        ROW(name "_ds_execute_only", way, is_16bit, DEFECT(EXECUTE_ONLY, DS), VEC_TS, (FREE(is_16bit)), id1, about "its DS is execute-only code"), \
        ROW(name "_es_not_present", way, is_16bit, DEFECT(NOT_PRESENT, ES), VEC_NP, (FREE(is_16bit)), id2, about "its ES has P=0"),                \
        ROW(name "_ds_dpl", way, is_16bit, DEFECT(DPL, DS), VEC_TS, (SEL_KERNEL_DATA), id3, about "its DS has DPL 0 at CPL 3")

/* The other ways to fail the same checks. */
#define FORMS(name, way, is_16bit, about)                                                                                                         \
    ROW(name "_ds_local", way, is_16bit, DEFECT(LOCAL, DS), VEC_TS, (SEL_KERNEL_DATA | SELECTOR_TI), "", about "its DS has TI=1, it has no LDT"), \
        ROW(name "_ds_system", way, is_16bit, DEFECT(SYSTEM, DS), VEC_TS, (FREE(is_16bit)), "task-new-ds-system", about "its DS is an LDT"),      \
        ROW(name "_ds_code_rpl", way, is_16bit, DEFECT(CODE_RPL, DS), VEC_TS, (SEL_KERNEL_CODE), "",                                              \
            about "its DS is nonconforming code of DPL 0 with RPL 3"),                                                                            \
        ROW(name "_ds_not_present", way, is_16bit, DEFECT(NOT_PRESENT, DS), VEC_NP, (FREE(is_16bit)), "task-new-ds-np", about "its DS has P=0"),  \
        ROW(name "_es_local", way, is_16bit, DEFECT(LOCAL, ES), VEC_TS, (SEL_KERNEL_DATA | SELECTOR_TI), "",                                      \
            about "its ES has TI=1, it has no LDT"),                                                                                              \
        ROW(name "_es_beyond", way, is_16bit, DEFECT(BEYOND, ES), VEC_TS, (FREE(is_16bit)), "", about "its ES is not all in the GDT"),            \
        ROW(name "_es_system", way, is_16bit, DEFECT(SYSTEM, ES), VEC_TS, (FREE(is_16bit)), "", about "its ES is an LDT"),                        \
        ROW(name "_es_execute_only", way, is_16bit, DEFECT(EXECUTE_ONLY, ES), VEC_TS, (FREE(is_16bit)), "", about "its ES is execute-only code"), \
        ROW(name "_es_dpl", way, is_16bit, DEFECT(DPL, ES), VEC_TS, (SEL_KERNEL_DATA), "", about "its ES has DPL 0 at CPL 3"),                    \
        ROW(name "_es_code_rpl", way, is_16bit, DEFECT(CODE_RPL, ES), VEC_TS, (SEL_KERNEL_CODE), "",                                              \
            about "its ES is nonconforming code of DPL 0 with RPL 3"),                                                                            \
        ROW(name "_fs_local", way, is_16bit, DEFECT(LOCAL, FS), VEC_TS, (SEL_KERNEL_DATA | SELECTOR_TI), "",                                      \
            about "its FS has TI=1, it has no LDT"),                                                                                              \
        ROW(name "_fs_beyond", way, is_16bit, DEFECT(BEYOND, FS), VEC_TS, (FREE(is_16bit)), "task-new-fs-oob",                                    \
            about "its FS is not all in the GDT"),                                                                                                \
        ROW(name "_fs_system", way, is_16bit, DEFECT(SYSTEM, FS), VEC_TS, (FREE(is_16bit)), "", about "its FS is an LDT"),                        \
        ROW(name "_fs_execute_only", way, is_16bit, DEFECT(EXECUTE_ONLY, FS), VEC_TS, (FREE(is_16bit)), "", about "its FS is execute-only code"), \
        ROW(name "_fs_dpl", way, is_16bit, DEFECT(DPL, FS), VEC_TS, (SEL_KERNEL_DATA), "", about "its FS has DPL 0 at CPL 3"),                    \
        ROW(name "_fs_code_rpl", way, is_16bit, DEFECT(CODE_RPL, FS), VEC_TS, (SEL_KERNEL_CODE), "",                                              \
            about "its FS is nonconforming code of DPL 0 with RPL 3"),                                                                            \
        ROW(name "_fs_not_present", way, is_16bit, DEFECT(NOT_PRESENT, FS), VEC_NP, (FREE(is_16bit)), "", about "its FS has P=0"),                \
        ROW(name "_gs_local", way, is_16bit, DEFECT(LOCAL, GS), VEC_TS, (SEL_KERNEL_DATA | SELECTOR_TI), "",                                      \
            about "its GS has TI=1, it has no LDT"),                                                                                              \
        ROW(name "_gs_beyond", way, is_16bit, DEFECT(BEYOND, GS), VEC_TS, (FREE(is_16bit)), "", about "its GS is not all in the GDT"),            \
        ROW(name "_gs_system", way, is_16bit, DEFECT(SYSTEM, GS), VEC_TS, (FREE(is_16bit)), "", about "its GS is an LDT"),                        \
        ROW(name "_gs_execute_only", way, is_16bit, DEFECT(EXECUTE_ONLY, GS), VEC_TS, (FREE(is_16bit)), "", about "its GS is execute-only code"), \
        ROW(name "_gs_dpl", way, is_16bit, DEFECT(DPL, GS), VEC_TS, (SEL_KERNEL_DATA), "", about "its GS has DPL 0 at CPL 3"),                    \
        ROW(name "_gs_code_rpl", way, is_16bit, DEFECT(CODE_RPL, GS), VEC_TS, (SEL_KERNEL_CODE), "",                                              \
            about "its GS is nonconforming code of DPL 0 with RPL 3"),                                                                            \
        ROW(name "_gs_not_present", way, is_16bit, DEFECT(NOT_PRESENT, GS), VEC_NP, (FREE(is_16bit)), "task-new-gs-np", about "its GS has P=0")

VARIANTS(LINES("jmp", BY_JMP, 0, "far JMP to a TSS: ", "", "", "", ""), LINES("jmp16", BY_JMP, 1, "far JMP to a 16-bit TSS: ", "", "", "", ""),
         LINES("call", BY_CALL, 0, "far CALL to a TSS: ", "", "", "", ""), LINES("call16", BY_CALL, 1, "far CALL to a 16-bit TSS: ", "", "", "", ""),
         LINES("int", BY_INT, 0, "INT n to a task: ", "task-new-ds-oob", "task-new-ds-execonly", "task-new-es-np", "task-new-ds-dpl"),
         LINES("int16", BY_INT, 1, "INT n to a task with a 16-bit TSS: ", "", "", "", ""),
         LINES("iret", BY_IRET, 0, "IRET with NT=1 to a task: ", "", "", "", ""),
         LINES("iret16", BY_IRET, 1, "IRET with NT=1 to a task with a 16-bit TSS: ", "", "", "", ""),
         LINES("ud", BY_UD, 0, "#UD to a task: ", "", "", "", ""), LINES("ud16", BY_UD, 1, "#UD to a task with a 16-bit TSS: ", "", "", "", ""),
         LINES("ac", BY_AC, 0, "#AC at CPL 3 to a task: ", "", "", "", ""),
         LINES("ac16", BY_AC, 1, "#AC at CPL 3 to a task with a 16-bit TSS: ", "", "", "", ""), FORMS("int", BY_INT, 0, "INT n to a task: "));
