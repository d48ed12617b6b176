/*
 * In 64-bit mode 62H is no BOUND, with an operand in memory either, whether the index is within its bounds or not: it begins an EVEX prefix, and this
 * one isn't valid.
 */
#include <case.h>

/* ARG0: the index. The bounds are 2 and 5. */
static void run(void)
{
    uint32_t *bounds = frame_of(start.rbx = map_page("bounds", PAGE_PRESENT | PAGE_USER));

    bounds[0] = 2;
    bounds[1] = 5;
    start.rax = ARG0;
    if (ARG1)
        in_user_mode();
    FAULT(".byte 0x62, 0x03, 0x90, 0x90, 0x90, 0x90");
}

#define ROW(name_, index_, user_, about_)                                                                                                 \
    {                                                                                                                                     \
        VARIANT, .name = name_, .about = "62H with an operand in memory in 64-bit mode: " about_,                                         \
                 .spec = "SDM 2A \"BOUND-Check Array Index Against Bounds\"", .vector = VEC_UD, .error = NO_ERROR, .saved_rip = AT_FAULT, \
                 .run = run, .arg = {                                                                                                     \
                     index_,                                                                                                              \
                     user_                                                                                                                \
                 }                                                                                                                        \
    }
VARIANTS(ROW("within", 3, false, "EAX within its bounds"), ROW("beyond", 6, false, "EAX above them"), ROW("below", 1, false, "EAX below them"),
         ROW("user", 3, true, "EAX within its bounds, at CPL 3"));
