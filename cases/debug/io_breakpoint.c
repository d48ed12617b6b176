/*
 * With CR4.DE=1 and R/Wn=10 a breakpoint is for I/O: a trap behind IN or OUT that touches a port in the range. A
 * repeated INS or OUTS traps behind the first iteration.
 */
#include <case.h>

#define PORT 0x3ff /* the UART's scratch register, which reads as it was written */

/* arg: where the breakpoint is, and its length */
static void watch(void)
{
    write_cr4(read_cr4() | CR4_DE);
    set_breakpoint(0, ARG0, BREAK_IO, (enum breakpoint_length)ARG1);
}

static void out_imm(void)
{
    watch();
    FAULT("out 0x80, al");
}

static void out_dx(void)
{
    watch();
    start.rdx = 0x80;
    FAULT("out dx, al");
}

static void out_word(void)
{
    watch();
    FAULT("out 0x80, ax");
}

static void out_dword(void)
{
    watch();
    FAULT("out 0x80, eax");
}

static void in(void)
{
    out8(PORT, 0x5a);
    watch();
    start.rdx = PORT;
    FAULT("in al, dx");
}

/* The fields of DR7 are there before; the last MOV sets L0 only. */
static void enabled_later(void)
{
    struct program program = ASSEMBLE("mov dr7, rax\n" MARK(fault) "out 0x80, al\n" MARK(after) "nop\n");

    watch();
    start.rax = start.dr7;
    start.dr7 &= ~(uint64_t)DR7_L(0);
    run_program(program);
}

static void disabled_later(void)
{
    watch();
    start.rax = start.dr7 & ~(uint64_t)DR7_L(0);
    PROGRAM("mov dr7, rax\n" MARK(fault) "out 0x80, al\n" MARK(after) "nop\n");
}

static void outs(void)
{
    watch();
    start.rdx = 0x80;
    start.rcx = 3;
    start.rsi = map_page("source", PAGE_PRESENT);
    FAULT("rep outsb");
}

static void outs_last(void)
{
    watch();
    start.rdx = 0x80;
    start.rcx = 1;
    start.rsi = map_page("source", PAGE_PRESENT);
    FAULT("rep outsb");
}

static void ins(void)
{
    out8(PORT, 0x5a);
    watch();
    start.rdx = PORT;
    start.rcx = 3;
    start.rdi = map_page("destination", PAGE_PRESENT | PAGE_WRITE);
    record_memory("destination", frame_of(start.rdi), 8);
    FAULT("rep insb");
}

static void user(void)
{
    in_user_mode();
    start.rflags |= RFLAGS_IOPL(3);
    out_imm();
}

static void stepped(void)
{
    start.rflags |= RFLAGS_TF;
    out_imm();
}

/* The I/O permission check fails: no access, no trap. */
static void not_permitted(void)
{
    in_user_mode();
    out_imm();
}

/* One byte to the port in bits 15:8 of the second argument. */
static void out_at(void)
{
    write_cr4(read_cr4() | CR4_DE);
    set_breakpoint(0, ARG0, BREAK_IO, (enum breakpoint_length)(ARG1 & 3));
    start.rdx = ARG1 >> 8;
    FAULT("out dx, al");
}

/* Memory at the same address is something else; so is a port where memory is meant. */
static void memory(void)
{
    write_cr4(read_cr4() | CR4_DE);
    start.rbx = map_page("page", PAGE_PRESENT | PAGE_WRITE);
    set_breakpoint(0, start.rbx, BREAK_IO, LENGTH_1);
    FAULT("mov [rbx], al");
}

static void data_type(void)
{
    if (ARG0)
        write_cr4(read_cr4() | CR4_DE);
    set_breakpoint(0, 0x80, BREAK_ACCESS, LENGTH_1);
    FAULT("out 0x80, al");
}

/* DR1's is on the port, and isn't enabled. */
static void disabled(void)
{
    watch();
    set_breakpoint(1, 0x80, BREAK_IO, LENGTH_1);
    start.dr7 &= ~(uint64_t)DR7_L(1);
    FAULT("out 0x80, al");
}

static void both(void)
{
    watch();
    set_breakpoint(1, 0x81, BREAK_IO, LENGTH_1);
    FAULT("out 0x80, ax");
}

static void global(void)
{
    watch();
    start.dr7 ^= DR7_L(0) | DR7_G(0);
    FAULT("out 0x80, al");
}

#define IO "SDM 3B \"Data Memory and I/O Breakpoint Exception Conditions\""
#define FIELDS "SDM 3B \"Breakpoint Field Recognition\""
#define HIT(n, f, what, manual, ids, place, ...)                                                                                               \
    {                                                                                                                                          \
        VARIANT, .name = #n, .about = what, .spec = manual, .id = ids, .vector = VEC_DB, .error = NO_ERROR, .saved_rip = place, .needs = "de", \
                 .run = f, .arg = {                                                                                                            \
                     __VA_ARGS__                                                                                                               \
                 }                                                                                                                             \
    }
#define MISS(n, f, what, manual, ids, ...)                                                                                                     \
    {                                                                                                                                          \
        VARIANT, .name = #n, .about = what, .spec = manual, .id = ids, .vector = NO_EXCEPTION, .needs = "de", .run = f, .arg = { __VA_ARGS__ } \
    }

VARIANTS(HIT(out_imm, out_imm, "OUT to port 0x80, I/O breakpoint there", IO, "db-io-out", AFTER, 0x80, LENGTH_1),
         HIT(out_dx, out_dx, "OUT DX to port 0x80, I/O breakpoint there", IO, "", AFTER, 0x80, LENGTH_1),
         HIT(enabled_later, enabled_later, "OUT behind a MOV to DR7 that enables the I/O breakpoint, and changes nothing else", IO, "", AFTER, 0x80,
             LENGTH_1),
         MISS(disabled_later, disabled_later, "OUT behind a MOV to DR7 that disables the I/O breakpoint", IO, "", 0x80, LENGTH_1),
         HIT(in, in, "IN from a port with an I/O breakpoint: AL is loaded", IO, "db-io-in", AFTER, PORT, LENGTH_1),
         HIT(upper_byte, out_word, "OUT of a word to port 0x80, I/O breakpoint at 0x81", FIELDS, "db-io-word-overlap", AFTER, 0x81, LENGTH_1),
         MISS(above, out_word, "OUT of a word to port 0x80, I/O breakpoint at 0x82", FIELDS, "db-io-miss", 0x82, LENGTH_1),
         HIT(last_byte, out_dword, "OUT of a doubleword to port 0x80, I/O breakpoint at 0x83", FIELDS, "", AFTER, 0x83, LENGTH_1),
         HIT(range, out_word, "OUT of a word to port 0x80, I/O breakpoint of 4 bytes at 0x80", FIELDS, "", AFTER, 0x80, LENGTH_4),
         HIT(range_word, out_at, "OUT to port 0x81, I/O breakpoint of 2 bytes at 0x80", FIELDS, "", AFTER, 0x80, 0x8100 | LENGTH_2),
         HIT(range_dword, out_at, "OUT to port 0x83, I/O breakpoint of 4 bytes at 0x80", FIELDS, "", AFTER, 0x80, 0x8300 | LENGTH_4),
         MISS(range_behind, out_at, "OUT to port 0x84, I/O breakpoint of 4 bytes at 0x80", FIELDS, "", 0x80, 0x8400 | LENGTH_4),
         HIT(masked_below, out_at, "OUT to port 0x80, DR0 is 0x83 with LEN0 of 4 bytes", FIELDS, "", AFTER, 0x83, 0x8000 | LENGTH_4),
         MISS(masked_above, out_at, "OUT to port 0x84, DR0 is 0x83 with LEN0 of 4 bytes", FIELDS, "", 0x83, 0x8400 | LENGTH_4),
         MISS(below, out_imm, "OUT to port 0x80, I/O breakpoint at 0x7f", FIELDS, "", 0x7f, LENGTH_1),
         MISS(high_bits, out_imm, "OUT to port 0x80, DR0 is 0x10080", FIELDS, "", 0x10080, LENGTH_1),
         HIT(rep_outs, outs, "REP OUTSB with RCX=3: #DB behind the first iteration", IO, "db-io-rep-outsb", AT_FAULT, 0x80, LENGTH_1),
         HIT(rep_outs_last, outs_last, "REP OUTSB with RCX=1: #DB behind the instruction", IO, "", AFTER, 0x80, LENGTH_1),
         HIT(rep_ins, ins, "REP INSB with RCX=3: #DB behind the first iteration", IO, "", AT_FAULT, PORT, LENGTH_1),
         HIT(user, user, "OUT at CPL 3 with IOPL=3", IO, "", AFTER, 0x80, LENGTH_1),
         HIT(stepped, stepped, "OUT with TF=1: B0 and BS in one trap", IO, "", AFTER, 0x80, LENGTH_1),
         {VARIANT, .name = "not_permitted", .about = "OUT at CPL 3 with IOPL=0: only #GP", .spec = IO, .vector = VEC_GP, .error = 0,
          .saved_rip = AT_FAULT, .needs = "de", .run = not_permitted, .arg = {0x80, LENGTH_1}},
         MISS(disabled, disabled, "OUT to a port whose I/O breakpoint isn't enabled, and one on another port is", IO, "", 0x200, LENGTH_1),
         HIT(both, both, "OUT of a word with an I/O breakpoint on each of its ports: B0 and B1", IO, "", AFTER, 0x80, LENGTH_1),
         HIT(global, global, "OUT to port 0x80, I/O breakpoint there that G0 alone enables", IO, "", AFTER, 0x80, LENGTH_1),
         MISS(memory, memory, "a store at an address with an I/O breakpoint", IO, "", 0),
         MISS(data_type, data_type, "OUT to a port with a data breakpoint at its number", IO, "", 0),
         MISS(data_type_de, data_type, "OUT to a port with a data breakpoint at its number, CR4.DE=1", IO, "", 1));
