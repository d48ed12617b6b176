/* As privilege_switch, for a fault with an error code: six words, so RSP0 - 48. */
#include <case.h>

CASE(.about = "HLT at CPL 3: #GP(0), the frame on the stack of RSP0", .spec = "SDM 3A \"Stack Switching in IA-32e Mode\"", .vector = VEC_GP,
     .error = 0, .saved_rip = AT_FAULT);

void run(void)
{
    in_user_mode();
    record_memory("user_stack", (void *)(stack_top(STACK_USER) - 128), 160);
    FAULT("hlt");
}
