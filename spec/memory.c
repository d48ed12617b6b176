/* memory.c: how the processor reaches memory: linear addresses, stacks, descriptors. Every access may page-fault. */
#include "internal.h"

void begin(O *o)
{
    o->event = (struct event){0};
    o->asked = 0;
    o->end = END_COMPLETED;
    o->chain_count = o->store_count = o->open_count = o->rule_count = o->overflow = 0;
}

void leave_open(O *o, const char *field, uint64_t bits, const char *reason)
{
    if (o->open_count < sizeof(o->open) / sizeof(*o->open))
        o->open[o->open_count++] = (struct open_field){field, reason, bits};
    else
        o->overflow = 1;
}

unsigned choose(const M *m, O *o, enum spec_choice choice)
{
    o->asked |= 1u << choice;
    return m->choice[choice];
}

void set_fault(O *o, unsigned vector, bool has_error, uint32_t error, const char *rule)
{
    note_rule(o, rule);
    o->event = (struct event){.kind = EVENT_FAULT, .vector = (uint8_t)vector, .has_error = has_error, .error = error};
}

#define ACCESS_S 0x10u /* in a descriptor's byte 5: code or data, not a TSS, whose busy bit is part of a switch */

/* What a fault may leave or not: words pushed before it, and the accessed flag of a segment that isn't loaded then. */
void leave_stores_open(O *o, unsigned from)
{
    for (struct store *s = &o->store[from]; s < &o->store[o->store_count]; s++)
        if (s->kind == STORE_PUSH || s->kind == STORE_SHADOW || (s->kind == STORE_DESCRIPTOR && s->value & ACCESS_S))
            s->maybe = 1;
}

bool finish(O *o, bool done)
{
    if (!done) {
        o->end = END_FAULT;
        leave_stores_open(o, 0);
    }
    return done;
}

/* ---- Linear addresses. ---- */

#define PAGE 0x1000u

/* SDM 3A "Logical Address Translation": outside IA-32e mode there are 32 bits, and what lies above 4 GiBytes begins at 0 again. */
static uint64_t linear_address(const M *m, uint64_t linear)
{
    return is_ia32e(m) ? linear : linear & LOW32;
}

static inline bool translate(M *m, O *o, uint64_t linear, unsigned how, bool write, uint64_t *physical)
{
    struct access access = {
        .linear = linear_address(m, linear),
        .write = write,
        .implicit = how & AS_SYSTEM,
        .user = m->cpl == 3 && !(how & AS_SYSTEM),
        .shadow = (how & AS_SHADOW) != 0,
    };

    return translate_access(m, &access, physical, o);
}

static unsigned in_first_page(uint64_t linear, unsigned size)
{
    unsigned rest = PAGE - (unsigned)(linear & (PAGE - 1));

    return rest < size ? rest : size;
}

static RARE uint64_t behind_stores(const M *m, const O *o, uint64_t physical, unsigned size)
{
    uint64_t value = read_memory(m, physical, size);

    for (unsigned i = 0; i < o->store_count; i++) {
        const struct store *s = &o->store[i];
        uint64_t at = s->physical > physical ? s->physical : physical;

        for (; at < physical + size && at < s->physical + s->size; at++) {
            unsigned shift = 8 * (unsigned)(at - physical);

            value = (value & ~(0xffull << shift)) | (uint64_t)(uint8_t)(s->value >> 8 * (at - s->physical)) << shift;
        }
    }
    return value;
}

/* What memory holds behind the stores so far. */
uint64_t read_physical(const M *m, const O *o, uint64_t physical, unsigned size)
{
    return o->store_count ? behind_stores(m, o, physical, size) : read_memory(m, physical, size);
}

static RARE bool load_across_pages(M *m, O *o, uint64_t linear, unsigned size, unsigned how, uint64_t *value)
{
    unsigned first = in_first_page(linear, size);
    uint64_t low, high;

    if (!translate(m, o, linear, how, false, &low) || !translate(m, o, linear + first, how, false, &high))
        return false;
    *value = read_physical(m, o, low, first) | read_physical(m, o, high, size - first) << 8 * first;
    return true;
}

bool load(M *m, O *o, uint64_t linear, unsigned size, unsigned how, uint64_t *value)
{
    uint64_t physical;

    if (in_first_page(linear, size) < size)
        return load_across_pages(m, o, linear, size, how, value);
    if (!translate(m, o, linear, how, false, &physical))
        return false;
    *value = read_physical(m, o, physical, size);
    return true;
}

/* Both halves of a gate, read by the system. */
bool load_16(M *m, O *o, uint64_t linear, uint64_t *low, uint64_t *high)
{
    uint64_t physical;

    if (in_first_page(linear, 16) < 16)
        return load(m, o, linear, 8, AS_SYSTEM, low) && load(m, o, linear + 8, 8, AS_SYSTEM, high);
    if (!translate(m, o, linear, AS_SYSTEM, false, &physical))
        return false;
    *low = read_physical(m, o, physical, 8);
    *high = read_physical(m, o, physical + 8, 8);
    return true;
}

static inline void fill(struct store *s, uint64_t linear, uint64_t physical, unsigned size, const struct word *word, enum store_kind kind)
{
    s->linear = linear;
    s->physical = physical;
    s->value = word->value;
    s->open = word->open;
    s->size = (uint8_t)size;
    s->kind = (uint8_t)kind;
    s->maybe = 0;
}

struct store *list_store(O *o, uint64_t linear, uint64_t physical, unsigned size, const struct word *word, enum store_kind kind)
{
    struct store *s = &o->store[o->store_count < STORES ? o->store_count++ : STORES - 1];

    if (o->store_count == STORES)
        o->overflow = 1;
    fill(s, linear, physical, size, word, kind);
    return s;
}

/* A store into two pages is two of the list: the second has the rest of the value. */
bool store_word(M *m, O *o, uint64_t linear, unsigned size, unsigned how, enum store_kind kind, const struct word *word)
{
    unsigned first = in_first_page(linear, size);
    uint64_t low, high;

    if (!translate(m, o, linear, how, true, &low) || (first < size && !translate(m, o, linear + first, how, true, &high)))
        return false;
    list_store(o, linear_address(m, linear), low, first, word, kind);
    if (first < size)
        list_store(o, linear_address(m, linear + first), high, size - first, &(struct word){word->value >> 8 * first, word->open >> 8 * first}, kind);
    return true;
}

bool store(M *m, O *o, uint64_t linear, unsigned size, unsigned how, enum store_kind kind, uint64_t value)
{
    return store_word(m, o, linear, size, how, kind, &(struct word){value, 0});
}

/* shadow_stack_lock_cmpxchg8b: a write access, whatever comes of it. */
bool exchange_token(M *m, O *o, uint64_t linear, uint64_t from, uint64_t to, bool *done)
{
    uint64_t physical;

    if (!translate(m, o, linear, AS_SHADOW, true, &physical))
        return false;
    *done = read_physical(m, o, physical, 8) == from;
    if (*done)
        list_store(o, linear_address(m, linear), physical, 8, &(struct word){to, 0}, STORE_SHADOW);
    return true;
}

/* ---- Segments. ---- */

/* SDM 3A "Limit Checking": an expand-down segment's bytes lie above its limit, up to FFFF or FFFFFFFF by B. */
bool within_limit(const struct segment *s, uint64_t offset, unsigned size)
{
    uint64_t last = offset + size - 1;

    if (s->s && (s->type & 0xc) == 4)
        return offset > s->limit && last <= (s->db ? LOW32 : 0xffff);
    return last <= s->limit;
}

/* SDM 3B "Address Translation in Real-Address Mode": the base is the selector, shifted by 4. */
struct segment virtual_8086_segment(uint16_t selector)
{
    return (struct segment){.base = (uint64_t)selector << 4, .limit = 0xffff, .selector = selector, .type = 3, .s = 1, .dpl = 3, .p = 1};
}

/* The same in real-address mode, where limit and access rights stay. */
void load_8086_segment(M *m, unsigned segment, uint16_t selector)
{
    m->segment[segment].selector = selector;
    m->segment[segment].base = (uint64_t)selector << 4;
}

struct segment null_segment(uint16_t selector)
{
    return (struct segment){.selector = selector};
}

/* What SYSCALL and its kin make of a selector, without reading a descriptor. */
struct segment flat_segment(uint16_t selector, bool code, unsigned dpl, bool l)
{
    return (struct segment){.limit = 0xffffffff, .selector = selector, .type = code ? 11 : 3, .s = 1, .dpl = (uint8_t)dpl, .p = 1, .l = l, .db = !l};
}

/* ---- Stacks. ---- */

struct stack current_stack(const M *m)
{
    return (struct stack){.ss = m->segment[SS], .sp = m->gpr[RSP], .cpl = m->cpl, .flat64 = is_64bit(m)};
}

/* SDM 1 "Stack-Segment Address-Size": RSP in 64-bit mode, else ESP or SP by the B flag of SS. */
uint64_t stack_mask(const struct stack *s)
{
    return s->flat64 ? ~0ull : s->ss.db ? LOW32 : 0xffff;
}

uint64_t stack_address(const struct stack *s, uint64_t offset)
{
    return s->flat64 ? offset : (s->ss.base + offset) & LOW32;
}

/* Whether `bytes` from SP + from on lie in the segment, or in canonical addresses. */
bool stack_has(const M *m, const struct stack *s, int64_t from, unsigned bytes)
{
    uint64_t offset = (s->sp + (uint64_t)from) & stack_mask(s);

    if (s->flat64)
        return are_canonical(m, offset, bytes);
    return within_limit(&s->ss, offset, bytes);
}

/* Whether all words find room, each where it will be pushed. */
bool has_room(const M *m, const struct stack *s, unsigned words, unsigned size)
{
    if (s->flat64)
        return !words || are_canonical(m, s->sp - words * size, words * size);
    for (unsigned i = 1; i <= words; i++)
        if (!stack_has(m, s, -(int64_t)(i * size), size))
            return false;
    return true;
}

static bool push_word(M *m, O *o, struct stack *s, unsigned size, const struct word *word)
{
    uint64_t mask = stack_mask(s), offset = (s->sp - size) & mask;

    if (!store_word(m, o, stack_address(s, offset), size, AS_CPL, STORE_PUSH, word))
        return false;
    s->sp = (s->sp & ~mask) | offset;
    return true;
}

/* All lie in one page: one translation serves them, that of the first. */
static bool push_in_page(M *m, O *o, struct stack *s, unsigned size, const struct word *word, unsigned count)
{
    uint64_t linear = stack_address(s, s->sp - size), physical;

    if (!translate(m, o, linear, AS_CPL, true, &physical))
        return false;
    struct store *at = &o->store[o->store_count], *end = at + count;

    if (end > o->store + STORES) {
        o->overflow = 1;
        return true;
    }
    o->store_count = (uint8_t)(o->store_count + count);
    for (; at < end; at++, word++, linear -= size, physical -= size)
        fill(at, linear, physical, size, word, STORE_PUSH);
    s->sp -= count * size;
    return true;
}

static RARE bool push_words(M *m, O *o, struct stack *s, unsigned size, const struct word *word, unsigned count)
{
    for (unsigned i = 0; i < count; i++)
        if (!push_word(m, o, s, size, &word[i]))
            return false;
    return true;
}

/* The first word goes to the highest address. The caller has checked the limit: the manual does that for all words at once. */
bool push(M *m, O *o, struct stack *s, unsigned size, const struct word *word, unsigned count)
{
    uint64_t bytes = count * size, mask = stack_mask(s);
    bool in_page = s->sp == (s->sp & mask) && bytes <= s->sp && (stack_address(s, s->sp - bytes) & (PAGE - 1)) + bytes <= PAGE;
    uint8_t cpl = m->cpl;
    bool done;

    m->cpl = s->cpl; /* the pushes are accesses of the new privilege level */
    if (in_page && count)
        done = push_in_page(m, o, s, size, word, count);
    else
        done = push_words(m, o, s, size, word, count);
    m->cpl = cpl;
    return done;
}

/* The lists of exceptions: "an unaligned memory reference occurs when the CPL is 3 and alignment checking is enabled". */
bool misaligned(const M *m, const struct stack *s, unsigned size)
{
    return s->cpl == 3 && m->cr0 & CR0_AM && flag(m, FL_AC) && stack_address(s, s->sp) & (size - 1);
}

bool push_one(M *m, O *o, struct stack *s, unsigned size, uint64_t value)
{
    if (!has_room(m, s, 1, size))
        return raise(o, STACK, 0, RULE("stack.push-beyond-limit", "2A CALL; 2B PUSHF"));
    if (misaligned(m, s, size))
        return raise(o, AC, 0, RULE("stack.push-one-misaligned", "2A CALL; 2B PUSHF"));
    return push(m, o, s, size, &(struct word){value, 0}, 1);
}

/* The bytes at SP + at: what a pop would take. */
bool peek(M *m, O *o, const struct stack *s, unsigned at, unsigned size, uint64_t *value)
{
    if (!stack_has(m, s, at, size))
        return raise(o, STACK, 0, RULE("stack.pop-beyond-limit", "2A IRET; 2B RET"));
    if (misaligned(m, s, size))
        return raise(o, AC, 0, RULE("stack.pop-misaligned", "2A IRET; 2B RET"));
    return load(m, o, stack_address(s, (s->sp + at) & stack_mask(s)), size, AS_CPL, value);
}

/* Only the part of RSP that the stack segment uses is written; what is above, is cleared in protected mode's 32 bits. */
void load_sp(M *m, const struct stack *s, uint64_t value)
{
    uint64_t mask = stack_mask(s);

    m->gpr[RSP] = mask == 0xffff ? (m->gpr[RSP] & ~mask) | (value & mask) : value & mask;
}

/* ---- Descriptors. ---- */

/* SDM 3A "Segment Descriptors" */
struct segment decode_segment(uint16_t selector, uint64_t raw)
{
    uint32_t limit = (uint32_t)(raw & 0xffff) | (uint32_t)(raw >> 32 & 0xf0000);
    bool g = raw >> 55 & 1;

    return (struct segment){
        .base = (raw >> 16 & 0xffffff) | (raw >> 32 & 0xff000000),
        .limit = g ? limit << 12 | 0xfff : limit,
        .selector = selector,
        .type = raw >> 40 & 15,
        .s = raw >> 44 & 1,
        .dpl = raw >> 45 & 3,
        .p = raw >> 47 & 1,
        .l = raw >> 53 & 1,
        .db = raw >> 54 & 1,
    };
}

static bool is_ldt_selector(uint32_t selector)
{
    return selector & 4;
}

bool in_table(const M *m, uint32_t selector)
{
    uint32_t last = selector | 7;

    if (is_ldt_selector(selector))
        return m->segment[LDTR].p && last <= m->segment[LDTR].limit;
    return last <= m->gdtr.limit;
}

/* Eight bytes of GDT or LDT. A table in non-canonical space, or that overlaps it, is `vector` with the selector. */
bool read_half(M *m, O *o, uint64_t linear, unsigned vector, uint32_t error, uint64_t *half)
{
    if (is_ia32e(m) && !are_canonical(m, linear, 8))
        return raise(o, vector, error, RULE("descriptor.non-canonical", "2A INT n; 2A IRET"));
    return load(m, o, linear, 8, AS_SYSTEM, half);
}

/* The entry of GDT or LDT; the caller has checked the limit. */
bool read_descriptor(M *m, O *o, uint16_t selector, unsigned vector, uint32_t ext, struct descriptor *d)
{
    uint64_t table = is_ldt_selector(selector) ? m->segment[LDTR].base : m->gdtr.base;

    d->linear = table + (selector & 0xfff8u);
    if (!read_half(m, o, d->linear, vector, error_code(selector, false, ext), &d->raw))
        return false;
    d->segment = decode_segment(selector, d->raw);
    return true;
}

/* SDM 3A "Segment Descriptor Tables in IA-32e Mode": a system descriptor has 16 bytes there. */
bool read_upper_half(M *m, O *o, struct descriptor *d)
{
    uint16_t selector = d->segment.selector;
    uint32_t error = error_code(selector, false, 0);

    d->high = 0;
    if (!is_ia32e(m))
        return true;
    if (!in_table(m, selector + 8u))
        return raise(o, GP, error, RULE("descriptor.half-beyond-limit", "3A Segment Descriptor Tables in IA-32e Mode"));
    if (!read_half(m, o, d->linear + 8, GP, error, &d->high))
        return false;
    d->segment.base |= d->high << 32;
    return true;
}

/* SDM 3A "IDT Descriptors", "64-Bit IDT Gate Descriptors", "Call-Gate Descriptor in IA-32e Mode" */
struct gate decode_gate(uint64_t low, uint64_t high, bool wide)
{
    uint8_t type = low >> 40 & 15;
    bool offset32 = type & 8;

    return (struct gate){
        .offset = (low & 0xffff) | (offset32 ? low >> 32 & 0xffff0000 : 0) | (wide ? high << 32 : 0),
        .selector = (uint16_t)(low >> 16),
        .type = type,
        .s = low >> 44 & 1,
        .dpl = low >> 45 & 3,
        .p = low >> 47 & 1,
        .ist = wide ? low >> 32 & 7 : 0,
        .count = wide ? 0 : low >> 32 & 31,
        .reserved = wide && (low >> 32 & 0xf8 || high >> 32),
    };
}

/* SDM 3A "Code- and Data-Segment Descriptor Types": set when the selector is loaded into a segment register. */
bool set_accessed(M *m, O *o, struct descriptor *d)
{
    if (!d->segment.s || d->segment.type & 1)
        return true;
    d->segment.type |= 1;
    return store(m, o, d->linear + 5, 1, AS_SYSTEM, STORE_DESCRIPTOR, (d->raw >> 40 & 0xff) | 1);
}

/* The hidden part becomes what the descriptor says. */
bool load_register(M *m, O *o, unsigned segment, struct descriptor *d)
{
    if (!set_accessed(m, o, d))
        return false;
    m->segment[segment] = d->segment;
    return true;
}

/* SDM 3A "TSS Descriptor" */
bool set_busy(M *m, O *o, uint64_t linear, uint64_t raw, bool busy)
{
    uint64_t byte = (raw >> 40 & 0xfd) | (busy ? 2u : 0u);

    return store(m, o, linear + 5, 1, AS_SYSTEM, STORE_DESCRIPTOR, byte);
}
