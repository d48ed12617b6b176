/*
 * plan.c: which states, in which order. A product that is small enough is walked whole. Else the first rows hold each pair of
 * values of any two axes, and the rest is a sample; the other axes have their ordinary value three times out of four
 * (of the sample: once out of two), since one thing that is wrong hides the rest.
 */
#include "common/line.h"
#include "sweep/own.h"

static unsigned axes;
static uint32_t count[MOST_AXES];
static uint64_t product, pairs;

/* The pair of axes that the rows from `begin` to `end` are of. */
static struct {
    unsigned a, b;
    uint64_t begin, end;
} block;

unsigned plan_axes(void)
{
    return axes;
}

uint32_t plan_count(unsigned axis)
{
    return count[axis];
}

uint64_t plan_product(void)
{
    return product;
}

uint64_t plan_pairs(void)
{
    return pairs;
}

void plan_begin(void)
{
    product = 1;
    while (sweep_axes[axes].name) {
        count[axes] = (uint32_t)sweep_axes[axes].count;
        product = product > UINT64_MAX / 256 ? UINT64_MAX : product * count[axes];
        axes++;
    }
    for (unsigned a = 0; a < axes; a++)
        for (unsigned b = a + 1; b < axes; b++)
            pairs += count[a] * count[b];
    block.a = 0;
    block.b = 1;
    block.begin = 0;
    block.end = count[0] * count[1];
}

static uint64_t mix(uint64_t x)
{
    x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9;
    x = (x ^ x >> 27) * 0x94d049bb133111eb;
    return x ^ x >> 31;
}

static void of_product(uint64_t row, uint32_t at[MOST_AXES])
{
    uint32_t rest = (uint32_t)row; /* what is walked whole has no more */

    for (unsigned i = axes; i--;) {
        at[i] = rest % count[i];
        rest /= count[i];
    }
}

static void of_host(uint32_t at[MOST_AXES])
{
    for (unsigned i = 0; i < axes; i++) {
        at[i] = parameters.at[i];
        if (at[i] >= count[i])
            harness_fault("an axis has no such value");
    }
}

static void find_block(uint64_t row)
{
    if (row < block.begin) {
        block.a = block.begin = 0;
        block.b = 1;
        block.end = count[0] * count[1];
    }
    while (row >= block.end) {
        if (++block.b == axes)
            block.b = ++block.a + 1;
        block.begin = block.end;
        block.end += count[block.a] * count[block.b];
    }
}

static void of_sample(uint64_t row, uint32_t at[MOST_AXES])
{
    uint64_t seed = row * 0x9e3779b97f4a7c15;
    uint32_t ordinary = (uint32_t)mix(seed + 1); /* a bit for each axis */

    if (row < pairs)
        ordinary |= (uint32_t)mix(seed + 2);
    for (unsigned i = 0; i < axes; i += 4) { /* those behind the last have no values */
        uint64_t values = mix(seed + 3 + i);
        uint32_t half[] = {(uint32_t)values, (uint32_t)(values >> 32)};

#pragma GCC unroll 4
        for (unsigned n = 0; n < 4; n++, ordinary >>= 1)
            at[i + n] = ordinary & 1 ? 0 : (half[n / 2] >> 16 * (n % 2) & 0xffff) * count[i + n] >> 16;
    }
    if (row < pairs) {
        find_block(row);
        uint32_t rest = (uint32_t)(row - block.begin), first = 0;

        for (; rest >= count[block.b]; rest -= count[block.b])
            first++;
        at[block.a] = first;
        at[block.b] = rest;
    }
}

static bool is_whole(void)
{
    return parameters.rows == product;
}

void plan_row(uint64_t row, uint32_t at[MOST_AXES])
{
    if (parameters.given)
        of_host(at);
    else if (is_whole())
        of_product(row, at);
    else
        of_sample(row, at);
}

unsigned plan_next(uint64_t row, uint32_t at[MOST_AXES])
{
    unsigned i = axes - 1;

    if (!is_whole()) {
        plan_row(row, at);
        return 0;
    }
    while (++at[i] == count[i] && i)
        at[i--] = 0;
    return i;
}
