/* INT 5 reaches the handler of #BR, but it is no fault: the saved RIP is the next instruction's, and RF is 0. */
#include <case.h>

CASE(.about = "INT 5 at CPL 0", .spec = "SDM 2A \"INT n/INTO/INT3/INT1-Call to Interrupt Procedure\"", .id = "br-int5", .vector = VEC_BR,
     .error = NO_ERROR, .saved_rip = AFTER);

void run(void)
{
    FAULT("int 5");
}
