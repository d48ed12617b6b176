/*
 * classes.c: differences by what they have in common: the value of the first axis, the rules that decided, the vectors, the
 * fields, the bits of RFLAGS.
 */
#include "common/line.h"
#include "sweep/own.h"

#define MOST_CLASSES 1000u
#define PLACES 4096u /* of the table that finds them; a power of two */

static struct class
{
    const char *step, *early, *late; /* rules, NULL: none refused anything */
    struct difference difference;
    uint32_t what; /* number of the value on the first axis */
    uint64_t first, count;
} classes[MOST_CLASSES];
static unsigned class_count;
static uint16_t place[PLACES]; /* number of the class, and 1 */

static bool begins(const char *text, const char *with)
{
    while (*with)
        if (*text++ != *with++)
            return false;
    return true;
}

static bool is_refusal(const char *rule)
{
    static const char *const others[] = {"stack.aligned",      "gate.trap-keeps-if", "gate.interrupt-clears-if", "double-fault.", "boundary.nmi",
                                         "boundary.interrupt", "task.committed"};

    for (unsigned i = 0; i < sizeof(others) / sizeof(*others); i++)
        if (begins(rule, others[i]))
            return false;
    return true;
}

/* The same few rules come again and again. */
static bool refuses(const char *rule)
{
    static struct {
        const char *rule;
        bool refuses;
    } known[64];
    unsigned at = (unsigned)((uintptr_t)rule / 8 % 64);

    if (known[at].rule != rule) {
        known[at].rule = rule;
        known[at].refuses = is_refusal(rule);
    }
    return known[at].refuses;
}

/* The first rule that refused something, and the last one. */
static const char *first_of(const struct outcome *o)
{
    for (unsigned i = 0; i < o->rule_count; i++)
        if (refuses(o->rule[i]))
            return o->rule[i];
    return NULL;
}

static const char *last_of(const struct outcome *o)
{
    for (unsigned i = o->rule_count; i--;)
        if (refuses(o->rule[i]))
            return o->rule[i];
    return NULL;
}

static bool is_same(const struct class *a, const struct class *b)
{
    const struct difference *x = &a->difference, *y = &b->difference;

    return a->what == b->what && a->step == b->step && a->early == b->early && a->late == b->late && x->fields == y->fields && x->flags == y->flags &&
           x->handler_flags == y->handler_flags && x->wanted == y->wanted && x->came == y->came;
}

static unsigned hash(const struct class *c)
{
    const struct difference *d = &c->difference;
    uint64_t sum = (uintptr_t)c->step * 31 + (uintptr_t)c->early * 17 + (uintptr_t)c->late + ((uint64_t)d->fields << 32) + d->flags * 5 +
                   d->handler_flags * 3 + d->wanted * 257u + d->came * 65537u + c->what * 7919u;

    return (unsigned)(sum * 0x9e3779b97f4a7c15 >> 52);
}

uint64_t *note_difference(uint64_t row, uint32_t what, const struct prediction *p, struct difference d)
{
    struct class one = {first_of(&p->step), first_of(&p->delivery), last_of(&p->delivery), d, what, row, 1};

    for (unsigned at = hash(&one);; at = (at + 1) % PLACES) {
        if (!place[at]) {
            if (class_count == MOST_CLASSES)
                harness_fault("more classes of differences than fit");
            classes[class_count++] = one;
            place[at] = (uint16_t)class_count;
            return &classes[class_count - 1].count;
        }
        struct class *c = &classes[place[at] - 1];

        if (is_same(c, &one)) {
            c->count++;
            return &c->count;
        }
    }
}

static void tell_rules(const char *what, const struct outcome *o)
{
    for (unsigned i = 0; i < o->rule_count; i++)
        print("rule %s %s\n", what, o->rule[i]);
}

void tell_prediction(uint32_t what, const struct prediction *p)
{
    const char *step = first_of(&p->step), *first = first_of(&p->delivery), *last = last_of(&p->delivery);

    tell_rules("instruction", &p->step);
    tell_rules("delivery", &p->delivery);
    print("decided %x %s %s %s %x\n", what, step ? step : "-", first ? first : "-", last ? last : "-", p->delivery.event.vector);
}

/* Its number in the record, behind a line that names it. */
static unsigned number_of(const char *rule)
{
    static const char *told[2 * MOST_CLASSES];
    static unsigned count;
    unsigned i = 0;

    while (i < count && told[i] != rule)
        i++;
    if (i == count) {
        told[count++] = rule;
        print("name %x %s\n", i, rule ? rule : "-");
    }
    return i;
}

/* By the values that aren't the ordinary ones. */
static void put_state(uint64_t row)
{
    uint32_t at[MOST_AXES];

    plan_row(row, at);
    print("state");
    for (unsigned i = 0; i < plan_axes(); i++)
        if (at[i])
            print(" %x %x", i, at[i]);
    print("\n");
}

void put_classes(void)
{
    for (unsigned i = 0; i < class_count; i++) {
        const struct class *c = &classes[i];
        const struct difference *d = &c->difference;
        unsigned step = number_of(c->step), early = number_of(c->early), late = number_of(c->late);

        print("class %x %x %x %x %x %x %x ", c->what, step, early, late, d->wanted, d->came, d->fields);
        print("%x %x %lx %lx\n", d->flags, d->handler_flags, (unsigned long)c->first, (unsigned long)c->count);
        put_state(c->first);
    }
}
