/*
 * SDM 2A "INT n/INTO/INT3/INT1", "IRET/IRETD", "CALL", "JMP", SDM 2B "RET" in real-address mode, and SDM 3B "8086 Emulation": events and far
 * transfers with both sizes of operands and of addresses, on stacks and in segments that end or wrap.
 */
#include "sweep32/real.h"

const char sweep_about[] =
    "events, IRET, far CALL, JMP and RET, and operands in real-address mode, by sizes, segments, stacks and the interrupt table";

enum { INSTRUCTION, OPERAND, ADDRESS, SEGMENT, OFFSET, PLACE, STACK, ESP_HIGH, TARGET, TARGET_CS, IMAGE, TABLE, IF, TF, NT, AC, DF, IOPL, RF };

#define EIGHT_MIB 0x800000u

const struct axis sweep_axes[] = {
    AXIS(INSTRUCTION, {"int_n", REAL_INT_N}, {"int3", REAL_INT3}, {"into", REAL_INTO}, {"bound", REAL_BOUND}, {"div", REAL_DIV}, {"ud2", REAL_UD},
         {"read", REAL_READ}, {"write", REAL_WRITE}, {"call far", REAL_CALL}, {"jmp far", REAL_JMP}, {"ret far", REAL_RET}, {"ret far n", REAL_RET_N},
         {"iret", REAL_IRET}),
    AXIS(OPERAND, {"16", 16}, {"32", 32}, {"8", 8}),
    AXIS(ADDRESS, {"16", 16}, {"32", 32}),
    AXIS(SEGMENT, {"ds", DS}, {"es", ES}, {"cs", CS}, {"ss", SS}, {"fs", FS}, {"gs", GS}),
    AXIS(OFFSET, {"100", 0x100}, {"0", 0}, {"fff8", 0xfff8}, {"fff9", 0xfff9}, {"fffa", 0xfffa}, {"fffb", 0xfffb}, {"fffc", 0xfffc}, {"fffd", 0xfffd},
         {"fffe", 0xfffe}, {"ffff", 0xffff}, {"10000", 0x10000}, {"10100", 0x10100}, {"fffffffe", 0xfffffffe}, {"ffffffff", 0xffffffff}),
    AXIS(PLACE, {"inside", 0}, {"across the end", 1}),
    AXIS(STACK, {"800", 0x800}, {"0", 0}, {"1", 1}, {"2", 2}, {"3", 3}, {"4", 4}, {"5", 5}, {"6", 6}, {"7", 7}, {"8", 8}, {"9", 9}, {"a", 10},
         {"b", 11}, {"c", 12}, {"fff2", 0xfff2}, {"fff4", 0xfff4}, {"fff5", 0xfff5}, {"fff6", 0xfff6}, {"fff8", 0xfff8}, {"fffa", 0xfffa},
         {"fffb", 0xfffb}, {"fffc", 0xfffc}, {"fffd", 0xfffd}, {"fffe", 0xfffe}, {"ffff", 0xffff}),
    AXIS(ESP_HIGH, {"0", 0}, {"1234", 0x12340000}),
    AXIS(TARGET, {"landing", 0}, {"landing + 64 KiB", 0x10000}, {"landing + 8 MiB", EIGHT_MIB}),
    AXIS(TARGET_CS, {"0", 0}, {"100", 0x100}, {"800", LANDING >> 4}),
    AXIS(IMAGE, {"0", 0}, {"IF", EFLAGS_IF}, {"TF", EFLAGS_TF}, {"NT", EFLAGS_NT}, {"IOPL 3", EFLAGS_IOPL(3)}, {"AC", EFLAGS_AC}, {"RF", EFLAGS_RF},
         {"VM", EFLAGS_VM}, {"VIF, VIP", EFLAGS_VIF | EFLAGS_VIP}, {"ID", EFLAGS_ID}, {"DF", EFLAGS_DF}, {"reserved ones", 0xffc0802a}),
    AXIS(TABLE, {"all", 0x3ff}, {"vector 34", 34 * 4 + 3}, {"all but a byte of 34", 34 * 4 + 2}, {"vector 32", 32 * 4 + 3},
         {"all but a byte of 32", 32 * 4 + 2}, {"a byte of 32", 32 * 4}, {"before 32", 32 * 4 - 1}, {"#GP", 13 * 4 + 3},
         {"all but a byte of #GP", 13 * 4 + 2}, {"#SS", 12 * 4 + 3}, {"#DF", 8 * 4 + 3}, {"all but a byte of #DF", 8 * 4 + 2}, {"#DE", 3},
         {"nothing", 0}),
    AXIS(IF, CLEAR_FIRST),
    AXIS(TF, CLEAR_FIRST),
    AXIS(NT, CLEAR_FIRST),
    AXIS(AC, CLEAR_FIRST),
    AXIS(DF, CLEAR_FIRST),
    AXIS(IOPL, RINGS),
    AXIS(RF, CLEAR_FIRST),
    {0},
};

#define END_SEGMENT 0x3800u /* of code that lies across its end */

void prepare(void)
{
    prepare_real_mode();
    *(volatile uint16_t *)(LANDING + EIGHT_MIB) = INT_RAN_ON; /* for whoever looks at no limit */
}

/* Beyond the end of 64 KiB as well as wrapped: whoever doesn't look at it comes to the same. */
static void put(uint32_t segment_base, uint32_t offset, uint32_t value, unsigned size)
{
    for (unsigned i = 0; i < size; i++) {
        uint8_t byte = (uint8_t)(value >> 8 * i);

        *(volatile uint8_t *)(uintptr_t)(segment_base + offset + i) = byte;
        if (offset < 0x20000)
            *(volatile uint8_t *)(uintptr_t)(segment_base + (uint16_t)(offset + i)) = byte;
    }
}

static bool by_operand(uint64_t doing)
{
    return doing >= REAL_READ || doing == REAL_BOUND ? doing < REAL_RET : false;
}

static uint32_t offset_of(const uint64_t v[])
{
    return (uint32_t)v[OFFSET] & (v[ADDRESS] == 32 ? 0xffffffff : 0xffff);
}

/* Whether the 12 bytes below the stack pointer have no room, or lie over the operand. */
static bool on_entry_image(const uint64_t v[])
{
    uint32_t offset = offset_of(v), stack = (uint32_t)v[STACK];

    return stack < 12 || (by_operand(v[INSTRUCTION]) && v[SEGMENT] == SS && offset < stack && offset + 8 > stack - 12);
}

/* What the instruction reads: bounds, a far pointer, or an image on the stack. */
static void put_operands(const uint64_t v[], const struct state *s)
{
    const struct machine *m = &s->machine;
    unsigned size = (unsigned)v[OPERAND] / 8;
    uint32_t offset = offset_of(v), base = (uint32_t)m->segment[v[SEGMENT]].base;
    uint32_t target = (uint32_t)(LANDING - 16 * v[TARGET_CS] + v[TARGET]);

    if (v[INSTRUCTION] >= REAL_RET || v[SEGMENT] == SS) /* where frames come, too */
        keep((uint32_t)m->segment[SS].base, (uint32_t)m->segment[SS].base + 0x10010);
    if (by_operand(v[INSTRUCTION])) {
        bool bounds = v[INSTRUCTION] == REAL_BOUND;

        put(base, offset, bounds ? 1 : target, size);
        put(base, offset + size, bounds ? 2 : (uint32_t)v[TARGET_CS], bounds ? size : 2);
    } else if (v[INSTRUCTION] >= REAL_RET) {
        const uint32_t words[] = {target, (uint32_t)v[TARGET_CS] | 0x5a5a0000, EFLAGS_FIXED | (uint32_t)v[IMAGE]};

        for (unsigned i = 0; i < 3; i++)
            put((uint32_t)m->segment[SS].base, (uint32_t)v[STACK] + i * size, words[i], size);
    }
}

void set_up(const uint64_t v[], struct state *s)
{
    static const uint16_t selectors[] = {[ES] = 0x5000, [DS] = 0x4000, [FS] = 0x6000, [GS] = 0x7000};
    const struct real_code wanted = {(enum real_doing)v[INSTRUCTION], (uint8_t)v[OPERAND], (uint8_t)v[ADDRESS], (uint8_t)v[SEGMENT]};
    struct machine *m = &s->machine;

    enter_real(s);
    for (unsigned i = ES; i <= GS; i++)
        if (i != CS && i != SS)
            m->segment[i] = real_segment_of(selectors[i]);
    if (v[PLACE]) {
        m->segment[CS] = real_segment_of(END_SEGMENT);
        m->rip = 0xffff;
    }
    m->gpr[RSP] = v[STACK] | v[ESP_HIGH];
    m->gpr[RSI] = v[OFFSET];
    m->idtr.limit = v[TABLE];
    m->rflags |= v[IF] << 9 | v[TF] << 8 | v[NT] << 14 | v[AC] << 18 | v[DF] << 10 | v[IOPL] << 12 | v[RF] << 16;
    if (v[INSTRUCTION] == REAL_INTO)
        m->rflags |= EFLAGS_OF;
    s->absent = v[OPERAND] == 8 && v[INSTRUCTION] != REAL_READ && v[INSTRUCTION] != REAL_WRITE;
    if (by_operand(v[INSTRUCTION])) {
        uint32_t offset = offset_of(v);
        bool wraps = (uint16_t)offset > 0xfff0 || !(uint16_t)offset;

        s->absent |= v[SEGMENT] == CS && (v[PLACE] || wraps); /* the code, the interrupt table */
    }
    s->absent |= (v[TF] || v[RF]) && on_entry_image(v);                 /* IRETD leads there */
    s->absent |= begins_again(&wanted, offset_of(v)) && v[STACK] <= 12; /* one of both ways may be a shutdown */
    if (s->absent)
        return;
    put_operands(v, s);
    set_real_code(s, &wanted);
}
