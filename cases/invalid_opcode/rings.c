/* Instructions that CPL 0 alone has are undefined at CPL 1 and 2 as at CPL 3 (disabled.c), where other privileged ones are #GP(0). */
#include <case.h>

#include "../general_protection/in_ring.h"

/* ARG0: the CPL. */
static void set_up(void)
{
    in_ring((uint8_t)ARG0);
    start.rax = map_page("operand", PAGE_PRESENT | PAGE_WRITE | PAGE_USER);
    start.rcx = start.rdx = 0;
}

#define INSTRUCTION(name, text) \
    static void name(void)      \
    {                           \
        set_up();               \
        FAULT(text);            \
    }
INSTRUCTION(monitor, "monitor")
INSTRUCTION(mwait, "mwait")
INSTRUCTION(clac, "clac")
INSTRUCTION(stac, "stac")

#define ROW(name_, run_, cpl, needs_, spec_, about_)                                                                                               \
    {                                                                                                                                              \
        VARIANT, .name = name_, .about = about_ " at CPL " #cpl, .spec = "SDM " spec_, .vector = VEC_UD, .error = NO_ERROR, .saved_rip = AT_FAULT, \
                 .needs = needs_, .run = run_, .arg = {                                                                                            \
                     cpl                                                                                                                           \
                 }                                                                                                                                 \
    }
#define EACH(name, needs, spec, about) ROW(#name "_1", name, 1, needs, spec, about), ROW(#name "_2", name, 2, needs, spec, about)
VARIANTS(EACH(monitor, "monitor", "2B \"MONITOR-Set Up Monitor Address\"", "MONITOR"), EACH(mwait, "monitor", "2B \"MWAIT-Monitor Wait\"", "MWAIT"),
         EACH(clac, "smap", "2A \"CLAC-Clear AC Flag in EFLAGS Register\"", "CLAC"),
         EACH(stac, "smap", "2B \"STAC-Set AC Flag in EFLAGS Register\"", "STAC"));
