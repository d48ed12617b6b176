/* A handler of #DF gets an error code and doesn't return: there is nowhere to return to. It goes to the program's end. */
#include <case.h>

CASE(.about = "DIV by zero at CPL 0 with a #DE gate that isn't present: #DF, handler in C",
     .spec = "SDM 3A \"Interrupt 8-Double Fault Exception (#DF)\"", .id = "resume-df-noreturn", .vector = NO_EXCEPTION);

__attribute__((interrupt)) static void never_return(struct abort_frame *frame, uint64_t error)
{
    note("error", error);
    note("rsp", (uintptr_t)frame);
    __asm__ volatile("jmp program_end");
}

void run(void)
{
    set_gate(VEC_DE, .not_present = true);
    set_handler(&idt.double_fault, never_return, .ist = 3);
    start.rbx = 0;
    FAULT("div ebx");
}
