/* main.c: goes through its part of the plan, and says what came of it: docs/sweeps.md has the record. */
#include "common/line.h"
#include "common/serial.h"
#include "sweep/own.h"

__attribute__((section(".parameters"), used)) const volatile struct parameters parameters;

static uint64_t walking, absent, shutdowns, compared, agreed, hash;

static struct state state;

/* What must come: one way more for each combination of choices that were asked and that the manual leaves open. */
#define MOST_WAYS 64u
static struct way {
    struct machine machine;
    struct prediction prediction;
} ways[MOST_WAYS];
static unsigned way_count;

static uint32_t at[MOST_AXES]; /* numbers of its values */
static uint64_t value[MOST_AXES];

/* What is behind an outcome before anything is compared with it. */
static void unwrite_frame(const struct outcome *o)
{
    for (unsigned i = 0; i < o->store_count; i++)
        if (o->store[i].kind == STORE_PUSH && !o->store[i].maybe && !is_put(o->store[i].linear))
            *(volatile uint64_t *)o->store[i].linear = ~o->store[i].value;
}

/* The same of what the instruction itself pushes, in words of its size. */
static void unwrite_pushed(const struct outcome *o)
{
    for (unsigned i = 0; i < o->store_count; i++)
        if (o->store[i].kind == STORE_PUSH && !o->store[i].maybe)
            for (unsigned byte = 0; byte < o->store[i].size; byte++)
                ((volatile uint8_t *)o->store[i].linear)[byte] = (uint8_t) ~(o->store[i].value >> 8 * byte);
}

/*
 * All that a state may set, and that an instruction or a delivery may change. What isn't here is the same in each state: it is
 * what the machine has behind arena_begin().
 */
static void copy_machine(struct machine *to, const struct machine *from)
{
    to->gpr[RAX] = from->gpr[RAX];
    to->gpr[RSP] = from->gpr[RSP];
    to->gpr[RDI] = from->gpr[RDI];
    to->rip = from->rip;
    to->rflags = from->rflags;
    to->cr0 = from->cr0;
    to->cr2 = from->cr2;
    to->cr4 = from->cr4;
    to->efer = from->efer;
    to->pkru = from->pkru;
    to->pkrs = from->pkrs;
    to->dr6 = from->dr6;
    to->dr7 = from->dr7;
    to->debugctl = from->debugctl;
    for (unsigned i = ES; i <= GS; i++)
        to->segment[i] = from->segment[i];
    to->cpl = from->cpl;
    to->nmi_blocked = from->nmi_blocked;
    to->sti_shadow = from->sti_shadow;
    to->mov_ss_shadow = from->mov_ss_shadow;
}

static void predict_way(struct way *way, uint32_t others)
{
    copy_machine(&way->machine, &state.machine);
    for (unsigned i = 0; i < CHOICE_COUNT; i++)
        way->machine.choice[i] = base.choice[i] ^ (others >> i & 1);
    way->prediction.step.asked = 0;
    predict(&way->machine, state.doing, &way->prediction);
    if (way->prediction.step.overflow || way->prediction.delivery.overflow)
        harness_fault("the specification has more to say than fits");
}

/* Before the state is entered: what comes may change what it was predicted from. */
static void predict_ways(void)
{
    uint32_t open = (uint32_t)(is_amd ? parameters.open >> 32 : parameters.open), asked;

    predict_way(&ways[0], 0);
    way_count = 1;
    asked = (ways[0].prediction.step.asked | ways[0].prediction.delivery.asked) & open;
    for (uint32_t some = asked; some; some = (some - 1) & asked) {
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
    }
    return nearest;
}

static void judge(uint64_t row)
{
    struct difference d = compare_ways();

    compared++;
    if (parameters.pairs)
        count_pairs(at, d.fields);
    hash += hash_of_outcome() * (2 * row + 1);
    if (parameters.show)
        tell_outcome(&ways[0].machine, &ways[0].prediction);
    if (!d.fields)
        agreed++;
    else
        note_difference(row, at[0], &ways[0].prediction, d);
}

_Noreturn void unexpected(void);
void unexpected(void)
{
    print("unexpected %lx in %lx\n", (unsigned long)captured.vector, (unsigned long)walking);
    harness_fault("an exception behind the one of the state");
}

static void walk(uint64_t row)
{
    walking = row;
    plan_row(row, at);
    for (unsigned i = 0; i < plan_axes(); i++)
        value[i] = sweep_axes[i].values[at[i]].value;
    if (parameters.show)
        for (unsigned i = 0; i < plan_axes(); i++)
            print("axis %s %s\n", sweep_axes[i].name, sweep_axes[i].values[at[i]].name);
    copy_machine(&state.machine, &base);
    state.absent = false;
    set_up(value, &state);
    if (state.absent) {
        absent++;
        return;
    }
    if (!state.machine.rip)
        state.machine.rip = (uintptr_t)code_of(state.doing);
    if (read_cr2() != CR2_OF_STATE)
        write_cr2(CR2_OF_STATE);
    state.machine.cr2 = CR2_OF_STATE;
    entry_image = (struct image){state.machine.rip, state.machine.segment[CS].selector, state.machine.rflags, state.machine.gpr[RSP],
                                 state.machine.segment[SS].selector};
    predict_ways();
    if (parameters.show) {
        tell_prediction(at[0], &ways[0].prediction);
        serial_drain();
    }
    if (ways[0].prediction.delivery.end == END_SHUTDOWN) {
        shutdowns++;
        return;
    }
    unwrite_pushed(&ways[0].prediction.step);
    unwrite_frame(&ways[0].prediction.delivery);
    note_entries();
    arm(state.doing);
    load_controls(&state.machine);
    enter_state(state.machine.gpr[RAX], state.machine.gpr[RDI]);
    take_outcome();
    disarm(state.doing);
    judge(row);
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
    uint64_t row, next;

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
    if (parameters.begin == parameters.end)
        describe();
    print("plan %lx %lx %lx\n", (unsigned long)plan_product(), (unsigned long)plan_pairs(), (unsigned long)parameters.rows);
    next = parameters.begin;
    for (row = parameters.begin; row < parameters.end; row++) {
        if (row == next) {
            print("at %lx\n", (unsigned long)row);
            serial_drain(); /* of a state that ends the machine is known which one it is */
            next += parameters.step;
        }
        walk(row);
        arena_restore();
    }
    put_classes();
    if (parameters.pairs)
        put_pairs();
    print("walked %lx absent %lx shutdown %lx compared %lx agreed %lx\n", (unsigned long)(parameters.end - parameters.begin), (unsigned long)absent,
          (unsigned long)shutdowns, (unsigned long)compared, (unsigned long)agreed);
    print("hash %lx\n", (unsigned long)hash);
    print("end exit %lx\n", (unsigned long)line_sum & 0xffff);
    power_off();
}
