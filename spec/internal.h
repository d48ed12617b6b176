/* internal.h: what the parts of the specification share: bits, rules, memory, descriptors. */
#ifndef INTERNAL_H
#define INTERNAL_H

#include "spec.h"

#pragma GCC visibility push(hidden)

/* What happens rarely, out of the way of what always does: a judged delivery in a guest has to be cheap. */
#define RARE __attribute__((noinline, cold))

typedef struct machine M;
typedef struct outcome O;

/* SDM 3A "Exception and Interrupt Vectors" */
enum { DE, DB, NMI, BP, OF, BR, UD, NM, DF, TS = 10, NP, STACK, GP, PF, MF = 16, AC, MC, VE = 20, CP };

/* SDM 3A "System Flags and Fields in the EFLAGS Register" */
#define FL_STATUS 0x8d5ull /* OF SF ZF AF PF CF */
#define FL_ZF (1ull << 6)
#define FL_TF (1ull << 8)
#define FL_IF (1ull << 9)
#define FL_DF (1ull << 10)
#define FL_IOPL (3ull << 12)
#define FL_NT (1ull << 14)
#define FL_RF (1ull << 16)
#define FL_VM (1ull << 17)
#define FL_AC (1ull << 18)
#define FL_VIF (1ull << 19)
#define FL_VIP (1ull << 20)
#define FL_ID (1ull << 21)
#define FL_ONE (1ull << 1)

/* SDM 3A "Control Registers" */
#define CR0_PE (1ull << 0)
#define CR0_TS (1ull << 3)
#define CR0_WP (1ull << 16)
#define CR0_AM (1ull << 18)
#define CR0_PG (1ull << 31)
#define CR4_VME (1ull << 0)
#define CR4_PVI (1ull << 1)
#define CR4_DE (1ull << 3)
#define CR4_PSE (1ull << 4)
#define CR4_PAE (1ull << 5)
#define CR4_LA57 (1ull << 12)
#define CR4_SMEP (1ull << 20)
#define CR4_SMAP (1ull << 21)
#define CR4_PKE (1ull << 22)
#define CR4_CET (1ull << 23)
#define CR4_PKS (1ull << 24)
#define EFER_SCE (1ull << 0)
#define EFER_LMA (1ull << 10)
#define EFER_NXE (1ull << 11)

#define LOW32 0xffffffffull

/* Types of system descriptors (SDM 3A "System Descriptor Types"); in IA-32e mode the 32-bit ones are the 64-bit ones. */
enum { TSS16 = 1, LDT, TSS16_BUSY, CALL_GATE16, TASK_GATE, INTERRUPT_GATE16, TRAP_GATE16 };
enum { TSS32 = 9, TSS32_BUSY = 11, CALL_GATE32, INTERRUPT_GATE32 = 14, TRAP_GATE32 };

/* A rule that decided something, with its section. */
#define RULE(id, section) (id "\0" section)
static inline void note_rule(O *o, const char *rule)
{
    if (o->rule_count < RULES)
        o->rule[o->rule_count++] = rule;
    else
        o->overflow = 1;
}
/* What was met on the way to the handler that is reached. */
static inline void note_event(O *o, const struct event *e)
{
    if (o->chain_count < CHAIN)
        o->chain[o->chain_count++] = *e;
}
void leave_open(O *, const char *field, uint64_t bits, const char *reason);
unsigned choose(const M *, O *, enum spec_choice);

/* Raises the fault and is false, so that a check reads: return raise(...). */
RARE void set_fault(O *, unsigned vector, bool has_error, uint32_t error, const char *rule);
static inline bool raise(O *o, unsigned vector, uint32_t error, const char *rule)
{
    set_fault(o, vector, true, error, rule);
    return false;
}
static inline bool raise_plain(O *o, unsigned vector, const char *rule) /* without an error code */
{
    set_fault(o, vector, false, 0, rule);
    return false;
}
void begin(O *);
void leave_stores_open(O *, unsigned from);
bool finish(O *, bool done); /* of an instruction: done, or a fault */

/* The pseudofunction error_code(num, idt, ext) of SDM 2A "INT n/INTO/INT3/INT1". */
static inline uint32_t error_code(uint32_t num, bool idt, uint32_t ext)
{
    return idt ? num << 3 | 2 | ext : (num & 0xfffc) | ext;
}

/* Flags by which something is decided: who keeps a prediction for states with other flags wants to know which. */
#ifndef NOTE_DECIDING
#define NOTE_DECIDING(flags) ((void)0)
#endif
static inline uint64_t flag(const M *m, uint64_t flags)
{
    NOTE_DECIDING(flags);
    return m->rflags & flags;
}

static inline bool is_protected(const M *m)
{
    return m->cr0 & CR0_PE;
}
static inline bool is_virtual_8086(const M *m)
{
    return is_protected(m) && flag(m, FL_VM);
}
static inline bool is_ia32e(const M *m)
{
    return m->efer & EFER_LMA;
}
static inline bool is_64bit(const M *m)
{
    return is_ia32e(m) && m->segment[CS].l;
}
static inline unsigned iopl(const M *m)
{
    return (unsigned)(flag(m, FL_IOPL) >> 12);
}
/* SDM 2A "CLI": PVI mode and VME mode, where IOPL is below 3. */
static inline bool virtual_interrupts(const M *m)
{
    return (is_virtual_8086(m) ? m->cr4 & CR4_VME : m->cr4 & CR4_PVI && m->cpl == 3) && iopl(m) < 3;
}
static inline uint64_t low_bytes(uint64_t value, unsigned size)
{
    return size == 8 ? value : value & ((1ull << 8 * size) - 1);
}
static inline bool is_null(uint16_t selector)
{
    return !(selector & 0xfffc);
}

/* SDM 1 "Canonical Addressing": bits 63 to the most significant implemented one are all alike. */
static inline bool is_canonical(const M *m, uint64_t linear)
{
    unsigned unused = m->cr4 & CR4_LA57 ? 7 : 16;

    return (uint64_t)((int64_t)(linear << unused) >> unused) == linear;
}

/* Of all bytes: what begins and ends in canonical addresses lies in them. */
static inline bool are_canonical(const M *m, uint64_t linear, unsigned size)
{
    return is_canonical(m, linear) && is_canonical(m, linear + size - 1);
}

/* ---- Memory. Each may raise #PF. ---- */

static inline bool translate_access(const M *m, const struct access *access, uint64_t *physical, O *o)
{
    return (m->translate ? m->translate : spec_translate)(m, access, physical, o);
}
static inline uint64_t read_memory(const M *m, uint64_t physical, unsigned size)
{
    return m->read(m->context, physical, size);
}

/* What is stored, and its bits that no manual decides. */
struct word {
    uint64_t value, open;
};
enum { AS_CPL = 0, AS_SYSTEM = 1, AS_SHADOW = 2 };
bool load(M *, O *, uint64_t linear, unsigned size, unsigned how, uint64_t *value);
bool load_16(M *, O *, uint64_t linear, uint64_t *low, uint64_t *high);
bool store_word(M *, O *, uint64_t linear, unsigned size, unsigned how, enum store_kind kind, const struct word *);
bool store(M *, O *, uint64_t linear, unsigned size, unsigned how, enum store_kind kind, uint64_t value);
bool exchange_token(M *, O *, uint64_t linear, uint64_t from, uint64_t to, bool *done);
uint64_t read_physical(const M *, const O *, uint64_t physical, unsigned size);
struct store *list_store(O *, uint64_t linear, uint64_t physical, unsigned size, const struct word *, enum store_kind);

/* ---- Stacks. ---- */

/* A stack to push to or pop from: `sp` moves, SS and the machine don't until the instruction is through. */
struct stack {
    struct segment ss;
    uint64_t sp;
    uint8_t cpl;
    bool flat64; /* 64-bit mode: no base, no limit, canonical addresses */
};
struct stack current_stack(const M *);
uint64_t stack_mask(const struct stack *);
uint64_t stack_address(const struct stack *, uint64_t offset);
bool stack_has(const M *, const struct stack *, int64_t from, unsigned bytes); /* within limits, or canonical */
bool has_room(const M *, const struct stack *, unsigned words, unsigned size);
bool misaligned(const M *, const struct stack *, unsigned size);
bool push(M *, O *, struct stack *, unsigned size, const struct word *, unsigned count);
bool push_one(M *, O *, struct stack *, unsigned size, uint64_t value); /* with its checks */
bool peek(M *, O *, const struct stack *, unsigned at, unsigned size, uint64_t *value);
void load_sp(M *, const struct stack *, uint64_t value);

/* ---- Descriptors. ---- */

/* One entry of a descriptor table (SDM 3A "Segment Descriptors"), as it was read, and where. */
struct descriptor {
    struct segment segment; /* selector included */
    uint64_t linear, raw, high;
};
/* A gate of any table (SDM 3A "IDT Descriptors", "Call Gates"). */
struct gate {
    uint64_t offset;
    uint16_t selector;
    uint8_t type, s, dpl, p, ist, count;
    bool reserved; /* one of those bits is set */
};
bool in_table(const M *, uint32_t selector);                    /* within the limit of GDT or LDT */
struct segment decode_segment(uint16_t selector, uint64_t raw); /* the hidden part, as a load leaves it */
bool read_descriptor(M *, O *, uint16_t selector, unsigned vector, uint32_t ext, struct descriptor *);
bool read_half(M *, O *, uint64_t linear, unsigned vector, uint32_t error, uint64_t *half);
bool read_upper_half(M *, O *, struct descriptor *);
struct gate decode_gate(uint64_t low, uint64_t high, bool wide);
bool set_accessed(M *, O *, struct descriptor *);
bool load_register(M *, O *, unsigned segment, struct descriptor *);
bool set_busy(M *, O *, uint64_t linear, uint64_t raw, bool busy);

static inline bool is_code(const struct segment *s)
{
    return s->s && s->type & 8;
}
static inline bool is_conforming(const struct segment *s)
{
    return is_code(s) && s->type & 4;
}
static inline bool is_writable_data(const struct segment *s)
{
    return s->s && !(s->type & 8) && s->type & 2;
}
static inline bool is_readable(const struct segment *s)
{
    return s->s && (!(s->type & 8) || s->type & 2);
}
bool within_limit(const struct segment *, uint64_t offset, unsigned size);
static inline bool ip_within_limit(const struct segment *cs, uint64_t ip)
{
    return within_limit(cs, ip, 1);
}
struct segment virtual_8086_segment(uint16_t selector);
void load_8086_segment(M *, unsigned segment, uint16_t selector);
struct segment null_segment(uint16_t selector);
struct segment flat_segment(uint16_t selector, bool code, unsigned dpl, bool l);

/* ---- What several instructions do. ---- */

/* Where the old task goes on, as its TSS will have it. */
struct resumption {
    struct word rip, flags;
    uint64_t cs_open;
};
bool task_switch(M *, O *, uint16_t selector, enum task_cause cause, uint32_t ext, const struct resumption *);
/* The stack of an inner ring, from the TSS (INT n: INTER-PRIVILEGE-LEVEL-INTERRUPT; CALL: MORE-PRIVILEGE). */
bool inner_stack(M *, O *, unsigned dpl, unsigned ist, uint32_t ext, struct stack *, struct descriptor *ss);
void leave_base_open(const M *, O *, unsigned segment, const char *reason);
void drop_inner_data_segments(M *, O *);
bool shadow_stack_enabled(const M *, unsigned cpl);
bool shadow_enter(M *, O *, unsigned new_cpl, uint64_t new_ssp, bool switched, uint64_t return_address);
bool shadow_leave(M *, O *, unsigned new_cpl, uint64_t cs, uint64_t lip, bool long_mode, bool outer, bool by_iret);
bool shadow_drop(M *, O *);
/* What a task switch keeps of the old task's shadow stack. */
struct task_shadow {
    bool has_frame; /* to push, or to compare */
    uint64_t cs, lip, ssp;
    uint32_t error; /* of #TS about the new TSS */
};
bool shadow_leave_task(M *, O *, enum task_cause cause, unsigned new_cpl, uint64_t return_address, struct task_shadow *);
bool shadow_enter_task(M *, O *, enum task_cause cause, uint64_t new_ssp, const struct task_shadow *);
void wait_for_endbranch(M *);
void track_branch(M *, bool no_track);
bool shadow_push_near(M *, O *, unsigned size, uint64_t value);

#pragma GCC visibility pop

#endif
