/*
 * What ends exactly at a limit is within it: the new task's EIP is its code segment's last byte, the descriptor of the new TSS, or of its LDT, is the
 * GDT's last one.
 */
#include <case32.h>

enum edge { EIP, LDT, TSS };

/* INT3 is one byte. */
static uint16_t code_up_to_entry(struct task *task)
{
    struct descriptor d = {.type = CODE_READABLE, .d = true, .base = 0x100000 - PAGE_SIZE};

    d.limit = recorded_label("entry") - d.base;
    task->tss.eip = d.limit;
    return add_descriptor("short_code", encode_descriptor(d));
}

/* ARG0: the way; ARG1: what ends at a limit. */
static void run(void)
{
    enum task_switch way = (enum task_switch)ARG0;
    struct task *task = add_task_to_switch_to(way, false);
    uint16_t last = task->selector;

    if (ARG1 == EIP)
        task->tss.cs = code_up_to_entry(task);
    if (ARG1 == LDT) {
        last = add_descriptor("ldt", encode_descriptor((struct descriptor){.type = SYSTEM_LDT, .base = (uintptr_t)gdt, .limit = GDT_LIMIT}));
        task->tss.ldt = last;
    }
    if (ARG1 != EIP)
        lgdt((uintptr_t)gdt, last | 7);
    switch_task(way, task->selector);
}

#define ROW(name_, way_, edge_, about_)                                                                                                         \
    {                                                                                                                                           \
        VARIANT, .name = name_, .about = about_, .spec = "SDM 3A \"Task Switching\"", .vector = VEC_BP, .error = NO_ERROR, .saved_rip = "stop", \
                 .run = run, .arg = {                                                                                                           \
                     way_,                                                                                                                      \
                     edge_                                                                                                                      \
                 }                                                                                                                              \
    }
#define EACH(name, way, about)                                                                 \
    ROW("eip_" name, way, EIP, about " to a task whose EIP is the limit of its CS"),           \
        ROW("ldt_" name, way, LDT, about " to a task whose LDT is the GDT's last descriptor"), \
        ROW("tss_" name, way, TSS, about " to a task whose TSS is the GDT's last descriptor")
VARIANTS(EACH("jmp", BY_JMP, "far JMP"), EACH("call", BY_CALL, "far CALL"), EACH("int", BY_INT, "INT n"), EACH("iret", BY_IRET, "IRET with NT=1"),
         EACH("ud", BY_UD, "#UD"));
