/* eyes.h: how the specification in the guest reaches memory. */
#ifndef SWEEP_EYES_H
#define SWEEP_EYES_H

#include "spec.h"

#define LOW_MEMORY 0x800000u

static inline uint64_t read_in_arena(uint64_t physical, uint32_t size)
{
    uint64_t value = 0;

    if (size == 8)
        return *(const uint64_t *)physical;
    for (uint32_t i = 0; i < size; i++)
        value |= (uint64_t)((const uint8_t *)physical)[i] << 8 * i;
    return value;
}

/* Low memory is one to one, and open to all; only elsewhere there is something to decide. */
static inline bool is_low(uint64_t linear)
{
    return linear - 0x1000 < LOW_MEMORY - 0x1000;
}

static inline bool translate_in_arena(const struct machine *m, const struct access *access, uint64_t *physical, struct outcome *o)
{
    *physical = access->linear;
    return is_low(access->linear) || spec_translate(m, access, physical, o);
}

#endif
