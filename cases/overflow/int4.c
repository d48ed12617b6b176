/* INT 4 reaches the handler of #OF whatever OF is, in 64-bit mode too. */
#include <case.h>

static void set(void)
{
    FAULT("int 4");
}

static void clear(void)
{
    start.rflags &= ~RFLAGS_OF;
    FAULT("int 4");
}

VARIANTS({VARIANT, .name = "of_1", .about = "INT 4 at CPL 0 with OF=1", .spec = "SDM 2A \"INT n/INTO/INT3/INT1-Call to Interrupt Procedure\"",
          .id = "of-int4-long64", .vector = VEC_OF, .error = NO_ERROR, .saved_rip = AFTER, .run = set},
         {VARIANT, .name = "of_0", .about = "INT 4 at CPL 0 with OF=0", .spec = "SDM 2A \"INT n/INTO/INT3/INT1-Call to Interrupt Procedure\"",
          .vector = VEC_OF, .error = NO_ERROR, .saved_rip = AFTER, .run = clear});
