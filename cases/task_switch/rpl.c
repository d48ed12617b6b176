/*
 * The error code of a task switch's exception has the selector's index and TI, not its RPL (SDM 3A "Error Code"): each selector that is read on the
 * way, with an RPL that isn't 0. Those that name a TSS fail in the old task, the new task's own in the new one, whose handler is a third.
 */
#include <case32.h>

enum defect { LOCAL, BEYOND, TYPE, DATA, BUSY, NOT_PRESENT, SHORT, CONFORMING };
enum segment { LDT, CS, SS, DS };

/* A TSS of DPL 3 by a selector with RPL 3. BUSY: as this way must not find it. */
static void tss_of_way(void)
{
    enum task_switch way = (enum task_switch)ARG0;
    struct task *task = add_task_to_switch_to(way, false);
    bool is_busy = (way == BY_IRET) == (ARG1 != BUSY);
    struct descriptor d = {.type = is_busy ? SYSTEM_TSS_BUSY : SYSTEM_TSS_AVAILABLE, .dpl = 3, .limit = sizeof(struct tss32) - 1};
    uint16_t selector = task->selector;

    if (ARG1 == TYPE)
        d.type = SYSTEM_LDT;
    if (ARG1 == DATA)
        d.type = DATA_WRITABLE;
    d.not_present = ARG1 == NOT_PRESENT;
    d.limit -= ARG1 == SHORT;
    set_task_descriptor(task, d);
    if (ARG1 == BEYOND)
        lgdt((uintptr_t)gdt, selector + 6);
    if (ARG1 == LOCAL)
        selector = local_selector(selector);
    switch_task(way, selector | 3u);
}

static struct descriptor shape(enum segment segment)
{
    struct descriptor d = {.type = DATA_WRITABLE, .dpl = 3, .limit = 0xfffff, .g = true, .d = true, .not_present = ARG1 == NOT_PRESENT};

    if (segment == LDT)
        d = (struct descriptor){.type = SYSTEM_LDT, .base = (uintptr_t)gdt, .limit = GDT_LIMIT, .not_present = ARG1 == NOT_PRESENT};
    if (segment == CS)
        d.type = CODE_READABLE;
    if (ARG1 == CONFORMING)
        d.type = CODE_CONFORMING;
    if (ARG1 == TYPE)
        d.type = segment == LDT ? SYSTEM_TSS_AVAILABLE : segment == CS ? DATA_WRITABLE : segment == SS ? DATA_READ_ONLY : CODE_EXECUTE_ONLY;
    return d;
}

/* The new task is at CPL 3, of conforming code at CPL 1. */
static void selector_of_task(void)
{
    enum segment segment = (enum segment)ARG0;
    struct task *task = add_task_to_switch_to(BY_INT, false);
    uint64_t d = encode_descriptor(shape(segment));
    uint16_t selector;

    set_task_gate((unsigned)current_case->vector, add_task("handler"));
    if (current_case->vector == VEC_SS)
        set_task_gate(VEC_NP, add_task("other_handler")); /* in case that it comes instead: SS is good for no frame */
    selector = ARG1 == BEYOND ? add_descriptor_beyond("defect", d) : add_descriptor("defect", d);
    if (ARG1 == LOCAL)
        selector = local_selector(selector);
    selector |= ARG1 == CONFORMING ? 1 : 3; /* below its DPL */
    user_may_run_program();
    task->tss.cs = SEL_USER_CODE;
    task->tss.ss = ARG1 == CONFORMING ? SEL_RING1_DATA : SEL_USER_DATA;
    if (segment == LDT)
        task->tss.ldt = selector;
    if (segment == CS)
        task->tss.cs = selector;
    if (segment == SS)
        task->tss.ss = selector;
    if (segment == DS)
        task->tss.ds = selector;
    switch_task(BY_INT, task->selector);
}

#define SPEC "SDM 3A \"Error Code\"; SDM 3A \"Task Switching\", table \"Exception Conditions Checked During a Task Switch\""
#define ROW(name_, run_, arg0_, defect_, vector_, error_, rip_, about_)                                                                     \
    {                                                                                                                                       \
        VARIANT, .name = name_, .about = about_, .spec = SPEC, .vector = vector_, .error = error_, .saved_rip = rip_, .run = run_, .arg = { \
            arg0_,                                                                                                                          \
            defect_                                                                                                                         \
        }                                                                                                                                   \
    }

#define EXT(way) ((way) == BY_UD)
#define TSS(way) (SEL_FREE + 8 * ((way) == BY_JMP_GATE || (way) == BY_CALL_GATE)) /* behind the gate */
#define INVALID(way) ((way) == BY_IRET ? VEC_TS : VEC_GP)
#define OF_WAY(name, way, about)                                                                                                                \
    ROW(name "_local", tss_of_way, way, LOCAL, INVALID(way), TSS(way) | SELECTOR_TI | EXT(way), AT_FAULT, about ", RPL 3 and TI=1"),            \
        ROW(name "_beyond", tss_of_way, way, BEYOND, INVALID(way), TSS(way) | EXT(way), AT_FAULT, about ", RPL 3, beyond the GDT"),             \
        ROW(name "_not_available", tss_of_way, way, BUSY, INVALID(way), TSS(way) | EXT(way), AT_FAULT, about ", RPL 3, busy, or not for IRET"), \
        ROW(name "_not_present", tss_of_way, way, NOT_PRESENT, VEC_NP, TSS(way) | EXT(way), AT_FAULT, about ", RPL 3, P=0"),                    \
        ROW(name "_limit", tss_of_way, way, SHORT, VEC_TS, TSS(way) | EXT(way), AT_FAULT, about ", RPL 3, with a limit of 66H")
#define NO_TSS(name, way, about)                                                                                    \
    ROW(name "_type", tss_of_way, way, TYPE, INVALID(way), TSS(way) | EXT(way), AT_FAULT, about ", RPL 3, an LDT"), \
        ROW(name "_data", tss_of_way, way, DATA, INVALID(way), TSS(way) | EXT(way), AT_FAULT, about ", RPL 3, a data segment")

#define NEW (SEL_FREE + 16) /* behind the two tasks */
#define OF_TASK(name, segment, local_, np_, about)                                                                                           \
    ROW(name "_local", selector_of_task, segment, LOCAL, VEC_TS, local_, "entry", "the new task's " about " with RPL 3 and TI=1"),           \
        ROW(name "_beyond", selector_of_task, segment, BEYOND, VEC_TS, NEW, "entry", "the new task's " about " with RPL 3, beyond the GDT"), \
        ROW(name "_type", selector_of_task, segment, TYPE, VEC_TS, NEW, "entry", "the new task's " about " with RPL 3, of a wrong type"),    \
        ROW(name "_not_present", selector_of_task, segment, NOT_PRESENT, np_, NEW + ((np_) == VEC_SS ? 8 : 0), "entry",                      \
            "the new task's " about " with RPL 3 and P=0")

VARIANTS(OF_WAY("jmp", BY_JMP, "far JMP to a TSS"), OF_WAY("call", BY_CALL, "far CALL to a TSS"),
         OF_WAY("jmp_gate", BY_JMP_GATE, "far JMP through a task gate to a TSS"),
         NO_TSS("jmp_gate", BY_JMP_GATE, "far JMP through a task gate to a TSS"),
         OF_WAY("call_gate", BY_CALL_GATE, "far CALL through a task gate to a TSS"),
         NO_TSS("call_gate", BY_CALL_GATE, "far CALL through a task gate to a TSS"), OF_WAY("int", BY_INT, "INT n to a TSS"),
         NO_TSS("int", BY_INT, "INT n to a TSS"), OF_WAY("iret", BY_IRET, "IRET with NT=1 to a TSS"),
         NO_TSS("iret", BY_IRET, "IRET with NT=1 to a TSS"), OF_WAY("ud", BY_UD, "#UD to a TSS"), NO_TSS("ud", BY_UD, "#UD to a TSS"),
         OF_TASK("ldt", LDT, NEW | SELECTOR_TI, VEC_TS, "LDT selector"), OF_TASK("cs", CS, NEW | SELECTOR_TI, VEC_NP, "CS"),
         ROW("cs_conforming", selector_of_task, CS, CONFORMING, VEC_TS, NEW, "entry", "the new task's CS is conforming with DPL 3, RPL 1"),
         OF_TASK("ss", SS, NEW | SELECTOR_TI, VEC_SS, "SS"), OF_TASK("ds", DS, NEW | SELECTOR_TI, VEC_NP, "DS"));
