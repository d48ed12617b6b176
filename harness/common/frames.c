/* frames.c: memory for pages of the cases and for their tables. */
#include "common/cpu.h"
#include "common/line.h"

extern uint8_t frames_begin[];

#define FRAMES_END 0x800000u /* end of the one-to-one mapping */

static uintptr_t next_frame = (uintptr_t)frames_begin;

uintptr_t allocate_frame(void)
{
    uintptr_t frame = next_frame;

    if (frame >= FRAMES_END)
        harness_fault("no page frame is left");
    next_frame += PAGE_SIZE;
    fill_words(frame, 0, PAGE_SIZE / sizeof(uintptr_t));
    return frame;
}
