/*
 * The privilege check of DS, ES, FS and GS of a new task, by the type of their segments: data of every kind, expand-down data among them, and
 * nonconforming code need a DPL that isn't below CPL, #TS; conforming code has none. All have DPL 0, and the new task CPL 3.
 */
#include <case32.h>

enum segment { ES, DS, FS, GS };

/* ARG0: the way; ARG1: the type, and of which segment. */
static void run(void)
{
    enum task_switch way = (enum task_switch)ARG0;
    struct task *task = add_task_to_switch_to(way, false);
    struct descriptor d = {.type = ARG1 & 0xff, .d = true, .g = true, .limit = ARG1 & 4 ? 0 : 0xfffff};
    uint16_t selector = add_descriptor("typed", encode_descriptor(d));

    user_may_run_program();
    set_gate(VEC_BP, .dpl = 3);
    if (current_case->vector == VEC_TS)
        set_task_gate(VEC_TS, add_task("handler"));
    task->tss.cs = SEL_USER_CODE;
    task->tss.ss = SEL_USER_DATA;
    if (ARG1 >> 8 == ES)
        task->tss.es = selector;
    if (ARG1 >> 8 == DS)
        task->tss.ds = selector;
    if (ARG1 >> 8 == FS)
        task->tss.fs = selector;
    if (ARG1 >> 8 == GS)
        task->tss.gs = selector;
    switch_task(way, task->selector);
}

#define ROW(name_, way_, segment_, type_, vector_, error_, rip_, about_)                                                                           \
    {                                                                                                                                              \
        VARIANT, .name = name_, .about = about_, .spec = "SDM 3A \"Task Switching\", table \"Exception Conditions Checked During a Task Switch\"", \
                 .vector = vector_, .error = error_, .saved_rip = rip_, .run = run, .arg = {                                                       \
                     way_,                                                                                                                         \
                     (type_) | (segment_) << 8                                                                                                     \
                 }                                                                                                                                 \
    }
#define FREE (SEL_FREE + 8) /* behind the task */
#define BAD(name, way, segment, type, about) ROW(name, way, segment, type, VEC_TS, FREE, "entry", about)
#define TYPES(name, way, segment, about)                                                                                     \
    BAD(name "_read_only", way, segment, DATA_READ_ONLY, about "read-only data of DPL 0"),                                   \
        BAD(name "_writable", way, segment, DATA_WRITABLE, about "writable data of DPL 0"),                                  \
        BAD(name "_down_read_only", way, segment, DATA_EXPAND_DOWN_READ_ONLY, about "expand-down, read-only data of DPL 0"), \
        BAD(name "_down", way, segment, DATA_EXPAND_DOWN, about "expand-down, writable data of DPL 0"),                      \
        BAD(name "_code", way, segment, CODE_READABLE, about "nonconforming, readable code of DPL 0"),                       \
        ROW(name "_conforming", way, segment, CODE_CONFORMING, VEC_BP, NO_ERROR, "stop", about "conforming, readable code of DPL 0: it is loaded")
VARIANTS(TYPES("jmp_ds", BY_JMP, DS, "far JMP to a task whose DS is "), TYPES("jmp_es", BY_JMP, ES, "far JMP to a task whose ES is "),
         TYPES("jmp_fs", BY_JMP, FS, "far JMP to a task whose FS is "), TYPES("jmp_gs", BY_JMP, GS, "far JMP to a task whose GS is "),
         TYPES("call_ds", BY_CALL, DS, "far CALL to a task whose DS is "), TYPES("int_ds", BY_INT, DS, "INT n to a task whose DS is "),
         TYPES("iret_ds", BY_IRET, DS, "IRET with NT=1 to a task whose DS is "));
