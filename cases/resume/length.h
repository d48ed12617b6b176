/*
 * length.h: behind an instruction that a hypervisor may have carried out, the program goes on at the next one: RIP is higher by the whole length,
 * prefixes that change nothing included, up to 15 bytes. Where TF=1 the trap's frame says so, else that of the UD2 behind it. Prefixes whose place a
 * manual leaves reserved (F2 and F3 before instructions that aren't repeated, 66 where the opcode's table has NP) have no case.
 */
#ifndef LENGTH_H
#define LENGTH_H

#include <case.h>

static void set_up(void)
{
    start.rbx = map_page("operand", PAGE_PRESENT | PAGE_WRITE);
}

/* 67, SS, and CS prefixes before the instruction: 15 bytes. */
#define LONGEST(prefixes, bytes) "0x67, 0x36\n.skip " #prefixes " - 2, 0x2e\n.byte " bytes
#define INSTRUCTION(bytes) MARK(fault) ".byte " bytes "\n" MARK(after) "ud2\n"

#define STEP(name, prepare, bytes)   \
    static void name(void)           \
    {                                \
        prepare();                   \
        start.rflags |= RFLAGS_TF;   \
        PROGRAM(INSTRUCTION(bytes)); \
    }
#define THEN_UD2(name, prepare, bytes) \
    static void name(void)             \
    {                                  \
        prepare();                     \
        PROGRAM(INSTRUCTION(bytes));   \
    }

#define ROW(name_, spec_, about_, ...)                                                                                            \
    {                                                                                                                             \
        VARIANT, .name = #name_, .about = about_, .spec = spec_, .error = NO_ERROR, .saved_rip = AFTER, .run = name_, __VA_ARGS__ \
    }
#define DB(name, spec, about, ...) ROW(name, spec, about " with TF=1", .vector = VEC_DB, __VA_ARGS__)
#define UD(name, spec, about, ...) ROW(name, spec, about, .vector = VEC_UD, __VA_ARGS__)

/* `left` and `bytes` as LONGEST has them. */
#define LONGEST_STEPS(name, prepare, left, bytes)       \
    STEP(name##_rex, prepare, "0x40, " bytes)           \
    STEP(name##_longest, prepare, LONGEST(left, bytes)) \
    THEN_UD2(name##_longest_fault, prepare, LONGEST(left, bytes))
/* An instruction without an operand in memory, with prefixes that change nothing. */
#define NO_O16(name, prepare, left, bytes) STEP(name##_segment, prepare, "0x64, " bytes) LONGEST_STEPS(name, prepare, left, bytes)
#define REGISTER(name, prepare, left, bytes) STEP(name##_o16, prepare, "0x66, " bytes) NO_O16(name, prepare, left, bytes)
/* One with such an operand. */
#define MEMORY(name, prepare, left, bytes)        \
    STEP(name##_o16, prepare, "0x66, " bytes)     \
    STEP(name##_a32, prepare, "0x67, " bytes)     \
    STEP(name##_segment, prepare, "0x3e, " bytes) \
    LONGEST_STEPS(name, prepare, left, bytes)

#define LONGEST_ROWS(name, spec, about, ...)                                                                                \
    DB(name##_rex, spec, about " behind REX", __VA_ARGS__), DB(name##_longest, spec, about ", 15 bytes long", __VA_ARGS__), \
        UD(name##_longest_fault, spec, about ", 15 bytes long, then UD2", __VA_ARGS__)
#define NO_O16_ROWS(name, spec, about, ...) DB(name##_segment, spec, about " behind FS", __VA_ARGS__), LONGEST_ROWS(name, spec, about, __VA_ARGS__)
#define REGISTER_ROWS(name, spec, about, ...) DB(name##_o16, spec, about " behind 66", __VA_ARGS__), NO_O16_ROWS(name, spec, about, __VA_ARGS__)
#define MEMORY_ROWS(name, spec, about, ...)                                                                       \
    DB(name##_o16, spec, about " behind 66", __VA_ARGS__), DB(name##_a32, spec, about " behind 67", __VA_ARGS__), \
        DB(name##_segment, spec, about " behind DS", __VA_ARGS__), LONGEST_ROWS(name, spec, about, __VA_ARGS__)

#endif
