/* Compatibility mode checks a segment of fewer bytes than the operand has at each access, as protected mode does. The rows are in the header. */
#include <case.h>

#define ROW_IN .env = COMPAT32,
#define ABOUT "compatibility mode at CPL 3: "
#define RUN32(text) PROGRAM32(text)

static void enter(void)
{
    in_compat_user();
}

/* The harness writes the base of FS behind the selector. */
static void start_at(uint32_t first, uint32_t second, uint32_t base)
{
    start.fs_base = base;
    start.rbx = first;
    start.rcx = second;
}

#include "../pm_segment_limit/tiny_second.h"
