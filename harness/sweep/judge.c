/* judge.c: what came against what the specification says, field by field. What it leaves open isn't compared. */
#include "common/line.h"
#include "sweep/eyes.h"
#include "sweep/own.h"

/* What the processor did, besides `captured`. */
static struct {
    const uint64_t *frame; /* SS, and downwards from there in the order in which they were pushed; no other memory until it is judged */
    uint64_t cr2, dr6, dr7;
    bool has_error;
    uint16_t segment[SEGMENT_COUNT]; /* selectors, where they are watched */
} came;

static uint64_t word_that_came(unsigned number)
{
    return number < FRAME_WORDS || came.has_error ? came.frame[-(int)number] : 0;
}

static bool is_readable_page(uint64_t address, unsigned size)
{
    struct access first = {.linear = address}, last = {.linear = address + size - 1};
    uint64_t physical;
    static struct outcome ignored;
    bool canonical = (uint64_t)((int64_t)(address << 16) >> 16) == address && (uint64_t)((int64_t)(last.linear << 16) >> 16) == last.linear;

    ignored.store_count = ignored.rule_count = 0;
    return canonical && base.translate(&base, &first, &physical, &ignored) && base.translate(&base, &last, &physical, &ignored);
}

static bool is_readable(uint64_t address, unsigned size)
{
    return (is_low(address) && is_low(address + size)) || is_readable_page(address, size);
}

static uint16_t selector_in(unsigned which);

void take_outcome(void)
{
    static const uint64_t unreadable[FRAME_WORDS + 1];

    came.cr2 = read_cr2();
    if (WATCHED(WATCH_DEBUG))
        read_debug_registers(&came.dr6, &came.dr7);
    else
        came.dr6 = captured.vector == VEC_DB ? read_dr6() : 0;
    /* SDM 3A "64-Bit Mode Stack Frame": the frame begins at a multiple of 16 */
    came.has_error = !(captured.rsp & 8);
    for (unsigned i = 0; watched & WATCH_SEGMENTS && i < SEGMENT_COUNT; i++)
        came.segment[i] = selector_in(i);
    if (is_readable(captured.rsp, (FRAME_WORDS + came.has_error) * 8))
        came.frame = (const uint64_t *)captured.rsp + FRAME_WORDS - 1 + came.has_error;
    else
        came.frame = unreadable + FRAME_WORDS;
}

uint64_t hash_of_outcome(void)
{
    return hash_of(came.frame, came.has_error, came.cr2);
}

static uint64_t open_bits(const struct outcome *o, const char *field)
{
    uint64_t bits = 0;

    for (unsigned i = 0; i < o->open_count; i++)
        if (o->open[i].field[0] == field[0] && o->open[i].field[1] == field[1]) /* rsp, rflags, dr6: two letters tell them apart */
            bits |= o->open[i].bits;
    return bits;
}

static bool is_pushed(const struct store *s)
{
    return s->kind == STORE_PUSH && !s->maybe;
}

static uint32_t compare_descriptors(const struct outcome *o)
{
    for (unsigned i = 0; i < o->store_count; i++)
        if (o->store[i].kind == STORE_DESCRIPTOR && !o->store[i].maybe && *(const uint8_t *)o->store[i].physical != o->store[i].value)
            return 1u << FIELD_DESCRIPTOR;
    return 0;
}

/* The entries of PAGE_VARIED, before the state was entered. */
static uint64_t entries[5];

void note_entries(void)
{
    for (unsigned level = 1; level <= 4 && entry_of_varied[level]; level++)
        entries[level] = *entry_of_varied[level];
    if (entry_of_varied[1])
        invalidate_page(PAGE_VARIED);
}

static uint32_t compare_entries(const struct outcome *o)
{
    for (unsigned level = 1; level <= 4 && entry_of_varied[level]; level++) {
        uint64_t wanted = entries[level], open = 0;

        for (unsigned i = 0; i < o->store_count; i++)
            if (o->store[i].kind == STORE_PAGING && o->store[i].physical == (uintptr_t)entry_of_varied[level]) {
                open |= o->store[i].maybe ? o->store[i].value ^ wanted : 0;
                wanted = o->store[i].value;
            }
        if ((*entry_of_varied[level] ^ wanted) & ~open)
            return 1u << FIELD_ENTRIES;
    }
    return 0;
}

/* A delivery may use the stack that a call gate led to again. */
static bool is_overwritten(const struct store *s, const struct outcome *by)
{
    for (unsigned i = 0; i < by->store_count; i++)
        if (by->store[i].kind == STORE_PUSH && s->linear < by->store[i].linear + by->store[i].size && by->store[i].linear < s->linear + s->size)
            return true;
    return false;
}

static uint32_t compare_pushed(const struct prediction *p)
{
    const struct outcome *o = &p->step;

    for (unsigned i = 0; i < o->store_count; i++) {
        const struct store *s = &o->store[i];
        uint64_t value = 0;

        if (!is_pushed(s) || is_overwritten(s, &p->delivery))
            continue;
        for (unsigned byte = 0; byte < s->size; byte++)
            value |= (uint64_t)((const uint8_t *)s->linear)[byte] << 8 * byte;
        if ((value ^ s->value) & ~s->open & (s->size == 8 ? ~0ull : (1ull << 8 * s->size) - 1))
            return 1u << FIELD_PUSHED;
    }
    return 0;
}

static uint16_t selector_in(unsigned which)
{
    uint32_t selector;

    switch (which) {
    case ES:
        __asm__ volatile("movl %%es, %0" : "=r"(selector));
        break;
    case DS:
        __asm__ volatile("movl %%ds, %0" : "=r"(selector));
        break;
    case FS:
        __asm__ volatile("movl %%fs, %0" : "=r"(selector));
        break;
    case GS:
        __asm__ volatile("movl %%gs, %0" : "=r"(selector));
        break;
    case LDTR:
        __asm__ volatile("sldt %0" : "=r"(selector));
        break;
    default:
        __asm__ volatile("str %0" : "=r"(selector));
        break;
    }
    return (uint16_t)selector;
}

static uint32_t compare_segments(const struct machine *m, const struct outcome *o)
{
    static const uint8_t of[] = {ES, DS, FS, GS, LDTR, TR};
    static const uint8_t fields[] = {
        FIELD_HANDLER_SEGMENTS, FIELD_HANDLER_SEGMENTS, FIELD_HANDLER_SEGMENTS, FIELD_HANDLER_SEGMENTS, FIELD_LDTR, FIELD_TR};
    uint32_t differs = 0;

    for (unsigned i = 0; watched & WATCH_SEGMENTS && i < sizeof(of); i++)
        if ((came.segment[of[i]] ^ m->segment[of[i]].selector) & ~(of[i] == LDTR ? open_bits(o, "ldtr") : 0))
            differs |= 1u << fields[i];
    if (watched & WATCH_SEGMENTS && (captured.rbx ^ m->gpr[RBX]) & ~open_bits(o, "value"))
        differs |= 1u << FIELD_HANDLER_GPRS;
    if (WATCHED(WATCH_REGISTERS) && (((captured.rcx ^ m->gpr[RCX]) & ~open_bits(o, "rcx")) || ((captured.r11 ^ m->gpr[R11]) & ~open_bits(o, "r11"))))
        differs |= 1u << FIELD_HANDLER_GPRS;
    return differs;
}

/* Where they are watched, behind any exception. */
static uint32_t compare_debug_registers(const struct machine *m, const struct prediction *p)
{
    uint64_t differs = (came.dr6 ^ m->dr6) & ~open_bits(&p->delivery, "dr6") & ~open_bits(&p->step, "dr6");
    uint32_t fields = 0;

    if (captured.vector != VEC_DB && (!WATCHED(WATCH_DEBUG) || m->dr7 & DR7_GD)) /* GD: to read them was another one */
        return 0;
    if (differs & DR6_BS)
        fields |= 1u << FIELD_DR6_BS;
    if (differs & DR6_BD || (WATCHED(WATCH_DEBUG) && came.dr7 != m->dr7))
        fields |= 1u << FIELD_DR6_BD;
    if (differs & DR6_BT)
        fields |= 1u << FIELD_DR6_BT;
    if (differs & ~(uint64_t)(DR6_BS | DR6_BD | DR6_BT))
        fields |= 1u << FIELD_DR6;
    return fields;
}

static uint32_t compare_frame(const struct prediction *p, struct difference *d)
{
    const struct outcome *o = &p->delivery;
    static const uint8_t field_of[] = {FIELD_SS, FIELD_RSP, FIELD_RFLAGS, FIELD_CS, FIELD_RIP, FIELD_ERROR};
    uint32_t fields = 0;
    unsigned word = 0;

    for (unsigned i = 0; i < o->store_count; i++) {
        const struct store *s = &o->store[i];

        if (!is_pushed(s))
            continue;
        uint64_t open = s->open | (word == OF_RSP ? open_bits(&p->step, "rsp") : word == OF_RFLAGS ? open_bits(&p->step, "rflags") : 0);
        uint64_t differs = (word_that_came(word) ^ s->value) & ~open;

        if (differs) {
            if (word == OF_RFLAGS)
                d->flags = (uint32_t)differs;
            fields |= 1u << (word == OF_ERROR && differs == ERROR_EXT ? FIELD_EXT : field_of[word]);
        }
        word++;
    }
    if ((word > FRAME_WORDS) != came.has_error)
        fields |= 1u << FIELD_ERROR;
    return fields;
}

static struct difference compare_each(const struct machine *m, const struct prediction *p)
{
    const struct outcome *o = &p->delivery;
    struct difference d = {.wanted = o->event.vector, .came = (uint16_t)captured.vector};
    uint64_t flags = (captured.rflags ^ m->rflags) & ~(open_bits(o, "rflags") | open_bits(&p->step, "rflags"));

    if (d.came != d.wanted) {
        d.fields = 1u << FIELD_VECTOR;
        return d;
    }
    d.fields = compare_frame(p, &d) | compare_pushed(p) | compare_entries(&p->step) | compare_segments(m, &p->step) | compare_descriptors(&p->step) |
               compare_descriptors(o);
    if ((captured.rsp ^ m->gpr[RSP]) & ~open_bits(o, "rsp"))
        d.fields |= 1u << FIELD_HANDLER_RSP;
    if (captured.cs != m->segment[CS].selector)
        d.fields |= 1u << FIELD_HANDLER_CS;
    if (captured.ss != m->segment[SS].selector)
        d.fields |= 1u << FIELD_HANDLER_SS;
    if (flags) {
        d.handler_flags = (uint32_t)flags;
        d.fields |= 1u << FIELD_HANDLER_RFLAGS;
    }
    if (came.cr2 != m->cr2)
        d.fields |= 1u << FIELD_CR2;
    d.fields |= compare_debug_registers(m, p);
    if (d.fields & 1u << FIELD_RIP) { /* the same exception of another place: the rest follows from that */
        d.fields &= 1u << FIELD_RIP | 1u << FIELD_ERROR | 1u << FIELD_EXT;
        d.flags = d.handler_flags = 0;
    }
    if (d.wanted == VEC_DF && d.fields & 1u << FIELD_RSP) { /* the same, where RIP is left open */
        d.fields = 1u << FIELD_RSP;
        d.flags = d.handler_flags = 0;
    }
    return d;
}

/* Whether nothing is left open, and each word is as it must be. False: compare_each() may find so, too, and tells what isn't. */
static bool agrees(const struct machine *m, const struct prediction *p)
{
    const struct outcome *o = &p->delivery;
    uint64_t differs = captured.vector ^ o->event.vector;

    if (p->step.open_count | p->step.store_count | o->open_count || captured.vector == VEC_DB || entry_of_varied[1] || watched ||
        o->store_count != FRAME_WORDS + came.has_error)
        return false;
    differs |= captured.rsp ^ m->gpr[RSP];
    differs |= captured.cs ^ m->segment[CS].selector;
    differs |= captured.ss ^ m->segment[SS].selector;
    differs |= captured.rflags ^ m->rflags;
    differs |= came.cr2 ^ m->cr2;
    if (came.has_error)
        differs |= (word_that_came(OF_ERROR) ^ o->store[OF_ERROR].value) | o->store[OF_ERROR].open | !is_pushed(&o->store[OF_ERROR]);
#pragma GCC unroll 5
    for (const struct store *s = o->store; s < o->store + FRAME_WORDS; s++) {
        differs |= (came.frame[o->store - s] ^ s->value) | s->open;
        if (!is_pushed(s))
            return false;
    }
    return !differs;
}

struct difference compare(const struct machine *m, const struct prediction *p)
{
    return agrees(m, p) ? (struct difference){0} : compare_each(m, p);
}

/* ---- One state, told whole. ---- */

static void tell(const char *name, uint64_t wanted, uint64_t open, uint64_t is)
{
    print("field %s %lx %lx %lx\n", name, (unsigned long)wanted, (unsigned long)open, (unsigned long)is);
}

void tell_outcome(const struct machine *m, const struct prediction *p)
{
    static const char *const names[] = {"ss", "rsp", "rflags", "cs", "rip", "error"};
    const struct outcome *o = &p->delivery;
    unsigned word = 0;

    tell("vector", o->event.vector, 0, captured.vector);
    for (unsigned i = 0; i < o->store_count; i++)
        if (is_pushed(&o->store[i]) && word < sizeof(names) / sizeof(*names)) {
            tell(names[word], o->store[i].value, o->store[i].open, word_that_came(word));
            word++;
        }
    tell("words", word, 0, FRAME_WORDS + came.has_error);
    if (word == FRAME_WORDS && came.has_error)
        tell("error", 0, ~0ull, word_that_came(OF_ERROR));
    tell("handler.rsp", m->gpr[RSP], open_bits(o, "rsp"), captured.rsp);
    tell("handler.cs", m->segment[CS].selector, 0, captured.cs);
    tell("handler.rflags", m->rflags, open_bits(o, "rflags"), captured.rflags);
    tell("handler.ss", m->segment[SS].selector, 0, captured.ss);
    tell("cr2", m->cr2, 0, came.cr2);
    if (captured.vector == VEC_DB || WATCHED(WATCH_DEBUG))
        tell("dr6", m->dr6, open_bits(o, "dr6") | open_bits(&p->step, "dr6"), came.dr6);
    if (WATCHED(WATCH_DEBUG))
        tell("dr7", m->dr7, 0, came.dr7);
    if (WATCHED(WATCH_REGISTERS)) {
        tell("handler.rcx", m->gpr[RCX], open_bits(&p->step, "rcx"), captured.rcx);
        tell("handler.r11", m->gpr[R11], open_bits(&p->step, "r11"), captured.r11);
    }
    tell("segments", 0, 0, compare_segments(m, &p->step));
    tell("pushed", 0, 0, compare_pushed(p) != 0);
    tell("entries", 0, 0, compare_entries(&p->step) != 0);
    tell("descriptor", 0, 0, (compare_descriptors(&p->step) | compare_descriptors(o)) != 0);
}
