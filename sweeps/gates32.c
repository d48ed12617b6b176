/*
 * SDM 2A "INT n/INTO/INT3/INT1", Operation, PROTECTED-MODE and virtual-8086 mode: an event, through a gate of 16 or 32 bits, to
 * a code segment, onto a stack.
 */
#include "sweep32/sweep.h"

const char sweep_about[] = "an event of protected or virtual-8086 mode through a gate to a code segment and onto a stack";

enum {
    EVENT,
    MODE,
    GATE_TYPE,
    GATE_P,
    GATE_DPL,
    GATE_SELECTOR,
    OFFSET,
    CS_TYPE,
    CS_DPL,
    CS_P,
    CS_D,
    CS_LIMIT,
    RPL,
    STACK,
    ROOM,
    INNER_STACK,
    INNER_ROOM,
    INNER_SELECTOR,
    INNER_TYPE,
    INNER_DPL,
    INNER_P,
    INNER_RPL,
    TSS,
    IDT_LIMIT,
    IF,
    TF,
    RF,
    NT,
    AC,
    DF,
    IOPL
};

enum { VARIED, NULL_SELECTOR, RING_0, IN_LDT, OTHER_IN_LDT, BEYOND_LDT, BEYOND_GDT, BEYOND_BY_HALF };
#define SELECTORS                                                                                                                                    \
    {"varied", VARIED}, {"null", NULL_SELECTOR}, {"ring 0", RING_0}, {"in LDT", IN_LDT}, {"other in LDT", OTHER_IN_LDT}, {"beyond LDT", BEYOND_LDT}, \
        {"beyond GDT", BEYOND_GDT},                                                                                                                  \
    {                                                                                                                                                \
        "beyond GDT by half", BEYOND_BY_HALF                                                                                                         \
    }
#define TYPES_OF_SYSTEM                                                                                                                             \
    {"0", 0}, {"1", 1}, {"2", 2}, {"3", 3}, {"4", 4}, {"5", 5}, {"6", 6}, {"7", 7}, {"8", 8}, {"9", 9}, {"a", 10}, {"b", 11}, {"c", 12}, {"d", 13}, \
        {"e", 14},                                                                                                                                  \
    {                                                                                                                                               \
        "f", 15                                                                                                                                     \
    }

/* The TSS: a limit, and 16 bits from bit 16 on. */
#define TSS16_BIT 0x10000u

const struct axis sweep_axes[] = {
    AXIS(EVENT, {"int_n", DO_INT_N}, {"int3", DO_INT3}, {"into", DO_INTO}, {"#UD", DO_UD}, {"#GP", DO_GP}, {"#PF", DO_PF},
         {"interrupt", DO_INTERRUPT}),
    AXIS(MODE, MODES),
    AXIS(GATE_TYPE, {"e", 14}, {"f", 15}, {"6", 6}, {"7", 7}, {"0", 0}, {"1", 1}, {"2", 2}, {"3", 3}, {"4", 4}, {"8", 8}, {"9", 9}, {"a", 10},
         {"b", 11}, {"c", 12}, {"d", 13}, {"1e", 0x1e}, {"1f", 0x1f}, {"16", 0x16}, {"17", 0x17}, {"15", 0x15}),
    AXIS(GATE_P, SET_FIRST),
    AXIS(GATE_DPL, RING_3_FIRST),
    AXIS(GATE_SELECTOR, SELECTORS),
    AXIS(OFFSET, {"stub", 0}, {"above 64 KiB", 0x10000}, {"above 2 GiB", 0x80000000}),
    AXIS(CS_TYPE, {"1b", 0x1b}, {"1a", 0x1a}, {"1f", 0x1f}, {"1e", 0x1e}, {"19", 0x19}, {"18", 0x18}, {"1d", 0x1d}, {"1c", 0x1c}, {"10", 0x10},
         {"11", 0x11}, {"12", 0x12}, {"13", 0x13}, {"14", 0x14}, {"15", 0x15}, {"16", 0x16}, {"17", 0x17}, TYPES_OF_SYSTEM),
    AXIS(CS_DPL, {"2", 2}, {"0", 0}, {"1", 1}, {"3", 3}), /* of virtual-8086 mode, which leads to ring 0 only, 0 and 2 are exchanged */
    AXIS(CS_P, SET_FIRST),
    AXIS(CS_D, SET_FIRST),
    AXIS(CS_LIMIT, {"4 GiB", 0}, {"before the stub", 1}, {"64 KiB", 2}),
    AXIS(RPL, RINGS),
    AXIS(STACK, STACK_KINDS),
    AXIS(ROOM, STACK_ROOMS),
    AXIS(INNER_STACK, STACK_KINDS),
    AXIS(INNER_ROOM, STACK_ROOMS),
    AXIS(INNER_SELECTOR, SELECTORS),
    AXIS(INNER_TYPE, {"13", 0x13}, {"12", 0x12}, {"17", 0x17}, {"16", 0x16}, {"11", 0x11}, {"10", 0x10}, {"14", 0x14}, {"15", 0x15}, {"18", 0x18},
         {"19", 0x19}, {"1a", 0x1a}, {"1b", 0x1b}, {"1c", 0x1c}, {"1d", 0x1d}, {"1e", 0x1e}, {"1f", 0x1f}, TYPES_OF_SYSTEM),
    AXIS(INNER_DPL, {"new CPL", 0}, {"1 off", 1}, {"2 off", 2}, {"3 off", 3}),
    AXIS(INNER_P, SET_FIRST),
    AXIS(INNER_RPL, {"new CPL", 0}, {"1 off", 1}, {"2 off", 2}, {"3 off", 3}),
    AXIS(TSS, {"32-bit", 103}, {"16-bit", TSS16_BIT | 43}, {"32-bit, to 27", 27}, {"32-bit, to 25", 25}, {"32-bit, to 24", 24}, {"32-bit, to 19", 19},
         {"32-bit, to 17", 17}, {"32-bit, to 16", 16}, {"32-bit, to 11", 11}, {"16-bit, to 13", TSS16_BIT | 13}, {"16-bit, to 12", TSS16_BIT | 12},
         {"16-bit, to 9", TSS16_BIT | 9}, {"16-bit, to 8", TSS16_BIT | 8}), /* where ring 0 has a stack always */
    AXIS(IDT_LIMIT, {"all", 0x7ff}, {"vector 32", 32 * 8 + 7}, {"half of it", 32 * 8 + 3}, {"one byte of it", 32 * 8}, {"before it", 32 * 8 - 1},
         {"#GP", 13 * 8 + 7}, {"all but a byte", 13 * 8 + 6}),
    AXIS(IF, CLEAR_FIRST),
    AXIS(TF, CLEAR_FIRST),
    AXIS(RF, CLEAR_FIRST),
    AXIS(NT, CLEAR_FIRST),
    AXIS(AC, CLEAR_FIRST),
    AXIS(DF, CLEAR_FIRST),
    AXIS(IOPL, RING_3_FIRST),
    {0},
};

static uint32_t selector_of(uint64_t kind, uint32_t varied)
{
    const uint16_t selectors[] = {(uint16_t)varied,
                                  0,
                                  varied == SEL_VARIED ? SEL_CODE : SEL_DATA,
                                  varied == SEL_VARIED ? 4 : 8 | 4,
                                  varied == SEL_VARIED ? 8 | 4 : 4,
                                  16 | 4,
                                  GDT_ENTRIES * 8,
                                  GDT_ENTRIES * 8 - 8};

    return selectors[kind];
}

static void set_gate(const uint64_t v[], unsigned vector)
{
    uint32_t low = (uint32_t)idt[vector], high = (uint32_t)(idt[vector] >> 32);

    poke(&idt[vector], (low & 0xffff) | (selector_of(v[GATE_SELECTOR], SEL_VARIED) | (uint32_t)v[RPL]) << 16);
    poke((uint32_t *)&idt[vector] + 1, (high & 0xffff00ff) | (uint32_t)(v[GATE_TYPE] << 8 | v[GATE_DPL] << 13 | v[GATE_P] << 15 | v[OFFSET]));
}

static unsigned dpl_of(const uint64_t v[])
{
    return (unsigned)v[CS_DPL] ^ (v[MODE] == IN_VM86 ? 2u : 0u);
}

static void set_code(const uint64_t v[], unsigned vector)
{
    bool small = v[CS_LIMIT] || v[OFFSET]; /* no code lies behind the latter */
    uint32_t limit = v[CS_LIMIT] == 1 ? ((uint32_t)idt[vector] & 0xffff) - 1 : small ? 0xffff : 0xfffff;

    poke_descriptor(&gdt[SEL_VARIED / 8], descriptor_of(0, limit, (unsigned)v[CS_TYPE], dpl_of(v), (unsigned)v[CS_P], (unsigned)v[CS_D], !small));
}

static void set_stack(const uint64_t v[], struct state *s)
{
    struct shape shape = shape_of(OF_PROGRAM, (enum stack_kind)v[STACK], (unsigned)v[ROOM]);

    if (is_vm86(s)) {
        s->absent |= v[STACK] || v[ROOM] != 0x400;
        return;
    }
    if (v[STACK] == FLAT && v[ROOM] == 0x400)
        return;
    poke_descriptor(&gdt[SEL_STACK / 8], stack_descriptor(&shape, 0x13, s->machine.cpl, 1));
    s->machine.segment[SS] = segment_of((uint16_t)(SEL_STACK | s->machine.cpl));
    s->machine.gpr[RSP] = shape.esp;
}

/* In the TSS: of the ring that the code segment's DPL says. */
static void set_inner_stack(const uint64_t v[], struct state *s)
{
    unsigned ring = v[GATE_SELECTOR] == VARIED && dpl_of(v) < 3 ? dpl_of(v) : 0;
    struct shape shape = shape_of(OF_RING_0 + ring, (enum stack_kind)v[INNER_STACK], (unsigned)v[INNER_ROOM]);
    uint32_t selector = selector_of(v[INNER_SELECTOR], SEL_INNER_STACK) | ((ring + (unsigned)v[INNER_RPL]) & 3);

    s->machine.segment[TR].limit = v[TSS] & 0xffff;
    if (s->machine.segment[TR].limit < 43) /* a task that couldn't be saved there: no manual says what comes */
        poke_descriptor(&idt[VEC_DF], idt[VEC_TS] - (VEC_TS - VEC_DF) * STUB_SIZE);
    s->machine.segment[TR].type = v[TSS] & TSS16_BIT ? SYSTEM_TSS16_BUSY : SYSTEM_TSS_BUSY;
    poke_descriptor(&gdt[SEL_INNER_STACK / 8],
                    stack_descriptor(&shape, (unsigned)v[INNER_TYPE], (ring + (unsigned)v[INNER_DPL]) & 3, (unsigned)v[INNER_P]));
    if (v[TSS] & TSS16_BIT)
        for (unsigned i = 0; i < 3; i++) /* the others, too: where they shouldn't be used */
            poke((uint16_t *)&tss + 1 + 2 * i, (shape.esp & 0xffff) | selector << 16);
    else {
        poke(&tss.esp0 + 2 * ring, shape.esp);
        poke(&tss.ss0 + 2 * ring, 0x5a5a0000 | selector);
    }
}

void set_up(const uint64_t v[], struct state *s)
{
    unsigned vector = vector_of((enum doing)v[EVENT]);
    bool outer = v[MODE] != IN_RING_0 && v[MODE] != IN_CODE16_0;

    s->doing = (enum doing)v[EVENT];
    s->machine.rflags |= v[IF] << 9 | v[TF] << 8 | v[RF] << 16 | v[NT] << 14 | v[AC] << 18 | v[DF] << 10 | v[IOPL] << 12;
    if (v[EVENT] == DO_INTO)
        s->machine.rflags |= EFLAGS_OF;
    enter_mode(s, (enum mode)v[MODE]);
    s->absent = !outer && (v[TF] || v[RF] || (v[EVENT] == DO_INTERRUPT && v[IF])); /* no IRET leads there */
    s->absent |= v[OFFSET] && v[GATE_SELECTOR] != VARIED;
    s->absent |= is_vm86(s) && v[EVENT] == DO_GP; /* there it loads */
    set_gate(v, vector);
    if (v[GATE_SELECTOR] == VARIED)
        set_code(v, vector);
    set_stack(v, s);
    set_inner_stack(v, s);
    s->machine.idtr.limit = v[IDT_LIMIT];
}
