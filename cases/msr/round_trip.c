/*
 * What WRMSR has written is read by RDMSR, and by the instructions that read such a register by themselves. The upper halves of RCX, RAX and RDX
 * are ignored; RDMSR clears those of RAX and RDX.
 */
#include <case.h>

#define UPPER (0xa5a5a5a5ull << 32)
#define ONES "mov rax, -1\nmov rdx, -1\n"
#define MSR_MTRR_PHYSBASE0 0x200u
#define MSR_MTRR_PHYSMASK0 0x201u
#define MSR_MTRR_FIX64K_00000 0x250u
#define MSR_MTRR_FIX16K_80000 0x258u
#define MSR_MTRR_FIX16K_A0000 0x259u
#define MSR_MTRR_FIX4K_C0000 0x268u
#define MSR_MTRR_FIX4K_F8000 0x26fu

static void set_up(void)
{
    start.rcx = UPPER | ARG0;
    start.rax = UPPER | (uint32_t)ARG1;
    start.rdx = UPPER | ARG1 >> 32;
}

static void run(void)
{
    set_up();
    PROGRAM("wrmsr\n" ONES "rdmsr\n");
}

static void rdtscp(void)
{
    set_up();
    PROGRAM("wrmsr\nmov rcx, -1\nrdtscp\n" ONES);
}

/* With 66, which it doesn't look at. */
static void rdtscp_o16(void)
{
    set_up();
    PROGRAM("wrmsr\nmov rcx, -1\n.byte 0x66\nrdtscp\n" ONES);
}

static void rdpid(void)
{
    set_up();
    PROGRAM("wrmsr\nmov rsi, -1\nrdpid rsi\n");
}

static void read_fs_base(void)
{
    set_up();
    write_cr4(read_cr4() | CR4_FSGSBASE);
    PROGRAM("wrmsr\nrdfsbase rsi\n");
}

static void write_fs_base(void)
{
    set_up();
    start.rsi = ARG1;
    write_cr4(read_cr4() | CR4_FSGSBASE);
    PROGRAM("wrfsbase rsi\n" ONES "rdmsr\n");
}

static void swapgs(void)
{
    set_up();
    write_cr4(read_cr4() | CR4_FSGSBASE);
    PROGRAM("wrmsr\nswapgs\nrdgsbase rsi\nswapgs\n" ONES "rdmsr\n");
}

#define HIGH 0xffff923456789abcu
#define LOW 0x0000712345678abdu
#define TYPES 0x0006050401000605u
#define ROW(name_, run_, msr, value, about_, ...)                                                                                              \
    {                                                                                                                                          \
        VARIANT, .name = name_, .about = about_ ", at CPL 0",                                                                                  \
                 .spec = "SDM 2D \"WRMSR-Write to Model Specific Register\"; SDM 2B \"RDMSR-Read from Model Specific Register\"", .run = run_, \
                 .vector = NO_EXCEPTION, .arg = {msr, value}, __VA_ARGS__                                                                      \
    }
#define BOTH(name, msr, about, ...)                                                                    \
    ROW(name "_high", run, msr, HIGH, "WRMSR of " about " with an upper address, RDMSR", __VA_ARGS__), \
        ROW(name "_low", run, msr, LOW, "WRMSR of " about " with a lower address, RDMSR", __VA_ARGS__)
#define MTRR(name, msr, value, about) ROW(name, run, msr, value, "WRMSR of IA32_MTRR_" about ", RDMSR", .needs = "mtrr")

VARIANTS(BOTH("lstar", MSR_LSTAR, "IA32_LSTAR", ), BOTH("cstar", MSR_CSTAR, "IA32_CSTAR", ), BOTH("fs_base", MSR_FS_BASE, "IA32_FS_BASE", ),
         BOTH("gs_base", MSR_GS_BASE, "IA32_GS_BASE", ), BOTH("kernel_gs_base", MSR_KERNEL_GS_BASE, "IA32_KERNEL_GS_BASE", ),
         ROW("star", run, MSR_STAR, 0x0123456789abcdef, "WRMSR of IA32_STAR, RDMSR", ),
         ROW("fmask", run, MSR_FMASK, 0x89abcdef, "WRMSR of IA32_FMASK, RDMSR", ),
         ROW("sysenter_cs", run, MSR_SYSENTER_CS, 0x89ab, "WRMSR of IA32_SYSENTER_CS, RDMSR", .needs = "sysenter"),
         BOTH("sysenter_esp", MSR_SYSENTER_ESP, "IA32_SYSENTER_ESP", .needs = "sysenter"),
         BOTH("sysenter_eip", MSR_SYSENTER_EIP, "IA32_SYSENTER_EIP", .needs = "sysenter"),
         ROW("tsc_aux", run, MSR_TSC_AUX, 0x89abcdef, "WRMSR of IA32_TSC_AUX, RDMSR", .needs = "rdtscp"),
         ROW("tsc_aux_rdtscp", rdtscp, MSR_TSC_AUX, 0x89abcdef, "WRMSR of IA32_TSC_AUX, RDTSCP", .needs = "rdtscp"),
         ROW("tsc_aux_rdtscp_o16", rdtscp_o16, MSR_TSC_AUX, 0x89abcdef, "WRMSR of IA32_TSC_AUX, RDTSCP with 66", .needs = "rdtscp"),
         ROW("tsc_aux_rdpid", rdpid, MSR_TSC_AUX, 0x89abcdef, "WRMSR of IA32_TSC_AUX, RDPID", .needs = "rdpid"),
         ROW("fs_base_rdfsbase", read_fs_base, MSR_FS_BASE, HIGH, "WRMSR of IA32_FS_BASE, RDFSBASE", .needs = "fsgsbase"),
         ROW("fs_base_wrfsbase", write_fs_base, MSR_FS_BASE, HIGH, "WRFSBASE, RDMSR of IA32_FS_BASE", .needs = "fsgsbase"),
         ROW("kernel_gs_base_swapgs", swapgs, MSR_KERNEL_GS_BASE, HIGH, "WRMSR of IA32_KERNEL_GS_BASE, SWAPGS, RDGSBASE, SWAPGS, RDMSR",
             .needs = "fsgsbase"),
         ROW("pat", run, MSR_PAT, 0x0007050401000606, "WRMSR of IA32_PAT, RDMSR", .needs = "pat"),
         MTRR("mtrr_def_type", MSR_MTRR_DEF_TYPE, 6, "DEF_TYPE"), MTRR("mtrr_physbase0", MSR_MTRR_PHYSBASE0, 0x89abc005, "PHYSBASE0"),
         MTRR("mtrr_physmask0", MSR_MTRR_PHYSMASK0, 0xffff8000, "PHYSMASK0"), MTRR("mtrr_fix64k", MSR_MTRR_FIX64K_00000, TYPES, "FIX64K_00000"),
         MTRR("mtrr_fix16k_80000", MSR_MTRR_FIX16K_80000, TYPES, "FIX16K_80000"),
         MTRR("mtrr_fix16k_a0000", MSR_MTRR_FIX16K_A0000, TYPES, "FIX16K_A0000"),
         MTRR("mtrr_fix4k_c0000", MSR_MTRR_FIX4K_C0000, TYPES, "FIX4K_C0000"), MTRR("mtrr_fix4k_f8000", MSR_MTRR_FIX4K_F8000, TYPES, "FIX4K_F8000"),
         ROW("s_cet", run, MSR_S_CET, 0xffff923456789003, "WRMSR of IA32_S_CET, RDMSR", .needs = "cet_ss"),
         ROW("u_cet", run, MSR_U_CET, 0x0000712345678003, "WRMSR of IA32_U_CET, RDMSR", .needs = "cet_ss"),
         ROW("pl0_ssp", run, MSR_PL0_SSP, 0xffff923456789ab8, "WRMSR of IA32_PL0_SSP, RDMSR", .needs = "cet_ss"),
         ROW("pl1_ssp", run, MSR_PL0_SSP + 1, 0xffff923456789ab8, "WRMSR of IA32_PL1_SSP, RDMSR", .needs = "cet_ss"),
         ROW("pl2_ssp", run, MSR_PL0_SSP + 2, 0xffff923456789ab8, "WRMSR of IA32_PL2_SSP, RDMSR", .needs = "cet_ss"),
         ROW("pl3_ssp", run, MSR_PL3_SSP, 0x0000712345678ab8, "WRMSR of IA32_PL3_SSP, RDMSR", .needs = "cet_ss"),
         ROW("interrupt_ssp_table", run, MSR_INTERRUPT_SSP_TABLE, 0xffff923456789abc, "WRMSR of IA32_INTERRUPT_SSP_TABLE_ADDR, RDMSR",
             .needs = "cet_ss"),
         ROW("pkrs", run, MSR_PKRS, 0xaaaaaaa8, "WRMSR of IA32_PKRS, RDMSR", .needs = "pks"));
