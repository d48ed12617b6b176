#include <case.h>

CASE(.about = "BOUND with an index below the lower bound, in compatibility mode at CPL 0",
     .spec = "SDM 2A \"BOUND-Check Array Index Against Bounds\"", .env = COMPAT32, .vector = VEC_BR, .error = NO_ERROR, .saved_rip = AT_FAULT);

void run(void)
{
    start.rbx = map_page("bounds", PAGE_PRESENT | PAGE_WRITE);
    ((uint32_t *)start.rbx)[0] = 10;
    ((uint32_t *)start.rbx)[1] = 20;
    start.rax = 9;
    in_compat_kernel();
    FAULT32("bound eax, [ebx]");
}
