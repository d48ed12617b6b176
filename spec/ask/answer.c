/* answer.c: a delivery as JSON. Numbers are strings of hexadecimal digits, since other languages' have fewer bits. */
#include "ask.h"
#include "trace.h"

void put(struct text *t, const char *s)
{
    for (; *s && t->at < t->end; s++)
        *t->at++ = *s;
}

static void put_number(struct text *t, uint64_t value)
{
    char digits[17];
    unsigned at = sizeof(digits) - 1;

    digits[at] = 0;
    do
        digits[--at] = "0123456789abcdef"[value & 15];
    while (value >>= 4);
    put(t, "\"0x");
    put(t, digits + at);
    put(t, "\"");
}

static void put_string(struct text *t, const char *s)
{
    char one[2] = {0};

    put(t, "\"");
    for (; *s; s++) {
        if (*s == '"' || *s == '\\')
            put(t, "\\");
        one[0] = *s;
        put(t, one);
    }
    put(t, "\"");
}

static void put_key(struct text *t, const char *key)
{
    if (t->at[-1] != '{')
        put(t, ",");
    put_string(t, key);
    put(t, ":");
}

static void put_member(struct text *t, const char *key, uint64_t value)
{
    put_key(t, key);
    put_number(t, value);
}

/* Between the elements of an array. */
static void put_comma(struct text *t)
{
    if (t->at[-1] != '[')
        put(t, ",");
}

static void put_event(struct text *t, const struct event *e)
{
    put(t, "{");
    put_member(t, "kind", e->kind);
    put_member(t, "vector", e->vector);
    if (e->has_error)
        put_member(t, "error", e->error);
    put(t, "}");
}

static void put_state(struct text *t, const char *key, const struct machine *m)
{
    static const char *const names[] = {"es", "cs", "ss", "ds", "fs", "gs", "ldtr", "tr"};

    put_key(t, key);
    put(t, "{");
    put_member(t, "rip", m->rip);
    put_member(t, "rflags", m->rflags);
    put_member(t, "rsp", m->gpr[RSP]);
    for (unsigned i = 0; i < sizeof(names) / sizeof(*names); i++)
        put_member(t, names[i], m->segment[i].selector);
    put_member(t, "base", m->segment[SS].base);
    put_member(t, "cpl", m->cpl);
    put_member(t, "cr0", m->cr0);
    put_member(t, "cr2", m->cr2);
    put_member(t, "cr3", m->cr3);
    put_member(t, "dr6", m->dr6);
    put_member(t, "dr7", m->dr7);
    put_member(t, "nmi", m->nmi_blocked);
    put(t, "}");
}

static const char *behind(const char *s)
{
    while (*s)
        s++;
    return s + 1;
}

/* Id, section and place in the source, with a zero between. */
static void put_step(struct text *t, const char *rule, bool passed, const struct event *raised)
{
    const char *section = behind(rule);

    put_comma(t);
    put(t, "[");
    put_string(t, rule);
    put(t, ",");
    put_string(t, section);
    put(t, ",");
    put_string(t, behind(section));
    put(t, passed ? ",true" : ",false");
    if (raised) {
        put(t, ",");
        put_event(t, raised);
    }
    put(t, "]");
}

/* ---- The frame: what the last event pushed, upwards. ---- */

#define MOST_WORDS 10u

static unsigned gather_frame(const struct outcome *o, struct word word[MOST_WORDS], unsigned *size)
{
    unsigned count = 0;

    for (unsigned i = o->store_count; i-- > 0;) {
        const struct store *s = &o->store[i];

        if (s->kind != STORE_PUSH || s->maybe || count == MOST_WORDS)
            continue;
        word[count] = (struct word){s->value, s->open};
        *size = s->size;
        if (i && s[-1].kind == STORE_PUSH && s->linear == s[-1].linear + s[-1].size) { /* a word in two pages */
            word[count].value = s->value << 8 * s[-1].size | (s[-1].value & ((1ull << 8 * s[-1].size) - 1));
            *size = s->size + s[-1].size;
            i--;
        }
        count++;
    }
    return count;
}

static void put_frame(struct text *t, const struct outcome *o)
{
    static const char *const names[][9] = {{"ip", "cs", "flags", "sp", "ss", "es", "ds", "fs", "gs"},
                                           {"eip", "cs", "eflags", "esp", "ss", "es", "ds", "fs", "gs"},
                                           {"rip", "cs", "rflags", "rsp", "ss"}};
    struct word word[MOST_WORDS];
    unsigned size = 8, count = gather_frame(o, word, &size);
    uint64_t mask = size == 8 ? ~0ull : (1ull << 8 * size) - 1;
    bool error = count % 2 == 0 || count == 1; /* all of a frame but the error code are 3, 5 or 9 words */

    put_key(t, "frame");
    put(t, "[");
    for (unsigned i = 0; i < count; i++) {
        put_comma(t);
        put(t, "[");
        put_string(t, error && !i ? "error" : names[size / 4][i - error]);
        put(t, ",");
        put_number(t, word[i].value & mask);
        put(t, ",");
        put_number(t, word[i].open & mask);
        put(t, "]");
    }
    put(t, "]");
    put_member(t, "word", size);
}

static void put_open(struct text *t, const struct open_field *f)
{
    put_comma(t);
    put(t, "[");
    put_string(t, f->field);
    put(t, ",");
    put_number(t, f->bits);
    put(t, ",");
    put_string(t, f->reason);
    put(t, "]");
}

void ask_passed(struct outcome *o, const char *rule)
{
    struct trace *t = (struct trace *)o;

    if (t->count && t->passed[t->count - 1].rule == rule)
        return; /* of each byte, each word */
    if (t->count < PASSED)
        t->passed[t->count++] = (struct passed){rule, o->rule_count};
    else
        o->overflow = 1;
}

bool ask_raised(struct outcome *o, bool value)
{
    struct trace *t = (struct trace *)o;

    if (o->rule_count) {
        t->raised[o->rule_count - 1] = o->event;
        t->raises[o->rule_count - 1] = true;
    }
    return value;
}

static void put_steps(struct text *t, const struct trace *trace)
{
    uint32_t passed = 0;

    for (unsigned i = 0; i <= trace->outcome.rule_count; i++) {
        for (; passed < trace->count && trace->passed[passed].before == i; passed++)
            put_step(t, trace->passed[passed].rule, true, 0);
        if (i < trace->outcome.rule_count)
            put_step(t, trace->outcome.rule[i], false, trace->raises[i] ? &trace->raised[i] : 0);
    }
}

static struct event event_of(const struct question *q)
{
    return (struct event){
        .kind = (uint8_t)q->kind,
        .vector = (uint8_t)q->vector,
        .has_error = q->error != NO_ERROR,
        .error = (uint32_t)q->error,
        .length = (uint8_t)q->length,
        .cr2 = q->cr2,
        .dr6 = q->dr6,
    };
}

void put_answer(struct text *t, const struct question *q)
{
    struct machine m;
    struct event event = event_of(q);
    struct trace trace = {.count = 0};
    struct outcome *o = &trace.outcome;

    build_machine(q, &m);
    put_state(t, "before", &m);
    spec_deliver(&m, &event, o);
    put_state(t, "after", &m);
    put_member(t, "end", o->end);
    put_member(t, "asked", o->asked);
    put_member(t, "overflow", o->overflow);
    put_key(t, "chain");
    put(t, "[");
    for (unsigned i = 0; i < o->chain_count; i++) {
        put_comma(t);
        put_event(t, &o->chain[i]);
    }
    put(t, "]");
    put_key(t, "steps");
    put(t, "[");
    put_steps(t, &trace);
    put(t, "]");
    put_frame(t, o);
    put_key(t, "open");
    put(t, "[");
    for (unsigned i = 0; i < o->open_count; i++)
        put_open(t, &o->open[i]);
    put(t, "]");
}

const char *ask_field(uint32_t which)
{
#define ASK_NAME(name) #name,
    static const char *const names[] = {ASK_FIELDS(ASK_NAME)};

    return which < sizeof(names) / sizeof(*names) ? names[which] : 0;
}

uint32_t ask(struct question *q, const struct question *given, char *to, uint32_t size)
{
    struct text t = {to, to + size - 1};
    const char *why;
    const uint64_t *values = (const uint64_t *)q;

    complete(q, given);
    put(&t, "{");
    put_key(&t, "state");
    put(&t, "[");
    for (unsigned i = 0; ask_field(i); i++) {
        put_comma(&t);
        put_number(&t, values[i]);
    }
    put(&t, "]");
    why = impossible(q);
    if (why) {
        put_key(&t, "impossible");
        put_string(&t, why);
    } else {
        put_answer(&t, q);
    }
    put(&t, "}");
    *t.at = 0;
    return (uint32_t)(t.at - to);
}
