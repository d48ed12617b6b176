/* main.c: limits first, then the row of the case's table that the one argument names. */
#include <linux/auxvec.h>
#include <linux/resource.h>
#include "common/cpu.h"
#include "hosted.h"
#include "common/record.h"
#include "system.h"

#define SECONDS 1
#define MEMORY (64u << 20)
#define FILE_SIZE (1u << 20)
#define HWCAP2_FSGSBASE 2u

extern const struct case_info case_table[], case_table_end[];

const struct case_info *current_case;

_Noreturn void hosted_main(const uint64_t *stack);

static void set_limit(unsigned which, uint64_t most)
{
    struct rlimit limit = {most, most};

    SYSTEM(setrlimit, which, &limit, 0);
}

/* AT_HWCAP2 says whether RDFSBASE and its like may be used. */
static uint64_t hwcap2(const uint64_t *stack)
{
    const uint64_t *word = stack + 1 + stack[0] + 1; /* argc, argv, NULL */

    while (*word++)
        ;
    for (; word[0] != AT_NULL; word += 2)
        if (word[0] == AT_HWCAP2)
            return word[1];
    return 0;
}

/* The row's number in decimal. */
static unsigned row_of(const char *text)
{
    unsigned row = 0;

    while (*text >= '0' && *text <= '9')
        row = row * 10 + (unsigned)(*text++ - '0');
    return row;
}

void hosted_main(const uint64_t *stack)
{
    const char *missing;
    unsigned row = stack[0] == 2 ? row_of((const char *)stack[2]) : ~0u;

    if (row >= (unsigned)(case_table_end - case_table))
        SYSTEM(exit_group, 2, 0, 0);
    current_case = &case_table[row];
    set_limit(RLIMIT_CPU, SECONDS);
    set_limit(RLIMIT_AS, MEMORY);
    set_limit(RLIMIT_FSIZE, FILE_SIZE);
    set_limit(RLIMIT_CORE, 0);
    if (!(hwcap2(stack) & HWCAP2_FSGSBASE))
        unsupported("fsgsbase");
    signals_init();
    stacks_init();
    segments_init();
    missing = missing_feature(current_case->needs);
    if (missing)
        end_unsupported(missing);
    start_patterns();
    current_case->run();
    end_run();
}
