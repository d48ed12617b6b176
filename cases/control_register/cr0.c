/*
 * CR0 in IA-32e mode: PG stays 1, and WP as long as CR4.CET=1. Of a reserved bit in its lower half nothing is kept, and nothing
 * said. LMSW writes bits 3:0 only, and never clears PE.
 */
#include <case.h>

static void note_cr0(void)
{
    note("cr0", read_cr0());
}

/* Where nothing is raised, the second MOV turns paging on again; the code segment is then taken for a 32-bit one, hence the other end. */
static void clear_pg(void)
{
    start.rax = read_cr0();
    start.rbx = start.rax & ~(uint64_t)CR0_PG;
    at_end(note_cr0);
    run_program(ASSEMBLE_AS(64, MARK(fault) "mov cr0, rbx\n" MARK(after) "mov cr0, rax\n", "jmp program_end32"));
}

static void clear_wp_with_cet(void)
{
    write_cr4(read_cr4() | CR4_CET);
    start.rbx = read_cr0() & ~(uint64_t)CR0_WP;
    at_end(note_cr0);
    FAULT("mov cr0, rbx");
}

/* Bits 28:19, 17 and 15:6. */
static void reserved(void)
{
    start.rbx = read_cr0() | 0x1ffaffc0;
    at_end(note_cr0);
    FAULT("mov cr0, rbx");
}

/* All of it is 1 but PE, EM and TS. */
static void lmsw(void)
{
    start.rbx = 0xfff2;
    at_end(note_cr0);
    FAULT("lmsw bx");
}

/* MP, EM and TS follow the operand, and nothing else does. */
static void lmsw_bits(void)
{
    write_cr0((read_cr0() & ~(uint64_t)14) | ARG1);
    start.rbx = ARG0;
    PROGRAM(MARK(fault) "lmsw bx\n" MARK(after) "mov rcx, cr0\n");
}

static void lmsw_ne(void)
{
    write_cr0(read_cr0() & ~(uint64_t)CR0_NE);
    lmsw_bits();
}

#define LMSW_BITS(name_, about_, from, to)                                                                                                     \
    {                                                                                                                                          \
        VARIANT, .name = name_, .about = "LMSW of " about_ ", at CPL 0", .spec = "SDM 2A \"LMSW-Load Machine Status Word\"", .run = lmsw_bits, \
                 .vector = NO_EXCEPTION, .arg = {                                                                                              \
                     to,                                                                                                                       \
                     from                                                                                                                      \
                 }                                                                                                                             \
    }
#define ROW(run_, id_, about_, spec_, ...)                                                                       \
    {                                                                                                            \
        VARIANT, .name = #run_, .about = about_ ", at CPL 0", .spec = spec_, .id = id_, .run = run_, __VA_ARGS__ \
    }
#define MOV "SDM 2B \"MOV-Move to/from Control Registers\""
/* Of editions since 2019. */
#define CET "SDM 3A \"Control Registers\", CR4.CET"
#define FAULTS .vector = VEC_GP, .error = 0, .saved_rip = AT_FAULT

VARIANTS(ROW(clear_pg, "cr-cr0-clear-pg-long", "MOV CR0 with PG=0 in 64-bit mode", MOV, FAULTS),
         ROW(clear_wp_with_cet, "cr-cr0-wp-clear-cet", "MOV CR0 with WP=0 where CR4.CET=1", CET, FAULTS, .needs = "cet_ss"),
         ROW(reserved, "cr-cr0-reserved-low-ignored", "MOV CR0 with the reserved bits of 31:0 set", MOV, .vector = NO_EXCEPTION),
         ROW(lmsw, "cr-lmsw-cannot-clear-pe", "LMSW with PE=0 and bits 15:4 set", "SDM 2A \"LMSW-Load Machine Status Word\"", .vector = NO_EXCEPTION),
         LMSW_BITS("lmsw_mp", "MP=1 where it is 0", 0, CR0_MP | 1), LMSW_BITS("lmsw_em", "EM=1 where it is 0", 0, CR0_EM | 1),
         LMSW_BITS("lmsw_ts", "TS=1 where it is 0", 0, CR0_TS | 1), LMSW_BITS("lmsw_no_mp", "MP=0 where it is 1", CR0_MP, 1),
         LMSW_BITS("lmsw_no_em", "EM=0 where it is 1", CR0_EM, 1), LMSW_BITS("lmsw_no_ts", "TS=0 where it is 1", CR0_TS, 1),
         ROW(lmsw_ne, "", "LMSW of bits 15:4 where NE=0", "SDM 2A \"LMSW-Load Machine Status Word\"", .vector = NO_EXCEPTION, .arg = {0xfff1}));
