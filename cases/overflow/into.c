#include <case.h>

CASE(.about = "INTO with OF=1 in compatibility mode at CPL 3", .spec = "SDM 2A \"INT n/INTO/INT3/INT1-Call to Interrupt Procedure\"", .env = COMPAT32,
     .vector = VEC_OF, .error = NO_ERROR, .saved_rip = AFTER);

void run(void)
{
    set_gate(VEC_OF, .dpl = 3);
    in_compat_user();
    FAULT32("into");
}
