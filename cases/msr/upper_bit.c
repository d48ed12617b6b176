/*
 * MSRs of 32 bits: the upper half is reserved. MSRs with an address: it has to be canonical for the widest linear address that the
 * processor supports, so each of bits 63:57 counts on all. Those of CET have reserved bits besides. #GP(0), and the register keeps its value.
 */
#include <case.h>

static void look(void)
{
    note("kept", read_msr((uint32_t)ARG0) == 0);
}

/* MSR, value. */
static void run(void)
{
    uint64_t fs_base = start.fs_base, gs_base = start.gs_base;

    write_msr((uint32_t)ARG0, 0);
    start.rcx = ARG0;
    start.rax = (uint32_t)ARG1;
    start.rdx = ARG1 >> 32;
    start.fs_base = ARG0 == MSR_FS_BASE ? 0 : fs_base;
    start.gs_base = ARG0 == MSR_GS_BASE ? 0 : gs_base;
    at_end(look);
    FAULT("wrmsr");
}

#define ROW(name_, msr, value, about_, needs_)                                                                                         \
    {                                                                                                                                  \
        VARIANT, .name = name_, .about = "WRMSR of " about_ ", at CPL 0", .spec = "SDM 2D \"WRMSR-Write to Model Specific Register\"", \
                 .needs = needs_, .vector = VEC_GP, .error = 0, .saved_rip = AT_FAULT, .run = run, .arg = {                            \
                     msr,                                                                                                              \
                     value                                                                                                             \
                 }                                                                                                                     \
    }
#define TSC_AUX(bit) ROW("tsc_aux_" #bit, MSR_TSC_AUX, 1ull << bit, "IA32_TSC_AUX with bit " #bit " set", "rdtscp")
#define PKRS(bit) ROW("pkrs_" #bit, MSR_PKRS, 1ull << bit, "IA32_PKRS with bit " #bit " set", "pks")
#define SET(low, msr, name, bit, needs) ROW(low "_" #bit, msr, 1ull << bit, name " of 0 but for bit " #bit, needs)
#define CLEAR(low, msr, name, bit, needs) ROW(low "_not_" #bit, msr, -4096ll ^ (long long)(1ull << bit), name " of -4096 but for bit " #bit, needs)
#define ADDRESS(low, msr, name, needs)                                                                                                \
    SET(low, msr, name, 57, needs), SET(low, msr, name, 60, needs), SET(low, msr, name, 63, needs), CLEAR(low, msr, name, 57, needs), \
        CLEAR(low, msr, name, 60, needs), CLEAR(low, msr, name, 63, needs)
#define CET(low, msr, name, bits, about) ROW(low, msr, bits, name about, "cet_ss cet_ibt")
#define CET_BITS(low, msr, name)                                                                                    \
    CET(low "_6", msr, name, 1u << 6, " with bit 6 set"), CET(low "_7", msr, name, 1u << 7, " with bit 7 set"),     \
        CET(low "_8", msr, name, 1u << 8, " with bit 8 set"), CET(low "_9", msr, name, 1u << 9, " with bit 9 set"), \
        CET(low "_suppress_tracker", msr, name, 3u << 10, " with SUPPRESS and TRACKER")
#define SSP(n)                                                                                  \
    ROW("pl" #n "_ssp_0", 0x6a4 + n, 0x1001, "IA32_PL" #n "_SSP with bit 0 set", "cet_ss"),     \
        ROW("pl" #n "_ssp_1", 0x6a4 + n, 0x1002, "IA32_PL" #n "_SSP with bit 1 set", "cet_ss"), \
        ADDRESS("pl" #n "_ssp", 0x6a4 + n, "IA32_PL" #n "_SSP", "cet_ss")

VARIANTS(TSC_AUX(33), TSC_AUX(47), TSC_AUX(48), TSC_AUX(62), TSC_AUX(63), PKRS(33), PKRS(48), PKRS(63),
         ADDRESS("fs_base", MSR_FS_BASE, "IA32_FS_BASE", NULL), ADDRESS("gs_base", MSR_GS_BASE, "IA32_GS_BASE", NULL),
         ADDRESS("kernel_gs_base", MSR_KERNEL_GS_BASE, "IA32_KERNEL_GS_BASE", NULL), ADDRESS("lstar", MSR_LSTAR, "IA32_LSTAR", NULL),
         ADDRESS("cstar", MSR_CSTAR, "IA32_CSTAR", NULL), CET_BITS("u_cet", MSR_U_CET, "IA32_U_CET"), CET_BITS("s_cet", MSR_S_CET, "IA32_S_CET"),
         SET("u_cet", MSR_U_CET, "IA32_U_CET", 57, "cet_ibt"), CLEAR("u_cet", MSR_U_CET, "IA32_U_CET", 63, "cet_ibt"),
         SET("s_cet", MSR_S_CET, "IA32_S_CET", 63, "cet_ibt"), CLEAR("s_cet", MSR_S_CET, "IA32_S_CET", 57, "cet_ibt"), SSP(0), SSP(1), SSP(2), SSP(3),
         ADDRESS("ssp_table", MSR_INTERRUPT_SSP_TABLE, "IA32_INTERRUPT_SSP_TABLE_ADDR", "cet_ss"));
