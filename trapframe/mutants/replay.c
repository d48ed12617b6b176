/* replay.c: calls of the specification as predictions made them, made again by a mutant: does it say anything else? */
#include "spec.h"

extern int spec_mutant;
extern unsigned char spec_reached[];
extern const unsigned spec_mutants;

#define ARGUMENTS 6u
#define LARGEST sizeof(struct outcome)

struct read {
    uint64_t physical, size, value;
};
/* A number, or a pointer to `size` bytes. The machine comes first, the outcome, which has none yet, last. */
struct argument {
    uint64_t number, size;
    const void *memory;
};
struct call {
    uint64_t (*function)(uint64_t, uint64_t, uint64_t, uint64_t, uint64_t, uint64_t);
    uint64_t result_mask; /* 0: it returns nothing */
    const struct read *reads;
    uint64_t read_count;
    struct argument argument[ARGUMENTS];
    uint64_t count;
};
struct end {
    uint64_t result;
    bool astray; /* memory that the prediction didn't read */
    _Alignas(16) uint8_t left[ARGUMENTS][LARGEST];
};
struct context {
    const struct call *call;
    struct end *end;
};

static uint64_t read_again(void *of, uint64_t physical, uint32_t size)
{
    struct context *context = of;

    for (uint64_t n = 0; n < context->call->read_count; n++) {
        const struct read *one = &context->call->reads[n];

        if (physical >= one->physical && physical + size <= one->physical + one->size) { /* as much of it, or a part */
            uint64_t value = one->value >> (physical - one->physical) * 8;

            return size < 8 ? value & ((1ull << size * 8) - 1) : value;
        }
    }
    context->end->astray = true;
    return 0;
}

static void run(const struct call *call, int mutant, struct end *end)
{
    struct context context = {call, end};
    struct machine *m = (struct machine *)end->left[0];
    struct outcome *o = (struct outcome *)end->left[call->count - 1];
    uint64_t passed[ARGUMENTS] = {0};

    end->astray = false;
    for (uint64_t n = 0; n < call->count; n++) {
        const struct argument *one = &call->argument[n];

        if (one->memory)
            __builtin_memcpy(end->left[n], one->memory, one->size);
        passed[n] = one->size ? (uint64_t)end->left[n] : one->number;
    }
    o->event = (struct event){0};
    __builtin_memset(&o->asked, 0, sizeof *o - __builtin_offsetof(struct outcome, asked));
    m->read = read_again;
    m->context = &context;
    spec_mutant = mutant;
    end->result = call->function(passed[0], passed[1], passed[2], passed[3], passed[4], passed[5]) & call->result_mask;
    m->context = 0;
}

/* Whatever counts in a prediction. */
static bool is_same(const struct call *call, const struct end *a, const struct end *b)
{
    const uint64_t last = call->count - 1;
    const struct outcome *x = (const struct outcome *)a->left[last], *y = (const struct outcome *)b->left[last];

    if (a->result != b->result)
        return false;
    for (uint64_t n = 0; n < last; n++)
        if (__builtin_memcmp(a->left[n], b->left[n], call->argument[n].size))
            return false;
    if (x->end != y->end || x->asked != y->asked || x->chain_count != y->chain_count || x->store_count != y->store_count ||
        x->open_count != y->open_count || x->rule_count != y->rule_count || x->overflow != y->overflow)
        return false;
    return !__builtin_memcmp(&x->event, &y->event, sizeof x->event) && !__builtin_memcmp(x->chain, y->chain, x->chain_count * sizeof x->chain[0]) &&
           !__builtin_memcmp(x->store, y->store, x->store_count * sizeof x->store[0]) &&
           !__builtin_memcmp(x->open, y->open, x->open_count * sizeof x->open[0]) &&
           !__builtin_memcmp(x->rule, y->rule, x->rule_count * sizeof x->rule[0]);
}

/* The first of these calls, from `at` on, of which the mutant says something else; `count`: none. */
uint64_t replay(const struct call *const *calls, uint64_t at, uint64_t count, int mutant)
{
    static struct end plain, changed;

    for (; at < count; at++) {
        run(calls[at], -1, &plain);
        run(calls[at], mutant, &changed);
        if (changed.astray || !is_same(calls[at], &plain, &changed))
            break;
    }
    spec_mutant = -1;
    return at;
}

/* Those that would have made a difference to some value since the last time. */
uint32_t take_reached(uint16_t *list)
{
    uint32_t count = 0;

    for (unsigned n = 0; list && n < spec_mutants; n++)
        if (spec_reached[n])
            list[count++] = (uint16_t)n;
    __builtin_memset(spec_reached, 0, spec_mutants);
    return count;
}
