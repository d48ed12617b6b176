/*
 * classes.c: differences by what they have in common: the value of the first axis, the rules that decided, the vectors, the
 * fields, the bits of RFLAGS.
 */
#include "common/line.h"
#include "sweep/own.h"

#define MOST_CLASSES 1000u
#define PLACES 4096u /* of the table that finds them; a power of two */

static struct class {
    const char *step, *delivery; /* rules, NULL: none refused anything */
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

/* The last rule that refused something, on the way to what was delivered. */
static const char *deciding(const struct outcome *o)
{
    static const char *const others[] = {"stack.aligned", "gate.trap-keeps-if", "gate.interrupt-clears-if", "double-fault.", "boundary.nmi",
                                         "boundary.interrupt"};

    for (unsigned i = o->rule_count; i--;) {
        unsigned other = 0;

        while (other < sizeof(others) / sizeof(*others) && !begins(o->rule[i], others[other]))
            other++;
        if (other == sizeof(others) / sizeof(*others))
            return o->rule[i];
    }
    return NULL;
}

static bool is_same(const struct class *a, const struct class *b)
{
    const struct difference *x = &a->difference, *y = &b->difference;

    return a->what == b->what && a->step == b->step && a->delivery == b->delivery && x->fields == y->fields && x->flags == y->flags &&
           x->handler_flags == y->handler_flags && x->wanted == y->wanted && x->came == y->came;
}

static unsigned hash(const struct class *c)
{
    const struct difference *d = &c->difference;
    uint64_t sum = (uintptr_t)c->step * 31 + (uintptr_t)c->delivery + ((uint64_t)d->fields << 32) + d->flags * 5 + d->handler_flags * 3 +
                   d->wanted * 257u + d->came * 65537u + c->what * 7919u;

    return (unsigned)(sum * 0x9e3779b97f4a7c15 >> 52);
}

void note_difference(uint64_t row, uint32_t what, const struct prediction *p, struct difference d)
{
    struct class one = {deciding(&p->step), deciding(&p->delivery), d, what, row, 1};

    for (unsigned at = hash(&one);; at = (at + 1) % PLACES) {
        if (!place[at]) {
            if (class_count == MOST_CLASSES)
                harness_fault("more classes of differences than fit");
            classes[class_count++] = one;
            place[at] = (uint16_t)class_count;
            return;
        }
        struct class *c = &classes[place[at] - 1];

        if (is_same(c, &one)) {
            c->count++;
            return;
        }
    }
}

void put_class_of(uint32_t what, const struct prediction *p)
{
    const char *step = deciding(&p->step), *delivery = deciding(&p->delivery);

    print("decided %x %s %s %x\n", what, step ? step : "-", delivery ? delivery : "-", p->delivery.event.vector);
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

void put_classes(void)
{
    for (unsigned i = 0; i < class_count; i++) {
        const struct class *c = &classes[i];
        const struct difference *d = &c->difference;
        unsigned step = number_of(c->step), delivery = number_of(c->delivery);

        print("class %x %x %x %x %x %x ", c->what, step, delivery, d->wanted, d->came, d->fields);
        print("%x %x %lx %lx\n", d->flags, d->handler_flags, (unsigned long)c->first, (unsigned long)c->count);
    }
}
