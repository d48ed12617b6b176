/* A task switch loads CR3 from the new TSS: what isn't there faults in the new task, what is there doesn't. */
#include <case32.h>

CASE(.about = "JMP to a task whose page directory lacks a page that the old one has", .spec = "SDM 3A \"Task Switching\", \"Task Address Space\"",
     .vector = VEC_PF, .error = PF_W, .saved_rip = AT_FAULT);
void run(void)
{
    struct task *other = add_task("other");
    uintptr_t victim = map_page("victim", PAGE_PRESENT | PAGE_WRITE);
    uint32_t *directory = copy_page_directory();
    uint32_t *pointer = frame_of(map_page_at("pointer", 0x50000000, PAGE_PRESENT));

    set_task_program(other, ASSEMBLE(MARK(fault) "mov dword ptr [ebx], 1\n" MARK(stop)));
    directory[victim >> 22] = 0;
    other->tss.cr3 = (uintptr_t)directory;
    other->tss.ebx = victim;
    pointer[1] = other->selector;
    start.ebx = 0x50000000;
    start.edi = victim;
    PROGRAM("mov dword ptr [edi], 2\njmp fword ptr [ebx]\n" MARK(after));
}
