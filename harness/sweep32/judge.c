/* judge.c: what came against what the specification says, field by field. What it leaves open isn't compared. */
#include "common/line.h"
#include "sweep/own.h"

static struct {
    uint32_t vector, cr2, dr6;
} came;

void take_outcome(void)
{
    static const uint8_t of_stub[] = {
        [STUB_INT_N] = VECTOR_INT_N, [STUB_INTERRUPT] = VECTOR_INTERRUPT, [STUB_RAN_ON] = VECTOR_RAN_ON, [STUB_OTHER] = VECTOR_OTHER};
    uint32_t stub = captured.vector;

    came.vector = stub < EXCEPTIONS ? stub : of_stub[stub];
    came.cr2 = read_cr2();
    if (came.vector == VEC_DB) {
        came.dr6 = read_dr6();
        write_dr6(DR6_START);
    }
}

static uint64_t mix(uint64_t sum, uint32_t a, uint32_t b)
{
    sum = (sum ^ ((uint64_t)a << 32 | b)) * 0x9e3779b97f4a7c15;
    return sum ^ sum >> 29;
}

uint64_t hash_of_outcome(void)
{
    uint64_t sum = mix(came.vector, captured.esp, captured.eflags);

    for (unsigned i = 0; i < 6; i++)
        sum = mix(sum, captured.segment[i], came.cr2);
    return mix(sum, captured.ebx, (uint32_t)came_system.tr << 16 | came_system.ldtr);
}

static uint32_t open_bits(const struct outcome *o, const char *field)
{
    uint32_t bits = 0;

    for (unsigned i = 0; i < o->open_count; i++)
        if (o->open[i].field[0] == field[0] && o->open[i].field[1] == field[1]) /* rsp, rflags, dr6, gprs, value: two letters tell them apart */
            bits |= (uint32_t)o->open[i].bits;
    return bits;
}

/* ---- What was stored. ---- */

/* A word that crosses into another page is two stores, the second of its upper bytes. */
static bool continues(const struct outcome *o, unsigned i)
{
    return i && o->store[i].kind == o->store[i - 1].kind && o->store[i].linear == o->store[i - 1].linear + o->store[i - 1].size &&
           o->store[i].size < 4 && (o->store[i].linear & 0xfff) == 0;
}

static bool is_overwritten(const struct outcome *o, unsigned by, const struct store *s)
{
    for (; by < o->store_count; by++)
        if (o->store[by].linear < s->linear + s->size && s->linear < o->store[by].linear + o->store[by].size)
            return true;
    return false;
}

static uint32_t read_store(const struct store *s)
{
    uintptr_t at = (uintptr_t)s->linear;
    uint32_t value = 0;

    if (s->size == 4)
        return *(volatile uint32_t *)at;
    for (unsigned i = 0; i < s->size; i++)
        value |= (uint32_t) * (volatile uint8_t *)(at + i) << 8 * i;
    return value;
}

static bool is_there(const struct store *s)
{
    return s->size == 4 && read_store(s) == (uint32_t)s->value;
}

static unsigned pushed_words(const struct outcome *o)
{
    unsigned words = 0;

    for (unsigned i = 0; i < o->store_count; i++)
        words += o->store[i].kind == STORE_PUSH && !o->store[i].maybe && !continues(o, i);
    return words;
}

/* Of the words pushed, the last one first. */
static const uint8_t field_of[] = {FIELD_ERROR, FIELD_RIP,      FIELD_CS,       FIELD_RFLAGS,   FIELD_RSP,
                                   FIELD_SS,    FIELD_SEGMENTS, FIELD_SEGMENTS, FIELD_SEGMENTS, FIELD_SEGMENTS};
static const char *const names[] = {"error", "rip", "cs", "rflags", "rsp", "ss", "es", "ds", "fs", "gs"};
#define MOST_WORDS (sizeof(field_of))

/* What becomes of a store that is decided: a difference, or a line. */
struct seen {
    struct difference *d;
    const struct prediction *p;
    bool tell;
};
static void tell(const char *name, uint64_t wanted, uint64_t open, uint64_t is)
{
    print("field %s ", name);
    put_hex(wanted);
    put(' ');
    put_hex(open);
    print(" %lx\n", (unsigned long)is);
}

/* docs/doubts.md, "Which access finds that the new TSS is not paged in": any byte of it, and a read or a write. */
static bool is_in_new_tss(uint32_t address)
{
    struct segment new_tss = segment_of(SEL_NEW_TSS);

    return !new_tss.s && address - (uint32_t)new_tss.base < sizeof(tss);
}

/* Where the upper half of ESP is open, that of what is pushed there is, too. */
static uint32_t open_cr2(const struct outcome *step)
{
    return (open_bits(step, "rsp") | open_bits(step, "gprs")) & 0xffff0000;
}

static bool is_same_cr2(uint32_t cr2, const struct outcome *step)
{
    return ((came.cr2 ^ cr2) & ~open_cr2(step)) == 0 || (is_in_new_tss(cr2) && is_in_new_tss(came.cr2));
}

/* By where it lies: a TSS is aligned. */
static unsigned field_of_tss(const struct store *s)
{
    unsigned at = (unsigned)s->linear % TSS_ALIGNMENT;

    return at == 0                                                        ? FIELD_TSS_LINK
           : (at == 0x20 && s->size == 4) || (at == 0x0e && s->size == 2) ? FIELD_TSS_RIP
           : (at == 0x24 && s->size == 4) || (at == 0x10 && s->size == 2) ? FIELD_TSS_RFLAGS
                                                                          : FIELD_TSS;
}

static const char *name_of_tss(unsigned field)
{
    return field == FIELD_TSS_LINK ? "tss.link" : field == FIELD_TSS_RIP ? "tss.eip" : field == FIELD_TSS_RFLAGS ? "tss.eflags" : "tss";
}

/* Its lowest bit is bit `low` of the word that it is a part of. */
static void see_store(const struct seen *seen, const struct store *s, int word, unsigned low)
{
    uint32_t is = read_store(s), open = (uint32_t)s->open, differs, wanted = (uint32_t)s->value;
    unsigned field = s->kind == STORE_DESCRIPTOR ? FIELD_DESCRIPTOR
                     : s->kind == STORE_TSS      ? field_of_tss(s)
                     : word < (int)MOST_WORDS    ? field_of[word]
                                                 : FIELD_SEGMENTS;

    if (s->size < 4)
        wanted &= (1u << 8 * s->size) - 1;
    wanted <<= low;
    open <<= low;
    is <<= low;
    if (s->kind == STORE_PUSH && field == FIELD_RSP)
        open |= open_bits(&seen->p->step, "rsp") | open_bits(&seen->p->step, "gprs") | open_bits(&seen->p->delivery, "gprs");
    if (field == FIELD_ERROR && came.vector == VEC_PF && is_in_new_tss(came.cr2))
        open |= PF_W;
    differs = (is ^ wanted) & ~open;
    if (seen->tell) {
        tell(s->kind == STORE_PUSH ? names[word] : s->kind == STORE_TSS ? name_of_tss(field) : "descriptor", wanted, open, is);
        return;
    }
    if (!differs)
        return;
    if (field == FIELD_RFLAGS)
        seen->d->flags |= differs;
    seen->d->fields |= 1u << (field == FIELD_ERROR && differs == ERROR_EXT ? (unsigned)FIELD_EXT : field);
}

static void see_stores(const struct seen *seen, const struct outcome *o)
{
    int word = (int)pushed_words(o) + !o->event.has_error;

    for (unsigned i = 0; i < o->store_count; i++) {
        const struct store *s = &o->store[i];

        if (s->maybe)
            continue;
        if (s->kind == STORE_PUSH && !continues(o, i))
            word--;
        if (!seen->tell && is_there(s))
            continue;
        if (!is_overwritten(o, i + 1, s) && !(o == &seen->p->step && is_overwritten(&seen->p->delivery, 0, s)))
            see_store(seen, s, word, s->kind == STORE_PUSH && continues(o, i) ? 8 * s[-1].size : 0);
    }
}

/* ---- What nothing should have changed. ---- */

static struct {
    const uint8_t *at;
    unsigned bytes;
} watched[3];
static unsigned watches;
static uint8_t before[3][256];

void watch_memory(const void *from, unsigned bytes)
{
    watched[watches].at = from;
    watched[watches++].bytes = bytes;
}

void note_entries(void)
{
    for (unsigned i = 0; i < watches; i++)
        __builtin_memcpy(before[i], watched[i].at, watched[i].bytes);
}

static bool is_predicted(const struct prediction *p, uintptr_t address)
{
    struct store byte = {.linear = address, .size = 1};

    return is_overwritten(&p->step, 0, &byte) || is_overwritten(&p->delivery, 0, &byte);
}

static void see_strays(const struct seen *seen)
{
    for (unsigned i = 0; i < watches; i++)
        for (unsigned at = 0; at < watched[i].bytes; at++) {
            const volatile uint8_t *is = watched[i].at + at;

            if (*is == before[i][at] || is_predicted(seen->p, (uintptr_t)is))
                continue;
            if (seen->tell)
                tell("stray", before[i][at], 0, *is);
            else
                seen->d->fields |= 1u << FIELD_STRAY;
        }
}

/* ---- In the handler. ---- */

/* docs/doubts.md, "The upper half of ESP where SS has B=0". */
static uint32_t open_esp(const struct machine *m, const struct outcome *o)
{
    return open_bits(o, "rsp") | (m->segment[SS].db ? 0 : 0xffff0000);
}

/* APM 3 "IRET" says nothing of a null selector on the way to an outer ring: pm_return/data_segments*. */
static uint16_t open_selector(const struct segment *s)
{
    return is_amd && s->selector < 4 ? 3 : 0;
}

static void compare_handler(const struct machine *m, const struct prediction *p, struct difference *d)
{
    const struct outcome *o = &p->delivery;
    uint32_t open = open_bits(&p->step, "gprs") | open_bits(o, "gprs"), value = open_bits(&p->step, "value");

    if ((captured.esp ^ (uint32_t)m->gpr[RSP]) & ~(open_esp(m, o) | open))
        d->fields |= 1u << FIELD_HANDLER_RSP;
    if (captured.segment[CS] != m->segment[CS].selector)
        d->fields |= 1u << FIELD_HANDLER_CS;
    if (captured.segment[SS] != m->segment[SS].selector)
        d->fields |= 1u << FIELD_HANDLER_SS;
    for (unsigned i = ES; i <= GS; i++)
        if (i != CS && i != SS && (captured.segment[i] ^ m->segment[i].selector) & ~open_selector(&m->segment[i]))
            d->fields |= 1u << FIELD_HANDLER_SEGMENTS;
    if ((captured.ebx ^ (uint32_t)m->gpr[RBX]) & ~(open | value) ||
        ((captured.ebp ^ (uint32_t)m->gpr[RBP]) | (captured.esi ^ (uint32_t)m->gpr[RSI]) | (captured.edi ^ (uint32_t)m->gpr[RDI])) & ~open)
        d->fields |= 1u << FIELD_HANDLER_GPRS;
    d->handler_flags = (captured.eflags ^ (uint32_t)m->rflags) & ~open_bits(o, "rflags");
    if (d->handler_flags)
        d->fields |= 1u << FIELD_HANDLER_RFLAGS;
    if (came_system.tr != m->segment[TR].selector)
        d->fields |= 1u << FIELD_TR;
    if ((came_system.ldtr ^ m->segment[LDTR].selector) & ~open_bits(&p->step, "ldtr"))
        d->fields |= 1u << FIELD_LDTR;
    if (!is_same_cr2((uint32_t)m->cr2, &p->step))
        d->fields |= 1u << FIELD_CR2;
    if (came_system.cr0 != (uint32_t)m->cr0)
        d->fields |= 1u << FIELD_CR0;
    if (came_system.cr3 != (uint32_t)m->cr3)
        d->fields |= 1u << FIELD_CR3;
    if (came.vector == VEC_DB && (came.dr6 ^ (uint32_t)m->dr6) & ~open_bits(o, "dr6"))
        d->fields |= 1u << FIELD_DR6;
}

struct difference compare(const struct machine *m, const struct prediction *p)
{
    struct difference d = {.wanted = p->delivery.event.vector, .came = (uint16_t)came.vector};
    struct seen seen = {&d, p, false};

    if (d.came != d.wanted) {
        d.fields = 1u << FIELD_VECTOR;
        return d;
    }
    compare_handler(m, p, &d);
    if (d.fields & 1u << FIELD_HANDLER_RSP && !(d.fields & 1u << FIELD_HANDLER_SS)) { /* the frame is elsewhere, or another one */
        d.fields &= 1u << FIELD_HANDLER_RSP | 1u << FIELD_TR;
        d.flags = d.handler_flags = 0;
        return d;
    }
    see_stores(&seen, &p->step);
    see_stores(&seen, &p->delivery);
    see_strays(&seen);
    if (d.fields & 1u << FIELD_RIP) { /* the same exception of another place: the rest follows from that */
        d.fields &= 1u << FIELD_RIP | 1u << FIELD_ERROR | 1u << FIELD_EXT;
        d.flags = d.handler_flags = 0;
    }
    return d;
}

/* ---- One state, told whole. ---- */

void tell_outcome(const struct machine *m, const struct prediction *p)
{
    static const char *const of_handler[] = {"handler.es", "handler.cs", "handler.ss", "handler.ds", "handler.fs", "handler.gs"};
    const struct outcome *o = &p->delivery;
    struct seen seen = {NULL, p, true};
    uint32_t open = open_bits(&p->step, "gprs") | open_bits(o, "gprs");

    tell("vector", o->event.vector, 0, came.vector);
    see_stores(&seen, &p->step);
    see_stores(&seen, o);
    see_strays(&seen);
    tell("handler.rsp", m->gpr[RSP], open_esp(m, o) | open, captured.esp);
    tell("handler.rflags", m->rflags, open_bits(o, "rflags"), captured.eflags);
    for (unsigned i = ES; i <= GS; i++)
        tell(of_handler[i], m->segment[i].selector, open_selector(&m->segment[i]), captured.segment[i]);
    tell("handler.rbx", m->gpr[RBX], open | open_bits(&p->step, "value"), captured.ebx);
    tell("handler.rbp", m->gpr[RBP], open, captured.ebp);
    tell("handler.rsi", m->gpr[RSI], open, captured.esi);
    tell("handler.rdi", m->gpr[RDI], open, captured.edi);
    tell("tr", m->segment[TR].selector, 0, came_system.tr);
    tell("ldtr", m->segment[LDTR].selector, 0, came_system.ldtr);
    tell("cr2", m->cr2, open_cr2(&p->step), came.cr2);
    tell("cr0", m->cr0, 0, came_system.cr0);
    tell("cr3", m->cr3, 0, came_system.cr3);
    if (came.vector == VEC_DB)
        tell("dr6", m->dr6, open_bits(o, "dr6"), came.dr6);
}
