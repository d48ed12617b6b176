/*
 * kept.c: states of one prediction: those that differ only in flags by which nothing is decided. Each is entered and compared whole,
 * by the few words that the prediction came to.
 */
#include "common/line.h"
#include "sweep/own.h"

/* A word with RFLAGS: with none of the flags set, and its bits that follow the state's. */
struct with_flags {
    uint64_t value, of_state;
};

static struct {
    struct machine *machine; /* the prediction, by the usual way */
    struct prediction *prediction;
    struct with_flags in_frame, in_handler;
    uint64_t *pushed;       /* the store with the flags in the frame */
    volatile uint64_t *top; /* of the frame: SS, and downwards from there */
    uint64_t word[FRAME_WORDS + 1];
    bool has_error;
    uint64_t rflags;  /* the handler's */
    uint64_t differ;  /* bits of the frame's flags that do, and nothing else, in a class of differences */
    uint64_t *states; /* of that class; NULL: there is none yet */
} kept;

static bool is_same_machine(const struct machine *a, const struct machine *b)
{
    return a->gpr[RSP] == b->gpr[RSP] && a->segment[CS].selector == b->segment[CS].selector && a->segment[SS].selector == b->segment[SS].selector &&
           a->cr2 == b->cr2;
}

/* Words from the top of the frame downwards, and nothing else; alike but for the flags. */
static bool learn_frame(struct outcome *none, const struct outcome *every)
{
    if (none->store_count != every->store_count || (none->store_count != FRAME_WORDS && none->store_count != FRAME_WORDS + 1))
        return false;
    for (unsigned i = 0; i < none->store_count; i++) {
        const struct store *s = &none->store[i], *t = &every->store[i];

        if (s->linear != none->store[0].linear - 8 * i || s->kind != STORE_PUSH || s->maybe || s->open || t->linear != s->linear ||
            t->kind != s->kind || t->maybe || t->open || (i != OF_RFLAGS && t->value != s->value))
            return false;
        kept.word[i] = s->value;
    }
    kept.pushed = &none->store[OF_RFLAGS].value;
    kept.in_frame = (struct with_flags){*kept.pushed, *kept.pushed ^ every->store[OF_RFLAGS].value};
    kept.top = (volatile uint64_t *)none->store[0].linear;
    kept.has_error = none->store_count > FRAME_WORDS;
    return true;
}

/*
 * A flag by which nothing is decided is copied, or set, or cleared: each bit of what comes of it hangs on that bit alone. So two
 * predictions, with none of the flags and with all of them, tell of those between.
 */
bool keep_prediction(const struct state *s, struct machine *none, struct prediction *of_none, const struct machine *every,
                     const struct prediction *of_every)
{
    const struct outcome *a = &of_none->delivery, *b = &of_every->delivery;

    set_image(&s->machine);
    kept.states = NULL;
    kept.machine = none;
    kept.prediction = of_none;
    kept.in_handler = (struct with_flags){none->rflags, none->rflags ^ every->rflags};
    return s->doing != DO_INTERRUPT && s->doing != DO_NMI && !watched && !entry_of_varied[1] && /* of these more is done, and looked at */
           !(of_none->step.store_count | of_none->step.open_count | of_every->step.store_count | of_every->step.open_count | a->open_count |
             b->open_count) &&
           a->event.vector != VEC_DB && a->event.vector == b->event.vector && a->end == END_COMPLETED && b->end == END_COMPLETED &&
           is_same_machine(none, every) && learn_frame(&of_none->delivery, b);
}

static uint64_t flags_of(const struct with_flags *w, uint64_t flags)
{
    return w->value ^ (w->of_state & flags);
}

static void write_frame(void)
{
#pragma GCC unroll 5
    for (unsigned i = 0; i < FRAME_WORDS; i++)
        kept.top[-(int)i] = ~kept.word[i];
    if (kept.has_error)
        kept.top[-OF_ERROR] = ~kept.word[OF_ERROR];
}

/* But of the frame's flags. */
static bool is_as_predicted(uint64_t cr2)
{
    const struct machine *m = kept.machine;
    uint64_t differs = (captured.vector ^ kept.prediction->delivery.event.vector) | (captured.rsp ^ m->gpr[RSP]) |
                       (captured.cs ^ m->segment[CS].selector) | (captured.ss ^ m->segment[SS].selector) | (captured.rflags ^ kept.rflags) |
                       (cr2 ^ m->cr2);

#pragma GCC unroll 5
    for (unsigned i = 0; i < FRAME_WORDS; i++)
        if (i != OF_RFLAGS)
            differs |= kept.top[-(int)i] ^ kept.word[i];
    if (kept.has_error)
        differs |= kept.top[-OF_ERROR] ^ kept.word[OF_ERROR];
    return !differs;
}

uint64_t *enter_kept(const struct state *s, uint64_t *agreed, uint64_t *sum)
{
    uint64_t rflags = s->machine.rflags, cr2, flags;

    reset_cr2();
    entry_image.rflags = rflags;
    kept.rflags = flags_of(&kept.in_handler, rflags);
    kept.word[OF_RFLAGS] = flags_of(&kept.in_frame, rflags);
    write_frame();
    enter_state(s->machine.gpr[RAX], s->machine.gpr[RDI]);
    cr2 = read_cr2();
    flags = kept.top[-OF_RFLAGS] ^ kept.word[OF_RFLAGS];
    if (is_as_predicted(cr2) && (!flags || (kept.states && flags == kept.differ))) {
        *sum = hash_of((const uint64_t *)kept.top, kept.has_error, cr2);
        return flags ? kept.states : agreed;
    }
    kept.machine->rflags = kept.rflags;
    *kept.pushed = kept.word[OF_RFLAGS];
    return NULL;
}

void keep_class(struct difference d, uint64_t *states)
{
    kept.differ = d.flags;
    kept.states = d.fields == 1u << FIELD_RFLAGS ? states : NULL;
}
