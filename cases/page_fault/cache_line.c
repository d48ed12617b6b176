/*
 * CLFLUSH, CLFLUSHOPT and CLWB are checked as a load of a byte is: they need no writable page, and of what they flush the accessed flag is set, not
 * the dirty one.
 */
#include <case.h>

#define CLFLUSH ".byte 0x0f, 0xae, 0x3b"
#define CLFLUSHOPT ".byte 0x66, 0x0f, 0xae, 0x3b"
#define CLWB ".byte 0x66, 0x0f, 0xae, 0x33"

enum how { KERNEL, USER, SMAP, SMAP_AC };

/* ARG0: the page's flags, ARG1: enum how. */
static void set_up(void)
{
    start.rbx = map_page("victim", ARG0) + 0x5c3;
    record_entry("pte", page_entry(start.rbx, 1));
    if (ARG1 == SMAP || ARG1 == SMAP_AC)
        write_cr4(read_cr4() | CR4_SMAP);
    if (ARG1 == SMAP_AC)
        start.rflags |= RFLAGS_AC;
    if (ARG1 == USER)
        in_user_mode();
}

#define RUN(name, instruction) \
    static void name(void)     \
    {                          \
        set_up();              \
        FAULT(instruction);    \
    }
RUN(clflush, CLFLUSH)
RUN(clflushopt, CLFLUSHOPT)
RUN(clwb, CLWB)

#define ROW(name_, run_, needs_, spec_, about_, page, how, ...)                                                                                      \
    {                                                                                                                                                \
        VARIANT, .name = name_, .about = about_, .spec = spec_, .needs = needs_, .saved_rip = AT_FAULT, .run = run_, .arg = {page, how}, __VA_ARGS__ \
    }
#define PF(code) .vector = VEC_PF, .error = code
#define FINE .vector = NO_EXCEPTION
#define ALL(name, text, needs, spec)                                                                                                              \
    ROW(#name "_missing", name, needs, spec, text " of a page that isn't present, at CPL 0", 0, KERNEL, PF(0)),                                   \
        ROW(#name "_missing_user", name, needs, spec, text " of a page that isn't present, at CPL 3", 0, USER, PF(PF_U)),                         \
        ROW(#name "_supervisor", name, needs, spec, text " of a supervisor-mode page, at CPL 3", PAGE_PRESENT, USER, PF(PF_P | PF_U)),            \
        ROW(#name "_read_only", name, needs, spec, text " of a read-only page, at CPL 0", PAGE_PRESENT, KERNEL, FINE),                            \
        ROW(#name "_read_only_user", name, needs, spec, text " of a read-only page, at CPL 3", PAGE_PRESENT | PAGE_USER, USER, FINE),             \
        ROW(#name "_smap", name, needs " smap", spec, text " of a user-mode page, at CPL 0 with SMAP", PAGE_PRESENT | PAGE_USER, SMAP, PF(PF_P)), \
        ROW(#name "_smap_ac", name, needs " smap", spec, text " of a user-mode page, at CPL 0 with SMAP and AC=1", PAGE_PRESENT | PAGE_USER,      \
            SMAP_AC, FINE)

VARIANTS(ALL(clflush, "CLFLUSH", "clfsh", "SDM 2A \"CLFLUSH-Flush Cache Line\""),
         ALL(clflushopt, "CLFLUSHOPT", "clflushopt", "SDM 2A \"CLFLUSHOPT-Flush Cache Line Optimized\""),
         ALL(clwb, "CLWB", "clwb", "SDM 2A \"CLWB-Cache Line Write Back\""));
