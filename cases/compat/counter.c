/* RDTSC, RDTSCP and RDPMC by CPL in compatibility mode. */
#include <case.h>

#include "../general_protection/counter.h"

static uint16_t segment(const char *name, struct descriptor d)
{
    return (uint16_t)(add_descriptor(name, encode_descriptor(d)) | d.dpl);
}

static void enter(void)
{
    start.cs = segment("code", (struct descriptor){.type = CODE_READABLE, .dpl = (uint8_t)ARG0, .d = true, .g = true, .limit = 0xfffff});
    start.ss = segment("stack", (struct descriptor){.type = DATA_WRITABLE, .dpl = (uint8_t)ARG0, .d = true, .g = true, .limit = 0xfffff});
    user_may_run_program();
    if (ARG0 == 3)
        start.rsp = stack_top(STACK_USER);
    start.rcx = 0;
}

READ_EACH(PROGRAM32, CLEAR32)

VARIANTS(EACH_COUNTER(LEVELS, " in compatibility mode", .env = COMPAT32));
