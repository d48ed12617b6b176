/*
 * In 64-bit mode CS, DS, ES and SS prefixes are null prefixes: they neither name a segment nor take one away. FS or GS before or behind one of them
 * is still the segment, which CR2 shows, since only the base of FS leads to the page here, or only that of GS.
 */
#include <case.h>

#define BASE 0x7000

/* ARG0: the bytes of a load of EAX by RBX, or of LODSB or XLATB, ARG1: whether it is GS. */
static void run(void)
{
    uintptr_t code = map_page("code", PAGE_PRESENT | PAGE_USER);
    uintptr_t page = map_page("victim", 0);

    *(uint64_t *)frame_of(code) = ARG0;
    start.rbx = start.rsi = page - BASE + 0x10;
    start.rax = 0;
    *(ARG1 ? &start.gs_base : &start.fs_base) = BASE;
    in_user_mode();
    start.rip = code;
    PROGRAM("");
}

#define BYTES(a, b, c, d, e, ...) ((uint64_t)(a) | (uint64_t)(b) << 8 | (uint64_t)(c) << 16 | (uint64_t)(d) << 24 | (uint64_t)(e) << 32)
#define CODE(...) BYTES(__VA_ARGS__, 0xcc, 0xcc, 0xcc, 0xcc)
#define SPEC "APM 3 \"Segment-Override Prefixes\"; SDM 1 \"Segmentation in 64-Bit Mode\""
#define ROW(name_, about_, gs, ...)                                                                                                       \
    {                                                                                                                                     \
        VARIANT, .name = name_, .about = about_, .spec = SPEC, .vector = VEC_PF, .error = PF_U, .saved_rip = "code", .run = run, .arg = { \
            CODE(__VA_ARGS__),                                                                                                            \
            gs                                                                                                                            \
        }                                                                                                                                 \
    }
#define BOTH(name, about, prefix)                                                    \
    ROW("fs_" name, "FS, then a prefix " about, 0, 0x64, prefix, 0x8b, 0x03),        \
        ROW(name "_fs", "a prefix " about ", then FS", 0, prefix, 0x64, 0x8b, 0x03), \
        ROW("gs_" name, "GS, then a prefix " about, 1, 0x65, prefix, 0x8b, 0x03),    \
        ROW(name "_gs", "a prefix " about ", then GS", 1, prefix, 0x65, 0x8b, 0x03)

VARIANTS(BOTH("es", "ES", 0x26), BOTH("cs", "CS", 0x2e), BOTH("ss", "SS", 0x36), BOTH("ds", "DS", 0x3e),
         ROW("fs_ds_lods", "LODSB behind FS, then DS", 0, 0x64, 0x3e, 0xac), ROW("gs_ss_xlat", "XLATB behind GS, then SS", 1, 0x65, 0x36, 0xd7),
         ROW("fs_es_66", "FS, ES, then 66", 0, 0x64, 0x26, 0x66, 0x8b, 0x03),
         ROW("gs_cs_rex", "GS, CS, then REX.W", 1, 0x65, 0x2e, 0x48, 0x8b, 0x03));
