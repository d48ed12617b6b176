/* INT3 can't be locked. */
#include <case.h>

static void int3(void)
{
    FAULT(".byte 0xf0, 0xcc");
}

static void two_bytes(void)
{
    FAULT(".byte 0xf0, 0xcd, 3");
}

VARIANTS({VARIANT, .name = "int3", .about = "LOCK INT3 (F0 CC) at CPL 0", .spec = "SDM 2A \"INT n/INTO/INT3/INT1-Call to Interrupt Procedure\"",
          .id = "bp-lock-int3", .vector = VEC_UD, .error = NO_ERROR, .saved_rip = AT_FAULT, .run = int3},
         {VARIANT, .name = "two_bytes", .about = "LOCK INT 3 (F0 CD 03) at CPL 0",
          .spec = "SDM 2A \"INT n/INTO/INT3/INT1-Call to Interrupt Procedure\"", .vector = VEC_UD, .error = NO_ERROR, .saved_rip = AT_FAULT,
          .run = two_bytes});
