/*
 * With CR4.DE=1 and R/Wn=10 a breakpoint is on ports: a trap behind IN or OUT that touches one of the range, once it is permitted. Memory at the same
 * address is something else. A repeated INS or OUTS traps behind the first iteration.
 *
 * The file includes its mode's header before. set_up() sets up the mode, in which the ports are permitted; ESI and EDI lead to memory. RUN() is the
 * mode's PROGRAM(), MEMORY an operand at the linear address `memory`.
 */
#define PORT 0x3ff /* the UART's scratch register, which reads as it was written */

static void set_up(void);

/* Name, state, DR0, its length, instruction, about, HIT, AGAIN or MISS. */
#define PORTS(X)                                                                                                                                \
    X(out_imm, , 0x80, LENGTH_1, "out 0x80, al", "OUT", HIT)                                                                                    \
    X(out_dx, start.edx = 0x80, 0x80, LENGTH_1, "out dx, al", "OUT DX", HIT)                                                                    \
    X(in, start.edx = PORT, PORT, LENGTH_1, "in al, dx", "IN: AL is loaded", HIT)                                                               \
    X(below, , 0x7f, LENGTH_1, "out 0x80, al", "OUT, the breakpoint is on the port below", MISS)                                                \
    X(above, , 0x81, LENGTH_1, "out 0x80, al", "OUT, the breakpoint is on the port above", MISS)                                                \
    X(word_last, , 0x81, LENGTH_1, "out 0x80, ax", "OUT of a word, the breakpoint is on its second port", HIT)                                  \
    X(word_above, , 0x82, LENGTH_1, "out 0x80, ax", "OUT of a word, the breakpoint is on the port above", MISS)                                 \
    X(dword_last, , 0x83, LENGTH_1, "out 0x80, eax", "OUT of a doubleword, the breakpoint is on its last port", HIT)                            \
    X(dword_above, , 0x84, LENGTH_1, "out 0x80, eax", "OUT of a doubleword, the breakpoint is on the port above", MISS)                         \
    X(range_2, , 0x80, LENGTH_2, "out 0x81, al", "OUT to the last of 2 ports", HIT)                                                             \
    X(range_2_above, , 0x80, LENGTH_2, "out 0x82, al", "OUT to the port above 2 ports", MISS)                                                   \
    X(range_4, , 0x80, LENGTH_4, "out 0x83, al", "OUT to the last of 4 ports", HIT)                                                             \
    X(range_4_above, , 0x80, LENGTH_4, "out 0x84, al", "OUT to the port above 4 ports", MISS)                                                   \
    X(range_4_below, , 0x84, LENGTH_4, "out 0x83, al", "OUT to the port below 4 ports", MISS)                                                   \
    X(range_4_word, , 0x84, LENGTH_4, "out 0x83, ax", "OUT of a word whose second port is the first of 4", HIT)                                 \
    X(masked, , 0x83, LENGTH_4, "out 0x80, al", "OUT to a port 3 below DR0, whose length is 4", HIT)                                            \
    X(masked_above, , 0x83, LENGTH_4, "out 0x84, al", "OUT to the port above DR0, whose length is 4", MISS)                                     \
    X(rep_outs, (start.edx = 0x80, start.ecx = 3), 0x80, LENGTH_1, "rep outsb", "REP OUTS with a count of 3: behind the first one", AGAIN)      \
    X(rep_outs_last, (start.edx = 0x80, start.ecx = 1), 0x80, LENGTH_1, "rep outsb", "REP OUTS with a count of 1: behind the instruction", HIT) \
    X(rep_outs_none, (start.edx = 0x80, start.ecx = 0), 0x80, LENGTH_1, "rep outsb", "REP OUTS with a count of 0", MISS)                        \
    X(rep_ins, (start.edx = PORT, start.ecx = 3), PORT, LENGTH_1, "rep insb", "REP INS with a count of 3: behind the first one", AGAIN)         \
    X(ins_last, start.edx = PORT, PORT, LENGTH_1, "insb", "INS", HIT)                                                                           \
    X(outs_word, start.edx = 0x80, 0x81, LENGTH_1, "outsw", "OUTS of a word, the breakpoint is on its second port", HIT)                        \
    X(step, start.eflags |= EFLAGS_TF, 0x80, LENGTH_1, "out 0x80, al", "OUT with TF=1: B0 and BS", HIT)                                         \
    X(memory, , memory, LENGTH_1, "mov byte ptr " MEMORY ", 1", "MOV to memory whose address is the port's number", MISS)                       \
    X(data_type, data_type(), 0x200, LENGTH_1, "out 0x80, al", "OUT, the breakpoint on its number is one on memory", MISS)                      \
    X(disabled, disabled(), 0x200, LENGTH_1, "out 0x80, al", "OUT, the breakpoint on its port isn't enabled, and another one is", MISS)         \
    X(both, also(), 0x80, LENGTH_1, "out 0x80, ax", "OUT of a word, a breakpoint on each of its ports: B0 and B1", HIT)

static uintptr_t memory; /* the linear address of MEMORY */

static void also(void)
{
    set_breakpoint(1, 0x81, BREAK_IO, LENGTH_1);
}

static void disabled(void)
{
    set_breakpoint(1, 0x80, BREAK_IO, LENGTH_1);
    start.dr7 &= ~DR7_L(1);
}

static void data_type(void)
{
    set_breakpoint(1, 0x80, BREAK_ACCESS, LENGTH_1);
}

#define DEFINE(name, state, address, length, instruction, ...) \
    static void name##_case(void)                              \
    {                                                          \
        set_up();                                              \
        out8(PORT, 0x5a);                                      \
        write_cr4(read_cr4() | CR4_DE);                        \
        state;                                                 \
        set_breakpoint(0, address, BREAK_IO, length);          \
        RUN(MARK(fault) instruction "\n" MARK(after) "nop\n"); \
    }
PORTS(DEFINE)

#define HIT .vector = VEC_DB, .error = NO_ERROR, .saved_rip = AFTER
#define AGAIN .vector = VEC_DB, .error = NO_ERROR, .saved_rip = AT_FAULT
#define MISS .vector = NO_EXCEPTION
#define SPEC "SDM 3B \"Data Memory and I/O Breakpoint Exception Conditions\", \"Breakpoint Field Recognition\""
#define ROW(name_, state, address, length, instruction, about_, ...) \
    {VARIANT, .name = #name_, .about = "I/O breakpoint: " about_, .spec = SPEC, .needs = "de", .run = name_##_case, __VA_ARGS__},
