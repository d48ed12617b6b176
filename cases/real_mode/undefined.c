#include <case16.h>
CASE(.about = "UD2 in real mode", .spec = "SDM 3B \"Exceptions and Interrupts in Real-Address Mode\"", .vector = VEC_UD, .error = NO_ERROR,
     .saved_rip = AT_FAULT);
void run(void)
{
    FAULT("ud2");
}
