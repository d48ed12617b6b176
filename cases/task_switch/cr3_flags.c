/* A task switch loads all of CR3, PWT and PCD too, where nothing else of it changes. INT3 in the new task shows it. */
#include <case32.h>

#define PWT (1u << 3)
#define PCD (1u << 4)

static void run(void)
{
    enum task_switch way = (enum task_switch)ARG0;
    struct task *task = add_task_to_switch_to(way, false);

    task->tss.cr3 |= PWT | PCD;
    switch_task(way, task->selector);
}

#define ROW(name_, way, about_)                                                                                                                     \
    {                                                                                                                                               \
        VARIANT, .name = name_, .about = about_ " to a TSS whose CR3 has PWT and PCD", .spec = "SDM 3A \"Task Switching\", \"Task Address Space\"", \
                 .vector = VEC_BP, .error = NO_ERROR, .saved_rip = "stop", .run = run, .arg = {                                                     \
                     way                                                                                                                            \
                 }                                                                                                                                  \
    }
VARIANTS(ROW("jmp", BY_JMP, "far JMP"), ROW("call", BY_CALL, "far CALL"), ROW("int", BY_INT, "INT n"), ROW("iret", BY_IRET, "IRET with NT=1"),
         ROW("ud", BY_UD, "#UD"));
