#include <case.h>

CASE(.about = "CPL-3 store to a present read-only user page", .spec = "SDM 3A \"Page-Fault Exceptions\"", .vector = VEC_PF,
     .error = PF_P | PF_W | PF_U, .saved_rip = AT_FAULT);

void run(void)
{
    in_user_mode();
    start.rbx = map_page("victim", PAGE_PRESENT | PAGE_USER);
    FAULT("mov dword ptr [rbx], 1");
}
