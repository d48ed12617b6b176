/* pairs.c: a table for each two axes: of each pair of their values, the states that were compared and those that differ. */
#include "common/line.h"
#include "sweep/own.h"

#define MOST_PAIRS 0x10000u

static uint32_t compared[MOST_PAIRS], differing[MOST_PAIRS];

void count_pairs(const uint32_t at[MOST_AXES], bool differs)
{
    uint64_t table = 0;

    if (plan_pairs() > MOST_PAIRS)
        harness_fault("more pairs of values than fit");
    for (unsigned a = 0; a < plan_axes(); a++)
        for (unsigned b = a + 1; b < plan_axes(); b++) {
            uint64_t place = table + at[a] * plan_count(b) + at[b];

            compared[place]++;
            differing[place] += differs;
            table += plan_count(a) * plan_count(b);
        }
}

/* Table for table in one line each, row for row. */
void put_pairs(void)
{
    uint64_t place = 0;

    for (unsigned a = 0; a < plan_axes(); a++)
        for (unsigned b = a + 1; b < plan_axes(); b++) {
            print("pairs");
            for (unsigned n = plan_count(a) * plan_count(b); n; n--, place++) {
                print(" %x", compared[place]);
                if (differing[place])
                    print(":%x", differing[place]);
            }
            print("\n");
        }
}
