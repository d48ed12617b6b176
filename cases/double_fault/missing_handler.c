/* A page fault whose gate was never written: a gate of zeros is #GP, and #GP on the way to #PF is #DF. */
#include <case.h>

CASE(.about = "load from a not-present page at CPL 0, the gate of #PF is zeros", .spec = "SDM 3A \"Interrupt 8-Double Fault Exception (#DF)\"",
     .vector = VEC_DF, .error = 0, .saved_rip = UNDEFINED);

void run(void)
{
    *gate_of(VEC_PF) = (struct gate){0};
    start.rbx = map_page("victim", 0);
    FAULT("mov rax, [rbx]");
}
