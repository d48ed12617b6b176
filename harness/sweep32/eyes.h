/* eyes.h: how the specification in the guest reaches memory. */
#ifndef SWEEP32_EYES_H
#define SWEEP32_EYES_H

#include "spec.h"
#include "sweep32/layout.h"

#define LOW_MEMORY 0x800000u
#define QUICK_BEGIN 0x40000u /* of memory that is open to all, up to LOW_MEMORY */

static inline uint64_t read_in_arena(uint64_t physical, uint32_t size)
{
    uintptr_t at = (uintptr_t)physical;
    uint32_t value = 0;

    if (size == 8)
        return *(const uint64_t *)at;
    if (size == 4)
        return *(const uint32_t *)at;
    for (uint32_t i = 0; i < size; i++)
        value |= (uint32_t)((const uint8_t *)at)[i] << 8 * i;
    return value;
}

/* arena.c: behind the stores of an outcome; `context` of the machine is one, where there is one. */
uint64_t read_behind(const struct outcome *, uint64_t physical, uint32_t size) __attribute__((noinline, cold));

/* Most of low memory is one to one, and open to all, and so are the stacks; only elsewhere there is something to decide. */
static inline bool is_open(uint32_t linear)
{
    return linear - QUICK_BEGIN < LOW_MEMORY - QUICK_BEGIN || (linear - STACKS_BEGIN < STACKS_END - STACKS_BEGIN && linear & 0x1000);
}

static inline bool translate_in_arena(const struct machine *m, const struct access *access, uint64_t *physical, struct outcome *o)
{
    *physical = access->linear;
    return is_open((uint32_t)access->linear) || spec_translate(m, access, physical, o);
}

#endif
