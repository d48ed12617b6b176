/*
 * With paging off the new TSS's CR3 is read but not loaded (SDM 3A "Task Switching", step 12): paging that the new task turns on has the old task's
 * directory, and with CR4.PAE=1 the pointers that the old task's CR3 refers to: those of the new TSS, which have reserved bits, are loaded at no
 * time.
 */
#include <case32.h>

#define NO_PAGING "mov cr0, edi\n"

/* ARG0: the way; ARG1: PAE. The directory of the new TSS lacks the victim. */
static void run(void)
{
    static uint32_t pointer[2];
    static uint64_t __attribute__((aligned(32))) pointers[4] = {~0ull, ~0ull, ~0ull, ~0ull};
    struct task *task = add_task_to_switch_to((enum task_switch)ARG0, false);
    uintptr_t victim = map_page("victim", PAGE_PRESENT | PAGE_WRITE);
    uint32_t *directory = copy_page_directory();

    directory[victim >> 22] = 0;
    if (ARG1)
        enter_pae_paging();
    set_task_program(task, ASSEMBLE(MARK(first) "mov cr0, eax\nmov dword ptr [esi], 1\n" MARK(paged) "ud2\n" MARK(behind)));
    task->tss.cr3 = ARG1 ? (uintptr_t)pointers : (uintptr_t)directory;
    task->tss.eax = read_cr0();
    task->tss.esi = victim;
    pointer[1] = task->selector;
    start.ebx = (uintptr_t)pointer;
    name_place("pointer", start.ebx, sizeof(pointer));
    name_place("old_directory", read_cr3(), 0x1000);
    start.edi = read_cr0() & ~CR0_PG;
    record_memory("victim", frame_of(victim), 4);
    switch ((enum task_switch)ARG0) {
    case BY_JMP:
        PROGRAM(NO_PAGING MARK(fault) "jmp fword ptr [ebx]\n" MARK(after));
        break;
    case BY_CALL:
        PROGRAM(NO_PAGING MARK(fault) "call fword ptr [ebx]\n" MARK(after));
        break;
    case BY_INT:
        set_task_gate(0x40, task);
        PROGRAM(NO_PAGING MARK(fault) "int 0x40\n" MARK(after));
        break;
    case BY_IRET:
        tss.link = task->selector;
        start.eflags |= EFLAGS_NT;
        PROGRAM(NO_PAGING MARK(fault) "iretd\n" MARK(after));
        break;
    default:
        set_task_gate(VEC_BP, task);
        PROGRAM(NO_PAGING MARK(fault) "int3\n" MARK(after));
    }
}

#define ROW(name_, way_, pae, about_, needs_)                                                                                                    \
    {                                                                                                                                            \
        VARIANT, .name = name_, .about = about_, .spec = "SDM 3A \"Task Switching\"", .vector = VEC_UD, .error = NO_ERROR, .saved_rip = "paged", \
                 .needs = needs_, .run = run, .arg = {                                                                                           \
                     way_,                                                                                                                       \
                     pae                                                                                                                         \
                 }                                                                                                                               \
    }
#define BOTH(name, way, about) ROW(name, way, 0, about " with CR0.PG=0", NULL), ROW("pae_" name, way, 1, about " with CR0.PG=0 and CR4.PAE=1", "pae")
VARIANTS(BOTH("jmp", BY_JMP, "far JMP to a TSS"), BOTH("call", BY_CALL, "far CALL to a TSS"), BOTH("int", BY_INT, "INT n through a task gate"),
         BOTH("int3", BY_UD, "INT3 through a task gate"), BOTH("iret", BY_IRET, "IRET with NT=1"));
