/* INTO doesn't exist in 64-bit mode, whatever OF is. */
#include <case.h>

static void set(void)
{
    FAULT(".byte 0xce");
}

static void clear(void)
{
    start.rflags &= ~RFLAGS_OF;
    FAULT(".byte 0xce");
}

static void user(void)
{
    in_user_mode();
    FAULT(".byte 0xce");
}

#define ROW(name_, run_, id_, about_)                                                                                                                \
    {                                                                                                                                                \
        VARIANT, .name = name_, .about = about_, .spec = "SDM 2A \"INT n/INTO/INT3/INT1-Call to Interrupt Procedure\"", .id = id_, .vector = VEC_UD, \
                 .error = NO_ERROR, .saved_rip = AT_FAULT, .run = run_                                                                               \
    }

VARIANTS(ROW("of_1", set, "of-into-long64", "INTO (CE) in 64-bit mode at CPL 0 with OF=1"),
         ROW("of_0", clear, "", "INTO (CE) in 64-bit mode at CPL 0 with OF=0"), ROW("user", user, "", "INTO (CE) in 64-bit mode at CPL 3 with OF=1"));
