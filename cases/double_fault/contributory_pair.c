/* #DE, then #NP since the gate of #DE isn't present: two contributory exceptions make #DF. */
#include <case.h>

CASE(.about = "DIV by 0 at CPL 0, the gate of #DE isn't present", .spec = "SDM 3A \"Interrupt 8-Double Fault Exception (#DF)\"", .vector = VEC_DF,
     .error = 0, .saved_rip = UNDEFINED);

void run(void)
{
    set_gate(VEC_DE, .not_present = true);
    start.rbx = 0;
    FAULT("div rbx");
}
