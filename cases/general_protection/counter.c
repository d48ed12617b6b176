/* RDTSC, RDTSCP and RDPMC by CPL in 64-bit mode, where they clear the upper halves of RAX and RDX: BSWAP brings those down. */
#include <case.h>

#include "counter.h"

static uint16_t segment(const char *name, struct descriptor d)
{
    return (uint16_t)(add_descriptor(name, encode_descriptor(d)) | d.dpl);
}

static void enter(void)
{
    start.cs = segment("code", (struct descriptor){.type = CODE_READABLE, .dpl = (uint8_t)ARG0, .l = true});
    start.ss = segment("stack", (struct descriptor){.type = DATA_WRITABLE, .dpl = (uint8_t)ARG0, .d = true, .g = true, .limit = 0xfffff});
    user_may_run_program();
    start.rcx = 0;
}

READ_EACH(PROGRAM, "bswap rax\nmov eax, eax\nbswap rdx\nmov edx, edx\nmov ecx, 0\n")

VARIANTS(EACH_COUNTER(LEVELS, "", ));
