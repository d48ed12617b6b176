/* CR3 comes from a 32-bit TSS with every switch and is saved in none; a 16-bit TSS has no CR3, and it stays (SDM 3A "Task Switching", "Task Address
 * Space"). */
#include <case32.h>

/* ARG0: the way. Both tasks have the victim's page, or the old one only; its translation may be cached. */
static struct task *with_victim(bool is_16bit, uintptr_t *victim)
{
    struct task *task = add_task_to_switch_to((enum task_switch)ARG0, is_16bit);

    *victim = map_page("victim", PAGE_PRESENT | PAGE_WRITE);
    *(volatile uint32_t *)*victim = 0;
    return task;
}

static uint32_t *directory_without(uintptr_t page)
{
    uint32_t *directory = copy_page_directory();

    directory[page >> 22] = 0;
    return directory;
}

static void other_cr3(void)
{
    uintptr_t victim;
    struct task *task = with_victim(false, &victim);

    set_task_program(task, ASSEMBLE(MARK(first) "mov dword ptr [esi], 1\n" MARK(second)));
    task->tss.esi = victim;
    task->tss.cr3 = (uintptr_t)directory_without(victim);
    switch_task((enum task_switch)ARG0, task->selector);
}

/* The page is there again where the new task has come back to the old one. */
static void cr3_and_back(void)
{
    uintptr_t victim;
    struct task *task = with_victim(false, &victim);
    uint32_t *pointer = frame_of(start.ebx = map_page("call_pointer", PAGE_PRESENT));

    set_task_program(task, ASSEMBLE(MARK(first) "iretd\n" MARK(second)));
    task->tss.cr3 = (uintptr_t)directory_without(victim);
    set_task_gate(0x40, task);
    pointer[1] = task->selector;
    start.esi = victim;
    if (ARG0 == BY_INT)
        PROGRAM("int 0x40\n" MARK(after) "mov dword ptr [esi], 1\n" MARK(done));
    else
        PROGRAM("call fword ptr [ebx]\n" MARK(after) "mov dword ptr [esi], 1\n" MARK(done));
}

/* The old task's own TSS names another directory, which is of no account until somebody switches to it. */
static void kept_by_16(void)
{
    uintptr_t victim;
    struct task *task = with_victim(true, &victim);

    set_task_program(task, ASSEMBLE(MARK(first) "mov byte ptr [0x60000000], 1\nint3\n" MARK(stop_16)));
    map_page_at("low_victim", 0x60000000, PAGE_PRESENT | PAGE_WRITE);
    tss.cr3 = (uintptr_t)directory_without(0x60000000);
    switch_task((enum task_switch)ARG0, task->selector);
}

#define ROW(name_, run_, way_, vector_, error_, rip_, about_)                                                                                     \
    {                                                                                                                                             \
        VARIANT, .name = name_, .about = about_, .spec = "SDM 3A \"Task Switching\", \"Task Address Space\"", .vector = vector_, .error = error_, \
                 .saved_rip = rip_, .run = run_, .arg = {                                                                                         \
                     way_                                                                                                                         \
                 }                                                                                                                                \
    }
#define EACH(name, way, about)                                                                                \
    ROW(name, other_cr3, way, VEC_PF, PF_W, "first", about " to a task without a page that the old one has"), \
        ROW(name "_16", kept_by_16, way, VEC_BP, NO_ERROR, "stop_16", about " to a 16-bit TSS")
VARIANTS(EACH("jmp", BY_JMP, "far JMP"), EACH("call", BY_CALL, "far CALL"), EACH("int", BY_INT, "INT n"), EACH("iret", BY_IRET, "IRET with NT=1"),
         EACH("ud", BY_UD, "#UD"),
         ROW("int_back", cr3_and_back, BY_INT, NO_EXCEPTION, 0, "", "INT n to a task without a page, and back to who has it"),
         ROW("call_back", cr3_and_back, BY_CALL, NO_EXCEPTION, 0, "", "far CALL to a task without a page, and back to who has it"));
