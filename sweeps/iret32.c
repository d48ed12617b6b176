/*
 * SDM 2A "IRET/IRETD/IRETQ", Operation, PROTECTED-MODE-RETURN and RETURN-TO-VIRTUAL-8086-MODE, and SDM 2B "RET", far: an image
 * on a stack, to the same ring, to outer ones, to virtual-8086 mode. What comes of it is seen by the INT n to which it leads.
 */
#include "sweep32/sweep.h"

const char sweep_about[] = "IRET and far RET of protected and virtual-8086 mode by an image on the stack, and an INT n where they lead";

enum {
    INSTRUCTION,
    MODE,
    STACK,
    STACK_LEFT,
    TARGET,
    CS_SELECTOR,
    CS_TYPE,
    CS_DPL,
    CS_P,
    CS_D,
    CS_RPL,
    CS_LIMIT,
    NEW_STACK,
    SS_SELECTOR,
    SS_TYPE,
    SS_DPL,
    SS_P,
    SS_RPL,
    DATA,
    DATA_DPL,
    NEW_IF,
    NEW_TF,
    NEW_RF,
    NEW_NT,
    NEW_AC,
    NEW_IOPL,
    NEW_VM,
    NEW_VIF,
    NEW_VIP,
    NEW_ID,
    IOPL,
    AC
};

enum { VARIED, NULL_SELECTOR, IN_LDT, BEYOND_LDT, BEYOND_GDT, BEYOND_BY_HALF };
#define SELECTORS                                                                                                            \
    {"varied", VARIED}, {"null", NULL_SELECTOR}, {"in LDT", IN_LDT}, {"beyond LDT", BEYOND_LDT}, {"beyond GDT", BEYOND_GDT}, \
    {                                                                                                                        \
        "beyond GDT by half", BEYOND_BY_HALF                                                                                 \
    }
#define OTHER_TYPES                                                                                                                             \
    {"10", 0x10}, {"11", 0x11}, {"14", 0x14}, {"15", 0x15}, {"16", 0x16}, {"17", 0x17}, {"18", 0x18}, {"19", 0x19}, {"1c", 0x1c}, {"1d", 0x1d}, \
        {"1e", 0x1e}, {"1f", 0x1f}, {"0", 0}, {"1", 1}, {"2", 2}, {"3", 3}, {"5", 5}, {"9", 9}, {"b", 11}, {"c", 12}, {"e", 14},                \
    {                                                                                                                                           \
        "f", 15                                                                                                                                 \
    }

const struct axis sweep_axes[] = {
    AXIS(INSTRUCTION, {"iretd", DO_IRET32}, {"iret", DO_IRET16}, {"retd", DO_RETF32}, {"ret", DO_RETF16}),
    AXIS(MODE, {"ring 0", IN_RING_0}, {"ring 1", IN_RING_1}, {"ring 2", IN_RING_2}, {"ring 3", IN_RING_3}, {"16-bit ring 0", IN_CODE16_0},
         {"16-bit ring 3", IN_CODE16_3}, {"vm86", IN_VM86}),
    AXIS(STACK, {"flat", FLAT}, {"16-bit", STACK_16}, {"to the limit", TO_LIMIT}, {"odd", ODD}, {"read-only page", READ_ONLY},
         {"supervisor page", SUPERVISOR}, {"missing page", MISSING}),
    AXIS(STACK_LEFT, {"plenty", 0x400}, {"0", 0}, {"3", 3}, {"4", 4}, {"6", 6}, {"5", 5}, {"7", 7}, {"8", 8}, {"9", 9}, {"10", 10}, {"11", 11},
         {"12", 12}, {"15", 15}, {"16", 16}, {"18", 18}, {"19", 19}, {"20", 20}, {"32", 32}, {"35", 35}, {"36", 36}),
    AXIS(TARGET, {"landing", LANDING}, {"landing + 64 KiB", LANDING + 0x10000}, {"missing", LOW_MISSING}, {"supervisor", LANDING_SUPERVISOR}),
    AXIS(CS_SELECTOR, SELECTORS),
    AXIS(CS_TYPE, {"1b", 0x1b}, {"1a", 0x1a}, {"13", 0x13}, {"12", 0x12}, OTHER_TYPES),
    AXIS(CS_DPL, RING_3_FIRST),
    AXIS(CS_P, SET_FIRST),
    AXIS(CS_D, SET_FIRST),
    AXIS(CS_RPL, RING_3_FIRST),
    AXIS(CS_LIMIT, {"4 GiB", 0}, {"before the target", LANDING - 1}, {"behind it", LANDING + 1}),
    AXIS(NEW_STACK, {"flat", FLAT}, {"16-bit", STACK_16}, {"from 0", FROM_0}, {"odd", ODD}, {"missing page", MISSING}),
    AXIS(SS_SELECTOR, SELECTORS),
    AXIS(SS_TYPE, {"13", 0x13}, {"12", 0x12}, {"1b", 0x1b}, {"1a", 0x1a}, OTHER_TYPES),
    AXIS(SS_DPL, RING_3_FIRST),
    AXIS(SS_P, SET_FIRST),
    AXIS(SS_RPL, RING_3_FIRST),
    AXIS(DATA, {"of ring 3", 0}, {"writable", 0x13}, {"read-only", 0x11}, {"down", 0x17}, {"code", 0x1b}, {"conforming", 0x1f}, {"null", 4},
         {"null, RPL 3", 3}),
    AXIS(DATA_DPL, RINGS),
    AXIS(NEW_IF, CLEAR_FIRST),
    AXIS(NEW_TF, CLEAR_FIRST),
    AXIS(NEW_RF, CLEAR_FIRST),
    AXIS(NEW_NT, CLEAR_FIRST),
    AXIS(NEW_AC, CLEAR_FIRST),
    AXIS(NEW_IOPL, RING_3_FIRST),
    AXIS(NEW_VM, CLEAR_FIRST),
    AXIS(NEW_VIF, CLEAR_FIRST),
    AXIS(NEW_VIP, CLEAR_FIRST),
    AXIS(NEW_ID, CLEAR_FIRST),
    AXIS(IOPL, RING_3_FIRST),
    AXIS(AC, CLEAR_FIRST),
    {0},
};

static uint32_t selector_of(uint64_t kind, uint32_t varied, uint32_t in_ldt, uint64_t rpl)
{
    const uint32_t selectors[] = {varied, 0, in_ldt, 16 | 4, GDT_ENTRIES * 8, GDT_ENTRIES * 8 - 8};

    return selectors[kind] | (uint32_t)rpl;
}

/* So many bytes lie from ESP to the end of the segment, or of the page. */
static void set_stack(const uint64_t v[], struct state *s)
{
    unsigned left = (unsigned)v[STACK_LEFT];
    struct shape shape = shape_of(OF_PROGRAM, (enum stack_kind)v[STACK], 0x400);

    if (is_vm86(s)) {
        s->absent |= v[STACK] != FLAT;
        if (left != 0x400)
            s->machine.gpr[RSP] = 0x1000 - left;
        return;
    }
    if (v[STACK] == TO_LIMIT) {
        shape.base = STACK_PAGE(OF_PROGRAM);
        shape.esp = STACK_MIDDLE;
        shape.limit = STACK_MIDDLE + left - 1;
    } else if (left != 0x400) {
        shape.esp = (shape.esp & ~0xfffu) + 0x1000 - left;
    }
    poke_descriptor(&gdt[SEL_STACK / 8], stack_descriptor(&shape, 0x13, s->machine.cpl, 1));
    s->machine.segment[SS] = segment_of((uint16_t)(SEL_STACK | s->machine.cpl));
    s->machine.gpr[RSP] = shape.esp;
}

static uint32_t top_of(const struct machine *m)
{
    return (uint32_t)m->segment[SS].base + ((uint32_t)m->gpr[RSP] & (m->segment[SS].db ? 0xffffffff : 0xffff));
}

static void set_data(const uint64_t v[], struct state *s)
{
    uint16_t selector = v[DATA] > 4 ? SEL_OTHER : v[DATA] & 3;

    if (!v[DATA])
        return;
    s->absent |= is_vm86(s) || (v[DATA] == 3 && s->machine.cpl) ||
                 (v[DATA] > 4 && v[DATA_DPL] < s->machine.cpl && v[DATA] != 0x1f); /* a load would refuse it */
    if (v[DATA] > 4)
        poke_descriptor(&gdt[SEL_OTHER / 8], descriptor_of(0, 0xfffff, (unsigned)v[DATA], (unsigned)v[DATA_DPL], 1, 1, 1));
    for (unsigned i = ES; i <= GS; i++)
        if (i != CS && i != SS)
            s->machine.segment[i] = segment_of(selector);
}

/* With VM=1 the image goes on behind ESP and SS; and CS is a segment of the 8086. */
static void put_image(const uint64_t v[], struct state *s)
{
    bool iret = v[INSTRUCTION] == DO_IRET32 || v[INSTRUCTION] == DO_IRET16;
    unsigned size = v[INSTRUCTION] == DO_IRET32 || v[INSTRUCTION] == DO_RETF32 ? 4 : 2;
    uint32_t flags = (uint32_t)(2 | v[NEW_IF] << 9 | v[NEW_TF] << 8 | v[NEW_RF] << 16 | v[NEW_NT] << 14 | v[NEW_AC] << 18 | v[NEW_IOPL] << 12 |
                                v[NEW_VM] << 17 | v[NEW_VIF] << 19 | v[NEW_VIP] << 20 | v[NEW_ID] << 21);
    struct shape shape = shape_of(OF_RING_2, (enum stack_kind)v[NEW_STACK], 0x400);
    bool to_8086 = is_vm86(s) || (v[INSTRUCTION] == DO_IRET32 && v[NEW_VM] && s->machine.cpl == 0);
    uint32_t cs = to_8086 ? 0 : selector_of(v[CS_SELECTOR], SEL_VARIED, 4, v[CS_RPL]);
    uint32_t ss = to_8086 ? STACK_PAGE(OF_RING_2) >> 4 : selector_of(v[SS_SELECTOR], SEL_INNER_STACK, 8 | 4, v[SS_RPL]);
    uint32_t words[9] = {(uint32_t)v[TARGET], cs};
    unsigned n = 2;

    if (iret)
        words[n++] = flags;
    words[n++] = shape.esp;
    words[n++] = ss;
    for (unsigned i = 1; n < 9; i++, n++)
        words[n] = 0x5a5a0100 * i;
    poke_descriptor(&gdt[SEL_INNER_STACK / 8], stack_descriptor(&shape, (unsigned)v[SS_TYPE], (unsigned)v[SS_DPL], (unsigned)v[SS_P]));
    put_words(top_of(&s->machine), size, words, 9);
}

void set_up(const uint64_t v[], struct state *s)
{
    uint32_t limit = v[CS_LIMIT] ? (uint32_t)v[CS_LIMIT] : 0xfffff;

    s->doing = (enum doing)v[INSTRUCTION];
    s->machine.rflags |= v[IOPL] << 12 | v[AC] << 18;
    enter_mode(s, (enum mode)v[MODE]);
    s->absent = v[TARGET] > 0xffff && (!v[CS_D] || s->machine.rflags & EFLAGS_VM); /* whether EIP is cut behind the INT isn't said */
    poke_descriptor(&gdt[SEL_VARIED / 8],
                    descriptor_of(0, limit, (unsigned)v[CS_TYPE], (unsigned)v[CS_DPL], (unsigned)v[CS_P], (unsigned)v[CS_D], !v[CS_LIMIT]));
    s->absent |= v[NEW_VM] && (v[NEW_VIF] || v[NEW_VIP]); /* QEMU would keep them for all states that follow */
    set_stack(v, s);
    set_data(v, s);
    put_image(v, s);
}
