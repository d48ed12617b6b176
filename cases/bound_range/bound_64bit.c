/* BOUND doesn't exist in 64-bit mode: 62 is EVEX there, and what follows here is no valid EVEX prefix (mmm is 0). */
#include <case.h>

CASE(.about = "62 C0, in 64-bit mode at CPL 0", .spec = "SDM 2A \"BOUND-Check Array Index Against Bounds\"", .id = "br-bound-long64",
     .vector = VEC_UD, .error = NO_ERROR, .saved_rip = AT_FAULT);

void run(void)
{
    FAULT(".byte 0x62, 0xc0, 0x90, 0x90, 0x90, 0x90");
}
