/*
 * SDM 3A "Limit Checking", "Type Checking", "Null Segment Selector": an operand of each width at the edges of each kind of segment, read and written.
 */
#include "sweep32/sweep.h"

const char sweep_about[] = "an operand in memory at the edges of each kind of segment";

enum { ACCESS, SEGMENT, WIDTH, OFFSET, TYPE, LIMIT, DB, MODE };

/* Of a segment whose limit, as the processor has it, is `limit`. */
enum edge { FROM_LIMIT, FROM_ZERO, FROM_64K };
#define EDGE(edge, distance) ((uint64_t)(edge) << 32 | (uint32_t)(distance))

#define BASE 0x50000u
enum { NULL_SELECTOR = 0x100 };

const struct axis sweep_axes[] = {
    AXIS(ACCESS, {"read", 0}, {"write", 1}),
    AXIS(SEGMENT, {"ds", DS}, {"es", ES}, {"ss", SS}, {"fs", FS}, {"gs", GS}, {"cs", CS}),
    AXIS(WIDTH, {"32", 4}, {"16", 2}, {"8", 1}),
    AXIS(OFFSET, {"limit - 4", EDGE(FROM_LIMIT, -4)}, {"limit - 3", EDGE(FROM_LIMIT, -3)}, {"limit - 2", EDGE(FROM_LIMIT, -2)},
         {"limit - 1", EDGE(FROM_LIMIT, -1)}, {"limit", EDGE(FROM_LIMIT, 0)}, {"limit + 1", EDGE(FROM_LIMIT, 1)}, {"limit + 2", EDGE(FROM_LIMIT, 2)},
         {"0", EDGE(FROM_ZERO, 0)}, {"1", EDGE(FROM_ZERO, 1)}, {"-1", EDGE(FROM_ZERO, -1)}, {"-2", EDGE(FROM_ZERO, -2)}, {"-3", EDGE(FROM_ZERO, -3)},
         {"-4", EDGE(FROM_ZERO, -4)}, {"64 KiB - 5", EDGE(FROM_64K, -5)}, {"64 KiB - 4", EDGE(FROM_64K, -4)}, {"64 KiB - 3", EDGE(FROM_64K, -3)},
         {"64 KiB - 2", EDGE(FROM_64K, -2)}, {"64 KiB - 1", EDGE(FROM_64K, -1)}, {"64 KiB", EDGE(FROM_64K, 0)}),
    AXIS(TYPE, {"13", 0x13}, {"12", 0x12}, {"11", 0x11}, {"10", 0x10}, {"17", 0x17}, {"16", 0x16}, {"15", 0x15}, {"14", 0x14}, {"1b", 0x1b},
         {"1a", 0x1a}, {"1f", 0x1f}, {"1e", 0x1e}, {"null", NULL_SELECTOR}),
    AXIS(LIMIT, {"4 GiB", 0x1fffff}, {"8 KiB, G", 0x100001}, {"4 KiB, G", 0x100000}, {"FFF", 0xfff}, {"FFE", 0xffe}, {"FFFF", 0xffff}, {"0", 0},
         {"1", 1}, {"3", 3}),
    AXIS(DB, SET_FIRST),
    AXIS(MODE, {"ring 3", IN_RING_3}, {"ring 2", IN_RING_2}, {"ring 0", IN_RING_0}),
    {0},
};

static uint32_t offset_of(uint64_t where, uint32_t limit)
{
    uint32_t from = where >> 32 == FROM_LIMIT ? limit : where >> 32 == FROM_64K ? 0x10000 : 0;

    return from + (uint32_t)where;
}

void set_up(const uint64_t v[], struct state *s)
{
    unsigned segment = (unsigned)v[SEGMENT], type = (unsigned)v[TYPE];
    uint32_t g = v[LIMIT] >> 20 & 1, limit = v[LIMIT] & 0xfffff;

    s->doing = DO_OPERAND + operand_form(segment, (unsigned)v[WIDTH], v[ACCESS]);
    enter_mode(s, (enum mode)v[MODE]);
    s->machine.gpr[RSI] = offset_of(v[OFFSET], g ? limit << 12 | 0xfff : limit);
    if (segment == CS) { /* the instruction lies in it, too */
        s->absent = type != 0x1b || v[LIMIT] != 0x1fffff || !v[DB] || v[OFFSET] >> 32 != FROM_64K;
        return;
    }
    s->absent = segment == SS && ((type & 0x1a) != 0x12 || s->machine.cpl == 0); /* no other is loaded; and who faults in ring 0 needs it */
    poke_descriptor(&gdt[SEL_VARIED / 8], descriptor_of(BASE, limit, type & 0x1f, segment == SS ? s->machine.cpl : 3, 1, (unsigned)v[DB], g));
    if (segment == SS && !v[DB])
        s->machine.gpr[RSP] = shape_of(OF_PROGRAM, STACK_16, 0x400).esp;
    if (type == NULL_SELECTOR)
        s->machine.segment[segment] = segment_of(0);
    else
        s->machine.segment[segment] = segment_of((uint16_t)(SEL_VARIED | s->machine.cpl));
}
