/*
 * A segment of fewer bytes than the operand has: an access within the limit doesn't let one pass that isn't, whatever the first has made a processor
 * remember of the segment. The rows are in the header.
 */
#include <case32.h>

#define ROW_IN
#define ABOUT ""
#define RUN32(text) PROGRAM(text)

static void enter(void)
{
    in_ring(3);
}

static void start_at(uint32_t first, uint32_t second, uint32_t base)
{
    (void)base;
    start.ebx = first;
    start.ecx = second;
}

#include "tiny_second.h"
