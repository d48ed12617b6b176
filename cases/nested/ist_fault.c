/*
 * A page fault inside the page-fault handler on an IST stack: the second frame overwrites the first, whose RIP and
 * error code are lost. It is no double fault, since the first was delivered.
 */
#include <case.h>

CASE(.about = "load from a not-present page in the handler of #PF, gate IST=1, at CPL 0", .spec = "SDM 3A \"Interrupt Stack Table\"",
     .id = "ist-reuse-fault-overwrites", .vector = VEC_PF, .error = PF_W, .saved_rip = AT_FAULT, .resumes = 1);

/* The same program runs in both handlers: in the second one, RBX is RCX already. */
void run(void)
{
    start.rbx = map_page("first", PAGE_WRITE);
    start.rcx = map_page("second", PAGE_WRITE);
    set_gate(VEC_PF, .ist = 1);
    on_exception_run(VEC_PF, HANDLER("cmp rbx, rcx\nje program_end\nmov rbx, rcx\n" MARK(inner) "mov eax, [rbx]\n"));
    FAULT("mov [rbx], eax");
}
