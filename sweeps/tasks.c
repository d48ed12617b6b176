/*
 * SDM 3A "Task Switching": each way to another task, with each of its checks in their order, and an INT n of the task where it leads. Exceptions are
 * handled by tasks, which save what had been committed, or through gates.
 */
#include "sweep32/sweep.h"

const char sweep_about[] = "switches to a task by JMP, CALL, gates, events and IRET, its TSS, its segments, and an INT n of that task";

enum {
    ORIGIN,
    MODE,
    OLD_TSS,
    GATE,
    SELECTOR,
    RPL,
    TYPE,
    DPL,
    P,
    LIMIT,
    PAGES,
    RING,
    SEGMENT,
    SEGMENT_SELECTOR,
    SEGMENT_TYPE,
    SEGMENT_DPL,
    SEGMENT_RPL,
    SEGMENT_P,
    EIP,
    STACK,
    T,
    FLAGS,
    CR3,
    HANDLER
};

/* By a gate: of the GDT for JMP and CALL, of the IDT for events. */
#define BY_GATE 0x100u
enum { VARIED, NULL_SELECTOR, IN_LDT, LOCAL, BEYOND_GDT, BEYOND_BY_HALF, OF_OLD_TASK };
enum { GATE_NOT_PRESENT = 4 };
enum { TSS_WHOLE, ON_SUPERVISOR, TSS_MISSING, INTO_MISSING, TSS_READ_ONLY };
enum { AT_LANDING, EIP_BEYOND_LIMIT, EIP_MISSING };
#define WHOLE_SPACE 0x1fffffu
#define FITTING 0x100u
#define OFF                                  \
    {"ring", 0}, {"1 off", 1}, {"2 off", 2}, \
    {                                        \
        "3 off", 3                           \
    }
#define STACK_OF(kind, room) ((uint64_t)(kind) << 16 | (room))

const struct axis sweep_axes[] = {
    AXIS(ORIGIN, {"jmp", DO_JMPF32}, {"call", DO_CALLF32}, {"jmp gate", DO_JMPF32 | BY_GATE}, {"call gate", DO_CALLF32 | BY_GATE},
         {"int_n", DO_INT_N | BY_GATE}, {"#UD", DO_UD | BY_GATE}, {"#GP", DO_GP | BY_GATE}, {"interrupt", DO_INTERRUPT | BY_GATE},
         {"iretd", DO_IRET32}),
    AXIS(MODE, {"ring 3", IN_RING_3}, {"ring 0", IN_RING_0}, {"ring 1", IN_RING_1}, {"ring 2", IN_RING_2}, {"vm86", IN_VM86}),
    AXIS(OLD_TSS, {"32-bit", 0}, {"16-bit", 1}),
    AXIS(GATE, {"3", 3}, {"2", 2}, {"1", 1}, {"0", 0}, {"not present", GATE_NOT_PRESENT | 3}, {"not present, 0", GATE_NOT_PRESENT}),
    AXIS(SELECTOR, {"varied", VARIED}, {"null", NULL_SELECTOR}, {"local", LOCAL}, {"beyond GDT", BEYOND_GDT}, {"beyond GDT by half", BEYOND_BY_HALF},
         {"of the old task", OF_OLD_TASK}),
    AXIS(RPL, RINGS),
    AXIS(TYPE, {"32-bit", 9}, {"16-bit", 1}, {"32-bit, busy the wrong way", 11}, {"16-bit, busy the wrong way", 3}, {"0", 0}, {"2", 2}, {"4", 4},
         {"5", 5}, {"6", 6}, {"7", 7}, {"8", 8}, {"a", 10}, {"c", 12}, {"d", 13}, {"e", 14}, {"f", 15}, {"13", 0x13}, {"1b", 0x1b}, {"11", 0x11},
         {"19", 0x19}),
    AXIS(DPL, RING_3_FIRST),
    AXIS(P, SET_FIRST),
    AXIS(LIMIT, {"103", 103}, {"102", 102}, {"104", 104}, {"43", 43}, {"42", 42}, {"0", 0}, {"4 GiB", WHOLE_SPACE}),
    AXIS(PAGES, {"open", TSS_WHOLE}, {"supervisor", ON_SUPERVISOR}, {"missing", TSS_MISSING}, {"into missing", INTO_MISSING},
         {"read-only", TSS_READ_ONLY}),
    AXIS(RING, RING_3_FIRST),
    AXIS(SEGMENT, {"cs", CS}, {"ss", SS}, {"ds", DS}, {"es", ES}, {"fs", FS}, {"gs", GS}, {"ldtr", LDTR}), /* of which the next ones are */
    AXIS(SEGMENT_SELECTOR, {"varied", VARIED}, {"null", NULL_SELECTOR}, {"in LDT", IN_LDT}, {"beyond LDT", LOCAL}, {"beyond GDT", BEYOND_GDT},
         {"beyond GDT by half", BEYOND_BY_HALF}),
    AXIS(SEGMENT_TYPE, {"fitting", FITTING}, {"10", 0x10}, {"11", 0x11}, {"12", 0x12}, {"13", 0x13}, {"14", 0x14}, {"15", 0x15}, {"16", 0x16},
         {"17", 0x17}, {"18", 0x18}, {"19", 0x19}, {"1a", 0x1a}, {"1b", 0x1b}, {"1c", 0x1c}, {"1d", 0x1d}, {"1e", 0x1e}, {"1f", 0x1f}, {"0", 0},
         {"1", 1}, {"2", 2}, {"3", 3}, {"5", 5}, {"9", 9}, {"b", 11}, {"c", 12}, {"e", 14}),
    AXIS(SEGMENT_DPL, OFF),
    AXIS(SEGMENT_RPL, OFF),
    AXIS(SEGMENT_P, SET_FIRST),
    AXIS(EIP, {"landing", AT_LANDING}, {"beyond the limit", EIP_BEYOND_LIMIT}, {"missing page", EIP_MISSING}),
    AXIS(STACK, {"plenty", STACK_OF(FLAT, 0x400)}, {"16-bit", STACK_OF(STACK_16, 0x400)}, {"room for 4", STACK_OF(FROM_0, 4)},
         {"room for 3", STACK_OF(FROM_0, 3)}, {"room for 2", STACK_OF(FROM_0, 2)}, {"room for 1", STACK_OF(FROM_0, 1)},
         {"no room", STACK_OF(TO_LIMIT, 0)}, {"down", STACK_OF(DOWN, 0x400)}, {"read-only page", STACK_OF(READ_ONLY, 0x400)},
         {"supervisor page", STACK_OF(SUPERVISOR, 0x400)}, {"missing page", STACK_OF(MISSING, 0x400)}),
    AXIS(T, CLEAR_FIRST),
    AXIS(FLAGS, {"0", 0}, {"IF", EFLAGS_IF}, {"TF", EFLAGS_TF}, {"NT", EFLAGS_NT}, {"RF", EFLAGS_RF}, {"AC", EFLAGS_AC}, {"ID", EFLAGS_ID},
         {"IOPL 3", EFLAGS_IOPL(3)}, {"VM", EFLAGS_VM}, {"VM, IOPL 3", EFLAGS_VM | EFLAGS_IOPL(3)}, {"VM, NT, IF", EFLAGS_VM | EFLAGS_NT | EFLAGS_IF},
         {"reserved ones", 0xffc08028}),
    AXIS(CR3, {"the same", 0}, {"another", 1}),
    AXIS(HANDLER, {"task", 0}, {"gate", 1}),
    {0},
};

#define POINTER 0x60000u /* to what JMP and CALL read */
#define JUNK 0x77777777u
#define OF_16_BIT(type) (((type) & ~2u) == 1)

/* Behind the harness's own entries of the GDT. */
enum { GATE_ENTRY = GDT_ENTRIES - 1, LDT_ENTRY, HANDLER_ENTRIES };
static const uint8_t handled[] = {VEC_DB, VEC_TS, VEC_NP, VEC_SS, VEC_GP, VEC_PF};
#define HANDLERS (sizeof(handled) / sizeof(*handled))
#define ENTRIES (HANDLER_ENTRIES + HANDLERS + 1)

static struct aligned_tss {
    struct tss32 tss;
} new_tss __attribute__((aligned(TSS_ALIGNMENT))), handler_tss[HANDLERS] __attribute__((aligned(TSS_ALIGNMENT)));
static struct tss32 old_tss; /* with what a switch away writes over */
static uint32_t other_cr3;

static uint64_t tss_descriptor(const void *at, uint32_t limit, unsigned type)
{
    return descriptor_of((uintptr_t)at, limit, type, 3, 1, 0, 0);
}

void prepare(void)
{
    uint32_t *words = (uint32_t *)&old_tss;

    load_gdt(ENTRIES);
    old_tss = tss;
    for (unsigned i = offsetof(struct tss32, eip) / 4; i < offsetof(struct tss32, ldt) / 4; i++)
        words[i] = JUNK;
    for (unsigned i = 0; i < HANDLERS; i++) {
        struct tss32 *t = &handler_tss[i].tss;

        *t = df_tss;
        t->eip = LOW_CODE + STUB_SIZE * handled[i];
        t->ldt = SEL_LDT;
    }
    other_cr3 = (uintptr_t)copy_page_directory();
    watch_memory(&tss, sizeof(tss));
    watch_memory(&new_tss, sizeof(new_tss));
    watch_memory(gdt, ENTRIES * 8);
}

static uint16_t selector_of(uint64_t kind, uint32_t varied, uint32_t in_ldt, uint64_t rpl)
{
    const uint32_t selectors[] = {varied, 0, in_ldt, 16 | 4, ENTRIES * 8, ENTRIES * 8 - 8, SEL_TSS};

    return (uint16_t)(selectors[kind] | rpl);
}

/* What the program's TSS is, and what becomes of exceptions. */
static void set_old_task(const uint64_t v[], struct state *s)
{
    struct segment *tr = &s->machine.segment[TR];

    tss = old_tss;
    poke_descriptor(&gdt[SEL_INNER_STACK / 8], descriptor_of(STACK_PAGE(OF_RING_0), 0xffff, 0x13, 0, 1, 0, 0));
    if (v[OLD_TSS]) {
        uint16_t *words = (uint16_t *)&tss;

        words[1] = STACK_MIDDLE;
        words[2] = SEL_INNER_STACK;
        tr->type = SYSTEM_TSS16_BUSY;
    }
    tss.link = JUNK & 0xffff;
    poke_descriptor(&gdt[SEL_TSS / 8], descriptor_of((uintptr_t)&tss, tr->limit, tr->type, 0, 1, 0, 0));
    for (unsigned i = 0; i < HANDLERS; i++) {
        unsigned entry = HANDLER_ENTRIES + i;

        handler_tss[i].tss.link = JUNK & 0xffff;
        gdt[entry] = tss_descriptor(&handler_tss[i], sizeof(struct tss32) - 1, SYSTEM_TSS_AVAILABLE);
        if (!v[HANDLER])
            poke_descriptor(&idt[handled[i]], encode_gate(make_gate(0, (uint16_t)(entry * 8), GATE_TASK, 0, true)));
    }
}

/* The new task's segments, as its TSS names them, and their descriptors. */
struct task {
    uint32_t eip, esp, flags, cr3;
    uint16_t segment[6], ldt;
    bool trap;
};

/* The order in which the segments are looked at "is model specific" (SDM 3A "Task Switching"): one alone is odd. */
static uint16_t odd_selector(const uint64_t v[], uint32_t varied, uint32_t in_ldt, unsigned ring)
{
    return selector_of(v[SEGMENT_SELECTOR], varied, in_ldt, (ring + v[SEGMENT_RPL]) & 3);
}

static unsigned odd_type(const uint64_t v[], unsigned fitting)
{
    return v[SEGMENT_TYPE] == FITTING ? fitting : (unsigned)v[SEGMENT_TYPE];
}

static unsigned odd_dpl(const uint64_t v[])
{
    return (unsigned)(v[RING] + v[SEGMENT_DPL]) & 3;
}

static void set_code(const uint64_t v[], struct task *t)
{
    unsigned ring = (unsigned)v[RING], type = 0x1b, dpl = ring, p = 1;
    bool small = v[EIP] == EIP_BEYOND_LIMIT;

    t->eip = v[EIP] == EIP_MISSING ? LOW_MISSING : LANDING;
    t->segment[CS] = (uint16_t)(SEL_VARIED | ring);
    if (v[SEGMENT] == CS) {
        t->segment[CS] = odd_selector(v, SEL_VARIED, 4, ring);
        type = odd_type(v, type);
        dpl = odd_dpl(v);
        p = (unsigned)v[SEGMENT_P];
    }
    poke_descriptor(&gdt[SEL_VARIED / 8], descriptor_of(0, small ? LANDING - 1 : 0xfffff, type, dpl, p, 1, !small));
}

static void set_stack(const uint64_t v[], struct task *t, bool small, struct state *s)
{
    unsigned ring = (unsigned)v[RING], kind = (unsigned)(v[STACK] >> 16), room = v[STACK] & 0xffff, type = 0x13, dpl = ring, p = 1;
    struct shape shape = shape_of(OF_RING_1, small && kind == FLAT ? STACK_16 : small && kind == FROM_0 ? FROM_0_16 : (enum stack_kind)kind, room);

    s->absent |= small && shape.db; /* the upper half of ESP is open */
    t->esp = shape.esp;
    t->segment[SS] = (uint16_t)(SEL_STACK | ring);
    if (v[SEGMENT] == SS) {
        t->segment[SS] = odd_selector(v, SEL_STACK, 8 | 4, ring);
        type = odd_type(v, type);
        dpl = odd_dpl(v);
        p = (unsigned)v[SEGMENT_P];
    }
    poke_descriptor(&gdt[SEL_STACK / 8], stack_descriptor(&shape, type, dpl, p));
}

static void set_data(const uint64_t v[], struct task *t)
{
    for (unsigned i = ES; i <= GS; i++)
        if (i != CS && i != SS)
            t->segment[i] = i == v[SEGMENT] ? odd_selector(v, SEL_OTHER, 8 | 4, (unsigned)v[RING]) : SEL_DATA3;
    poke_descriptor(&gdt[SEL_OTHER / 8], descriptor_of(0, 0xfffff, odd_type(v, 0x13), odd_dpl(v), (unsigned)v[SEGMENT_P], 1, 1));
}

static void set_ldt(const uint64_t v[], struct task *t)
{
    t->ldt = SEL_LDT;
    if (v[SEGMENT] != LDTR)
        return;
    t->ldt = odd_selector(v, LDT_ENTRY * 8, 4, 0);
    gdt[LDT_ENTRY] = descriptor_of((uintptr_t)ldt, 15, odd_type(v, SYSTEM_LDT), odd_dpl(v), (unsigned)v[SEGMENT_P], 0, 0);
}

static bool is_odd(const uint64_t v[])
{
    return v[SEGMENT_SELECTOR] || v[SEGMENT_TYPE] != FITTING || v[SEGMENT_DPL] || v[SEGMENT_RPL] || !v[SEGMENT_P];
}

/* Which of two checks comes first is the model's own, too. */
static bool is_of_the_model(const uint64_t v[], bool small)
{
    bool short_tss = v[LIMIT] < (small ? 43 : 103);

    return !v[P] + short_tss + (v[TYPE] == 11 || v[TYPE] == 3) > 1 ||
           (!v[SEGMENT_P] && (v[SEGMENT_TYPE] != FITTING || v[SEGMENT_DPL] || v[SEGMENT_RPL])) ||
           (v[SEGMENT] == CS && v[SEGMENT_RPL]); /* another CPL, for which SS isn't right either */
}

static bool is_nested(const uint64_t v[])
{
    return v[ORIGIN] != DO_JMPF32 && v[ORIGIN] != (DO_JMPF32 | BY_GATE) && v[ORIGIN] != DO_IRET32;
}

static bool is_plain(const uint64_t v[])
{
    return !is_odd(v) && v[PAGES] == TSS_WHOLE && v[EIP] == AT_LANDING && !v[T] && v[STACK] == STACK_OF(FLAT, 0x400) && !v[FLAGS];
}

/* What no manual decides, or what would hide all else. */
static bool is_left_away(const uint64_t v[], bool small)
{
    bool without_stack = (v[SEGMENT] == CS || v[SEGMENT] == SS || v[SEGMENT] == LDTR) && is_odd(v);

    return (v[HANDLER] && without_stack) /* SDM 3A "Interrupt 10": the state isn't consistent, a task has to handle it */ ||
           (v[MODE] == IN_VM86 && small) /* whether the upper half of EFLAGS becomes 0 isn't said */ || (v[PAGES] == INTO_MISSING && small) ||
           (v[PAGES] == TSS_READ_ONLY && (is_nested(v) || !v[HANDLER])) /* docs/doubts.md: a link or a state that can't be written */ ||
           (v[LIMIT] == WHOLE_SPACE && !is_plain(v));
}

static void set_8086(struct task *t)
{
    for (unsigned i = ES; i <= GS; i++)
        t->segment[i] = i == SS ? STACK_PAGE(OF_RING_1) >> 4 : i == CS ? 0 : (uint16_t)(0x1111 * i);
    t->esp = STACK_MIDDLE;
}

/* In the format of 32 and of 16 bits. */
static void write_image(uint32_t image[26], const struct task *t, bool small)
{
    struct tss32 *wide = (struct tss32 *)image;
    struct tss16 *narrow = (struct tss16 *)image;

    for (unsigned i = 0; i < 26; i++)
        image[i] = 0x01010101 * (i + 0x80);
    if (small) {
        narrow->sp0 = STACK_MIDDLE / 2;
        narrow->ss0 = SEL_INNER_STACK;
        narrow->ip = (uint16_t)t->eip;
        narrow->flags = (uint16_t)t->flags;
        narrow->sp = (uint16_t)t->esp;
        for (unsigned i = 0; i < 4; i++)
            (&narrow->es)[i] = t->segment[i];
        narrow->ldt = t->ldt;
        return;
    }
    wide->esp0 = STACK_PAGE(OF_RING_2) + STACK_MIDDLE;
    wide->ss0 = 0x5a5a0000 | SEL_DATA;
    wide->cr3 = t->cr3;
    wide->eip = t->eip;
    wide->eflags = t->flags;
    wide->esp = t->esp;
    for (unsigned i = 0; i < 6; i++)
        (&wide->es)[i] = 0x5a5a0000u | t->segment[i];
    wide->ldt = 0x5a5a0000u | t->ldt;
    wide->trap = t->trap;
}

static uint32_t place_of(uint64_t pages)
{
    switch (pages) {
    case ON_SUPERVISOR:
        return PAGE_SUPERVISOR + TSS_ALIGNMENT;
    case TSS_MISSING:
        return PAGE_MISSING;
    case INTO_MISSING:
        return PAGE_SUPERVISOR + 0xfc0;
    case TSS_READ_ONLY:
        return PAGE_READ_ONLY;
    default:
        return (uintptr_t)&new_tss;
    }
}

static void set_new_task(const uint64_t v[], struct state *s)
{
    unsigned type = (unsigned)v[TYPE];
    bool small = OF_16_BIT(type);
    struct task t = {.flags = (uint32_t)v[FLAGS] | EFLAGS_FIXED, .cr3 = v[CR3] ? other_cr3 : (uint32_t)s->machine.cr3};
    uint32_t at = place_of(v[PAGES]), image[26];

    t.trap = v[T];
    s->absent |= is_of_the_model(v, small) || is_left_away(v, small);
    set_code(v, &t);
    set_stack(v, &t, small, s);
    set_data(v, &t);
    set_ldt(v, &t);
    if (v[FLAGS] & EFLAGS_VM && !small)
        set_8086(&t);
    write_image(image, &t, small);
    if (at == (uintptr_t)&new_tss)
        __builtin_memcpy(&new_tss, image, sizeof(image));
    else
        put_words(at, 4, image, 26);
    if (v[ORIGIN] == DO_IRET32 && OF_16_BIT(type & ~8u))
        type ^= 2;
    poke_descriptor(&gdt[SEL_NEW_TSS / 8], descriptor_of(at, v[LIMIT] & 0xfffff, type, (unsigned)v[DPL], (unsigned)v[P], 0, v[LIMIT] >> 20 & 1));
}

/* Where the way there finds the selector of the new task. */
static void set_way(const uint64_t v[], struct state *s)
{
    uint16_t selector = selector_of(v[SELECTOR], SEL_NEW_TSS, 0, v[RPL]);
    uint64_t gate = encode_gate(make_gate(0, selector, GATE_TASK, v[GATE] & 3, !(v[GATE] & GATE_NOT_PRESENT)));
    bool far = s->doing == DO_JMPF32 || s->doing == DO_CALLF32;
    uint32_t pointer[2] = {0x12345678, v[ORIGIN] & BY_GATE ? GATE_ENTRY * 8 : selector};

    gdt[GATE_ENTRY] = gate;
    if (far) {
        put_words(POINTER, 4, pointer, 2);
        s->machine.gpr[RSI] = POINTER;
    } else if (s->doing == DO_IRET32) {
        tss.link = (tss.link & 0xffff0000) | selector;
        s->machine.rflags |= EFLAGS_NT;
        s->absent |= v[SELECTOR] == OF_OLD_TASK;
    } else {
        poke_descriptor(&idt[vector_of(s->doing)], gate);
    }
    if (is_vm86(s)) {
        s->absent |= far || s->doing == DO_IRET32 || s->doing == DO_GP; /* there it loads */
        s->machine.rflags |= EFLAGS_IOPL(3);
    }
    if (s->doing == DO_INTERRUPT) {
        s->machine.rflags |= EFLAGS_IF;
        s->absent |= s->machine.cpl == 0; /* no IRET leads there */
    }
}

void set_up(const uint64_t v[], struct state *s)
{
    s->doing = (enum doing)(v[ORIGIN] & ~BY_GATE);
    s->absent = false;
    enter_mode(s, (enum mode)v[MODE]);
    set_old_task(v, s);
    set_new_task(v, s);
    set_way(v, s);
}
