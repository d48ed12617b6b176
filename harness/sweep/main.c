/* main.c: goes through its part of the plan, and says what came of it: docs/sweeps.md has the record. */
#include "common/line.h"
#include "common/serial.h"
#include "sweep/own.h"

__attribute__((section(".parameters"), used)) const volatile struct parameters parameters = {.bits = 8 * sizeof(void *)};

static uint64_t walking, absent, shutdowns, compared, agreed, hash;

static struct state state;

/* What must come: one way more for each combination of choices that were asked and that the manual leaves open. */
#define MOST_WAYS 64u
static struct way {
    struct machine machine;
    struct prediction prediction;
    uint32_t others; /* choices of which it isn't the vendor's value, a bit each */
} ways[MOST_WAYS];
static unsigned way_count;

static uint32_t at[MOST_AXES]; /* numbers of its values */
static uint64_t value[MOST_AXES];
static unsigned inner;                /* from this axis on there are only those of flags */
static uint64_t flags[MOST_AXES + 1]; /* bits of RFLAGS by the axes from there to before this one */
static uint64_t outer_flags;          /* as set_up() left them */
static uint64_t inner_flags;          /* all bits of those axes */

static bool was_tried, is_kept; /* ways[0], for the rows whose axes up to `inner` have the values of the one before */

static void make_choices(struct way *way, uint32_t others)
{
    way->others = others;
    for (unsigned i = 0; i < CHOICE_COUNT; i++)
        way->machine.choice[i] = base.choice[i] ^ (others >> i & 1);
}

static void predict_way(struct way *way, uint32_t others)
{
    copy_machine(&way->machine, &state.machine);
    if (way->others != others)
        make_choices(way, others);
    way->prediction.step.asked = 0;
    predict(&way->machine, state.doing, &way->prediction);
    if (way->prediction.step.overflow || way->prediction.delivery.overflow)
        harness_fault("the specification has more to say than fits");
}

/* Choices on which nothing hangs but the handler's SS: the one that the engine makes is tried first. */
#define OF_HANDLER (1u << CHOICE_IST_SS | 1u << CHOICE_INNER_SS_RPL)
static uint32_t usual;

static bool may_keep(void)
{
    uint64_t rflags = state.machine.rflags;

    flags_that_decided = 0;
    state.machine.rflags = outer_flags | inner_flags;
    predict_way(&ways[1], usual);
    state.machine.rflags = outer_flags;
    predict_way(&ways[0], usual);
    state.machine.rflags = rflags;
    return !(flags_that_decided & inner_flags) &&
           keep_prediction(&state, &ways[0].machine, &ways[0].prediction, &ways[1].machine, &ways[1].prediction);
}

/* Of the first row whose values up to `inner` are those of the row before. */
static void try_to_keep(unsigned first)
{
    if (!KEEPS_PREDICTIONS || first < inner || was_tried || parameters.show || parameters.anew)
        return;
    was_tried = true;
    is_kept = may_keep();
}

/* Choices that were asked, and that the manual leaves open. */
static uint32_t asked(void)
{
    const struct prediction *p = &ways[0].prediction;

    return (p->step.asked | p->delivery.asked) & (uint32_t)(is_amd ? parameters.open >> 32 : parameters.open);
}

/* Before the state is entered: what comes may change what it was predicted from. */
static void predict_other_ways(void)
{
    for (uint32_t some = asked(); some; some = (some - 1) & asked()) {
        if (way_count == MOST_WAYS)
            harness_fault("more choices are open than fit");
        predict_way(&ways[way_count++], some);
    }
}

static unsigned fields_of(struct difference d)
{
    unsigned fields = d.fields & 1u << FIELD_VECTOR ? FIELD_COUNT : 0; /* the other fields aren't looked at then */

    for (unsigned i = 0; i < FIELD_COUNT; i++)
        fields += d.fields >> i & 1;
    return fields;
}

/* By the way that is nearest to what came. */
static struct difference compare_ways(void)
{
    struct difference nearest = compare(&ways[0].machine, &ways[0].prediction);

    for (unsigned i = 1; i < way_count && nearest.fields; i++) {
        struct difference d;

        if (ways[i].prediction.delivery.end == END_SHUTDOWN)
            continue;
        d = compare(&ways[i].machine, &ways[i].prediction);
        if (fields_of(d) < fields_of(nearest))
            nearest = d;
        if (!d.fields)
            usual = ways[i].others & OF_HANDLER;
    }
    return nearest;
}

static bool others_may_agree(struct difference d)
{
    return asked() & ~OF_HANDLER || (asked() && d.fields & 1u << FIELD_HANDLER_SS);
}

static void enter_and_take(void)
{
    unwrite_pushed(&ways[0].prediction.step);
    unwrite_frame(&ways[0].prediction.delivery);
    note_entries();
    arm(state.doing);
    enter(&state);
    take_outcome();
    disarm(state.doing);
}

static void judge(uint64_t row, struct difference d)
{
    uint64_t *states = NULL;

    compared++;
    if (parameters.pairs)
        count_pairs(at, d.fields);
    hash += hash_of_outcome() * (2 * row + 1);
    if (parameters.show)
        tell_outcome(&ways[0].machine, &ways[0].prediction);
    if (!d.fields)
        agreed++;
    else
        states = note_difference(row, at[0], &ways[0].prediction, d);
    if (KEEPS_PREDICTIONS)
        keep_class(d, states);
}

_Noreturn void unexpected(void);
void unexpected(void)
{
    print("unexpected %lx in %lx\n", (unsigned long)captured.vector, (unsigned long)walking);
    harness_fault("an exception behind the one of the state");
}

static void take_flags(unsigned first)
{
    for (unsigned i = first; i < plan_axes(); i++)
        flags[i + 1] = flags[i] | sweep_axes[i].values[at[i]].value;
    state.machine.rflags = outer_flags | flags[plan_axes()];
}

static void set_up_anew(void)
{
    arena_restore();
    copy_machine(&state.machine, &base);
    state.absent = false;
    set_up(value, &state);
    if (!state.machine.rip)
        state.machine.rip = code_of(&state);
    outer_flags = state.machine.rflags;
}

static void set_up_state(unsigned first)
{
    for (unsigned i = first; i < inner; i++)
        value[i] = sweep_axes[i].values[at[i]].value;
    if (first < inner || !arena_renew())
        set_up_anew();
    take_flags(first > inner ? first : inner);
}

static void show_axes(void)
{
    for (unsigned i = 0; i < plan_axes(); i++)
        print("axis %s %s\n", sweep_axes[i].name, sweep_axes[i].values[at[i]].name);
}

static void predict_and_tell(void)
{
    predict_way(&ways[0], usual);
    if (!parameters.show)
        return;
    print("code %lx\n", (unsigned long)(state.machine.segment[CS].base + state.machine.rip));
    tell_prediction(at[0], &ways[0].prediction);
    serial_drain();
}

static void judge_by_ways(uint64_t row)
{
    struct difference d = compare(&ways[0].machine, &ways[0].prediction);

    if (d.fields && others_may_agree(d)) { /* once more, with all that may come */
        was_tried = is_kept = false;
        way_count = 1;
        set_up_state(plan_axes());
        predict_way(&ways[0], 0);
        predict_other_ways();
        enter_and_take();
        d = compare_ways();
    }
    judge(row, d);
}

static void judge_kept(uint64_t row)
{
    uint64_t sum, *states = enter_kept(&state, &agreed, &sum);

    if (!states) {
        take_outcome();
        judge_by_ways(row);
        arena_renew();
        return;
    }
    compared++;
    ++*states;
    hash += sum * (2 * row + 1);
    if (parameters.pairs)
        count_pairs(at, states != &agreed);
}

/* False: there is no such state. */
static bool begin_state(unsigned first)
{
    if (KEEPS_PREDICTIONS && is_kept && first >= inner) {
        take_flags(first);
        renew_poked();
        return true;
    }
    if (first < inner)
        was_tried = is_kept = false;
    if (first < inner || !state.absent)
        set_up_state(first);
    if (state.absent)
        return false;
    try_to_keep(first);
    return true;
}

/* The state of `at`, which has the values of the row before up to the axis `first`. */
static void walk(uint64_t row, unsigned first)
{
    walking = row;
    if (parameters.show)
        show_axes();
    if (!begin_state(first)) {
        absent++;
    } else if (KEEPS_PREDICTIONS && is_kept) {
        judge_kept(row);
    } else {
        predict_and_tell();
        if (ways[0].prediction.delivery.end == END_SHUTDOWN) {
            shutdowns++;
            return;
        }
        enter_and_take();
        judge_by_ways(row);
    }
}

static void describe(void)
{
    print("about %s\n", sweep_about);
    for (unsigned i = 0; i < plan_axes(); i++) {
        print("axis %s\n", sweep_axes[i].name);
        for (unsigned n = 0; n < sweep_axes[i].count; n++)
            print("value %s\n", sweep_axes[i].values[n].name);
    }
}

_Noreturn void harness_main(void);
void harness_main(void)
{
    uint64_t next;

    out8(0x21, 0xff); /* the 8259 pair stays silent */
    out8(0xa1, 0xff);
    serial_init();
    print("trapframe sweep 1\n");
    arena_begin();
    if (prepare)
        prepare();
    plan_begin();
    state.machine = base;
    for (unsigned i = 0; i < MOST_WAYS; i++)
        ways[i].machine = base;
    for (inner = plan_axes(); inner && sweep_axes[inner - 1].flags;)
        inner--;
    for (unsigned i = 0; i < inner; i++)
        if (sweep_axes[i].flags)
            harness_fault("axes of flags are the last ones");
    for (unsigned i = inner; i < plan_axes(); i++)
        for (unsigned n = 0; n < plan_count(i); n++)
            inner_flags |= sweep_axes[i].values[n].value;
    if (parameters.begin == parameters.end)
        describe();
    print("plan ");
    put_hex(plan_product());
    print(" %lx %lx\n", (unsigned long)plan_pairs(), (unsigned long)parameters.rows);
    next = parameters.begin;
    plan_row(parameters.begin, at);
    for (uint64_t row = parameters.begin; row < parameters.end; row++) {
        unsigned first = row == parameters.begin ? 0 : plan_next(row, at);

        if (row == next) {
            print("at %lx\n", (unsigned long)row);
            serial_drain(); /* of a state that ends the machine is known which one it is */
            next += parameters.step;
        }
        walk(row, first);
    }
    put_classes();
    if (parameters.pairs)
        put_pairs();
    print("walked %lx absent %lx shutdown %lx compared %lx agreed %lx\n", (unsigned long)(parameters.end - parameters.begin), (unsigned long)absent,
          (unsigned long)shutdowns, (unsigned long)compared, (unsigned long)agreed);
    print("hash ");
    put_hex(hash);
    put('\n');
    print("end exit %lx\n", (unsigned long)line_sum & 0xffff);
    power_off();
}
