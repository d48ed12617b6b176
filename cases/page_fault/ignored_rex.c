/*
 * A REX prefix that another prefix follows is ignored: here REX.B, which would make R11 of RBX.
 */
#include <case.h>

/* ARG0: the bytes. RBX is a page that is missing, R11 none. */
static void run(void)
{
    uintptr_t code = map_page("code", PAGE_PRESENT | PAGE_USER);

    *(uint64_t *)frame_of(code) = ARG0;
    start.rbx = map_page("victim", 0);
    start.fs_base = start.gs_base = 0;
    in_user_mode();
    start.rip = code;
    PROGRAM("");
}

#define BYTES(a, b, c, d, e, f, g, h, ...)                                                                                        \
    ((uint64_t)(a) | (uint64_t)(b) << 8 | (uint64_t)(c) << 16 | (uint64_t)(d) << 24 | (uint64_t)(e) << 32 | (uint64_t)(f) << 40 | \
     (uint64_t)(g) << 48 | (uint64_t)(h) << 56)
#define CODE(...) BYTES(__VA_ARGS__, 0xcc, 0xcc, 0xcc, 0xcc, 0xcc, 0xcc, 0xcc)
#define SPEC "SDM 2A \"REX Prefixes\""
#define ROW(name_, about_, error_, ...)                                                                                                     \
    {                                                                                                                                       \
        VARIANT, .name = name_, .about = about_, .spec = SPEC, .vector = VEC_PF, .error = error_, .saved_rip = "code", .run = run, .arg = { \
            CODE(__VA_ARGS__)                                                                                                               \
        }                                                                                                                                   \
    }
#define REACHES(name, about, ...) ROW(name, about, PF_U, __VA_ARGS__)

VARIANTS(REACHES("b_66", "REX.B, then 66", 0x41, 0x66, 0x8b, 0x03), REACHES("b_f2", "REX.B, then F2", 0x41, 0xf2, 0x8b, 0x03),
         REACHES("b_f3", "REX.B, then F3", 0x41, 0xf3, 0x8b, 0x03), REACHES("b_26", "REX.B, then ES", 0x41, 0x26, 0x8b, 0x03),
         REACHES("b_2e", "REX.B, then CS", 0x41, 0x2e, 0x8b, 0x03), REACHES("b_36", "REX.B, then SS", 0x41, 0x36, 0x8b, 0x03),
         REACHES("b_3e", "REX.B, then DS", 0x41, 0x3e, 0x8b, 0x03), REACHES("b_64", "REX.B, then FS", 0x41, 0x64, 0x8b, 0x03),
         REACHES("b_65", "REX.B, then GS", 0x41, 0x65, 0x8b, 0x03), REACHES("b_67", "REX.B, then 67", 0x41, 0x67, 0x8b, 0x03),
         ROW("b_f0", "REX.B, then LOCK", PF_W | PF_U, 0x41, 0xf0, 0x01, 0x03), REACHES("b_rex", "REX.B, then REX.W", 0x41, 0x48, 0x8b, 0x03),
         REACHES("b_0f", "REX.B, then 66, before an opcode of two bytes", 0x41, 0x66, 0x0f, 0xb6, 0x03),
         REACHES("b_66_w", "REX.B, then 66, then REX.W", 0x41, 0x66, 0x48, 0x8b, 0x03));
