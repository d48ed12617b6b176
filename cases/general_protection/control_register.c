/* MOV to CR0 or CR4 of a combination or a bit that isn't allowed: #GP(0), and the register keeps its value. */
#include <case.h>

static void note_registers(void)
{
    note("cr0", read_cr0());
    note("cr4", read_cr4());
}

static void cr0(void)
{
    start.rbx = (read_cr0() & ~ARG0) | ARG1;
    at_end(note_registers);
    FAULT("mov cr0, rbx");
}

static void cr4(void)
{
    start.rbx = (read_cr4() & ~ARG0) | ARG1;
    at_end(note_registers);
    FAULT("mov cr4, rbx");
}

#define ROW(name_, run_, clear, set, id_, about_)                                                                                                   \
    {                                                                                                                                               \
        VARIANT, .name = name_, .about = about_ ", at CPL 0", .spec = "SDM 2B \"MOV-Move to/from Control Registers\"", .id = id_, .vector = VEC_GP, \
                 .error = 0, .saved_rip = AT_FAULT, .run = run_, .arg = {                                                                           \
                     clear,                                                                                                                         \
                     set                                                                                                                            \
                 }                                                                                                                                  \
    }

VARIANTS(ROW("pg_without_pe", cr0, CR0_PE, 0, "cr-cr0-pg-no-pe", "MOV CR0 with PG=1, PE=0"),
         ROW("nw_without_cd", cr0, CR0_CD, CR0_NW, "cr-cr0-nw-no-cd", "MOV CR0 with NW=1, CD=0"),
         ROW("cr0_high", cr0, 0, 1ull << 32, "cr-cr0-bit32", "MOV CR0 with bit 32 set"),
         ROW("cr4_reserved", cr4, 0, 1u << 31, "cr-cr4-reserved", "MOV CR4 with the reserved bit 31 set"),
         ROW("pae", cr4, CR4_PAE, 0, "cr-cr4-clear-pae-long", "MOV CR4 with PAE=0 in IA-32e mode"));
