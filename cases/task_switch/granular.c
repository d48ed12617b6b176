/* G=1 counts the limit of a TSS's descriptor in pages: a limit of 0 is enough. INT3 in the new task shows it. */
#include <case32.h>

static void run(void)
{
    enum task_switch way = (enum task_switch)ARG0;
    struct task *task = add_task_to_switch_to(way, ARG1);
    struct descriptor d = {.limit = 0, .g = true};

    if (ARG1)
        d.type = way == BY_IRET ? SYSTEM_TSS16_BUSY : SYSTEM_TSS16_AVAILABLE;
    else
        d.type = way == BY_IRET ? SYSTEM_TSS_BUSY : SYSTEM_TSS_AVAILABLE;
    set_task_descriptor(task, d);
    switch_task(way, task->selector);
}

#define ROW(name_, way, is_16bit, about_)                                                                                                       \
    {                                                                                                                                           \
        VARIANT, .name = name_, .about = about_ " whose descriptor has limit 0 and G=1", .spec = "SDM 3A \"TSS Descriptor\"", .vector = VEC_BP, \
                 .error = NO_ERROR, .saved_rip = "stop", .run = run, .arg = {                                                                   \
                     way,                                                                                                                       \
                     is_16bit                                                                                                                   \
                 }                                                                                                                              \
    }
VARIANTS(ROW("jmp", BY_JMP, 0, "far JMP to a TSS"), ROW("call", BY_CALL, 0, "far CALL to a TSS"), ROW("int", BY_INT, 0, "INT n to a TSS"),
         ROW("iret", BY_IRET, 0, "IRET with NT=1 to a TSS"), ROW("ud", BY_UD, 0, "#UD to a TSS"), ROW("jmp16", BY_JMP, 1, "far JMP to a 16-bit TSS"),
         ROW("int16", BY_INT, 1, "INT n to a 16-bit TSS"));
