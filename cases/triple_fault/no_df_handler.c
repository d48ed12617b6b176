/* A page fault without a handler is #DF; without a handler for that too the processor shuts down. */
#include <case.h>

CASE(.about = "load from a not-present page at CPL 0, the gates of #PF and #DF are zeros",
     .spec = "SDM 3A \"Interrupt 8-Double Fault Exception (#DF)\"", .vector = SHUTDOWN);

void run(void)
{
    *gate_of(VEC_PF) = (struct gate){0};
    *gate_of(VEC_DF) = (struct gate){0};
    start.rbx = map_page("victim", 0);
    FAULT("mov rax, [rbx]");
}
