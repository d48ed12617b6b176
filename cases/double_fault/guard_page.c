/* A PUSH runs into the guard page below the stack; the page fault can't be delivered on that stack either. */
#include <case.h>

CASE(.about = "PUSH at CPL 0 into the guard page below the kernel stack, #PF without IST",
     .spec = "SDM 3A \"Interrupt 8-Double Fault Exception (#DF)\"", .vector = VEC_DF, .error = 0, .saved_rip = UNDEFINED);

void run(void)
{
    set_gate(VEC_DF, .ist = 1);
    start.rsp = stack_base(STACK_KERNEL);
    FAULT("push rax");
}
