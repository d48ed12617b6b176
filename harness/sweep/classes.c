/* classes.c: differences by what they have in common: the rules that decided, the vectors, the fields, the bits of RFLAGS. */
#include "common/line.h"
#include "sweep/own.h"

#define MOST_CLASSES 400

static struct class {
    const char *step, *delivery; /* rules, NULL: none refused anything */
    struct difference difference;
    uint64_t first, count;
} classes[MOST_CLASSES];
static unsigned class_count;

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

static bool is_same(const struct difference *a, const struct difference *b)
{
    return a->fields == b->fields && a->flags == b->flags && a->handler_flags == b->handler_flags && a->wanted == b->wanted && a->came == b->came;
}

void note_difference(uint64_t row, const struct prediction *p, struct difference d)
{
    const char *step = deciding(&p->step), *delivery = deciding(&p->delivery);

    for (unsigned i = 0; i < class_count; i++) {
        struct class *c = &classes[i];

        if (c->step == step && c->delivery == delivery && is_same(&c->difference, &d)) {
            c->count++;
            return;
        }
    }
    if (class_count == MOST_CLASSES)
        harness_fault("more classes of differences than fit");
    classes[class_count++] = (struct class){step, delivery, d, row, 1};
}

void put_class_of(const struct prediction *p)
{
    const char *step = deciding(&p->step), *delivery = deciding(&p->delivery);

    print("decided %s %s %x\n", step ? step : "-", delivery ? delivery : "-", p->delivery.event.vector);
}

void put_classes(void)
{
    for (unsigned i = 0; i < class_count; i++) {
        const struct class *c = &classes[i];
        const char *separator = "";

        print("class %s %s %x %x ", c->step ? c->step : "-", c->delivery ? c->delivery : "-", c->difference.wanted, c->difference.came);
        for (unsigned f = 0; f < FIELD_COUNT; f++)
            if (c->difference.fields >> f & 1) {
                print("%s%s", separator, field_names[f]);
                separator = ",";
            }
        print(" %x %x %lx %lx\n", c->difference.flags, c->difference.handler_flags, (unsigned long)c->first, (unsigned long)c->count);
    }
}
