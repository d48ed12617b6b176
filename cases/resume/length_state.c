/*
 * CPUID, MSRs, time stamps, XCR0, flags, ports and PAUSE: the program goes on behind all of the instruction, idle prefixes included.
 * Where TF=1 the trap's frame shows it, else that of the UD2 behind it.
 */
#include "length.h"

static void cpuid_set_up(void)
{
    set_up();
    start.rax = 0x80000000;
}

STEP(cpuid_o16, cpuid_set_up, "0x66, 0x0f, 0xa2")
STEP(cpuid_segment, cpuid_set_up, "0x64, 0x0f, 0xa2")
STEP(cpuid_rex, cpuid_set_up, "0x40, 0x0f, 0xa2")
STEP(cpuid_longest, cpuid_set_up, LONGEST(13, "0x0f, 0xa2"))
THEN_UD2(cpuid_longest_fault, cpuid_set_up, LONGEST(13, "0x0f, 0xa2"))
static void rdmsr_set_up(void)
{
    set_up();
    start.rcx = MSR_SYSENTER_EIP;
    write_msr(MSR_SYSENTER_EIP, 0x12345678);
}

STEP(rdmsr_plain, rdmsr_set_up, "0x0f, 0x32")
STEP(rdmsr_o16, rdmsr_set_up, "0x66, 0x0f, 0x32")
STEP(rdmsr_segment, rdmsr_set_up, "0x64, 0x0f, 0x32")
STEP(rdmsr_rex, rdmsr_set_up, "0x40, 0x0f, 0x32")
STEP(rdmsr_longest, rdmsr_set_up, LONGEST(13, "0x0f, 0x32"))
THEN_UD2(rdmsr_longest_fault, rdmsr_set_up, LONGEST(13, "0x0f, 0x32"))
static void wrmsr_set_up(void)
{
    set_up();
    start.rcx = MSR_KERNEL_GS_BASE;
    start.rax = 0x12345678;
    start.rdx = 0x1234;
}

STEP(wrmsr_o16, wrmsr_set_up, "0x66, 0x0f, 0x30")
STEP(wrmsr_segment, wrmsr_set_up, "0x64, 0x0f, 0x30")
STEP(wrmsr_rex, wrmsr_set_up, "0x40, 0x0f, 0x30")
STEP(wrmsr_longest, wrmsr_set_up, LONGEST(13, "0x0f, 0x30"))
THEN_UD2(wrmsr_longest_fault, wrmsr_set_up, LONGEST(13, "0x0f, 0x30"))
STEP(rdtsc_plain, set_up, "0x0f, 0x31")
STEP(rdtsc_o16, set_up, "0x66, 0x0f, 0x31")
STEP(rdtsc_segment, set_up, "0x64, 0x0f, 0x31")
STEP(rdtsc_rex, set_up, "0x40, 0x0f, 0x31")
STEP(rdtsc_longest, set_up, LONGEST(13, "0x0f, 0x31"))
THEN_UD2(rdtsc_longest_fault, set_up, LONGEST(13, "0x0f, 0x31"))
STEP(out_o16, set_up, "0x66, 0xe6, 0x80")
STEP(out_segment, set_up, "0x64, 0xe6, 0x80")
STEP(out_rex, set_up, "0x40, 0xe6, 0x80")
STEP(out_longest, set_up, LONGEST(13, "0xe6, 0x80"))
THEN_UD2(out_longest_fault, set_up, LONGEST(13, "0xe6, 0x80"))
static void out_dx_set_up(void)
{
    set_up();
    start.rdx = 0x80;
}

STEP(out_dx_o16, out_dx_set_up, "0x66, 0xee")
STEP(out_dx_segment, out_dx_set_up, "0x64, 0xee")
STEP(out_dx_rex, out_dx_set_up, "0x40, 0xee")
STEP(out_dx_longest, out_dx_set_up, LONGEST(14, "0xee"))
THEN_UD2(out_dx_longest_fault, out_dx_set_up, LONGEST(14, "0xee"))
STEP(in_plain, set_up, "0xe4, 0x80")
STEP(in_o16, set_up, "0x66, 0xe4, 0x80")
STEP(in_segment, set_up, "0x64, 0xe4, 0x80")
STEP(in_rex, set_up, "0x40, 0xe4, 0x80")
STEP(in_longest, set_up, LONGEST(13, "0xe4, 0x80"))
THEN_UD2(in_longest_fault, set_up, LONGEST(13, "0xe4, 0x80"))
STEP(pause_plain, set_up, "0xf3, 0x90")
STEP(pause_o16, set_up, "0x66, 0xf3, 0x90")
STEP(pause_segment, set_up, "0x64, 0xf3, 0x90")
STEP(pause_rex, set_up, "0xf3, 0x40, 0x90")
STEP(pause_longest, set_up, LONGEST(13, "0xf3, 0x90"))
THEN_UD2(pause_longest_fault, set_up, LONGEST(13, "0xf3, 0x90"))
STEP(sti_o16, set_up, "0x66, 0xfb")
STEP(sti_segment, set_up, "0x64, 0xfb")
STEP(sti_rex, set_up, "0x40, 0xfb")
STEP(sti_longest, set_up, LONGEST(14, "0xfb"))
THEN_UD2(sti_longest_fault, set_up, LONGEST(14, "0xfb"))
STEP(cli_o16, set_up, "0x66, 0xfa")
STEP(cli_segment, set_up, "0x64, 0xfa")
STEP(cli_rex, set_up, "0x40, 0xfa")
STEP(cli_longest, set_up, LONGEST(14, "0xfa"))
THEN_UD2(cli_longest_fault, set_up, LONGEST(14, "0xfa"))
static void xgetbv_set_up(void)
{
    set_up();
    write_cr4(read_cr4() | CR4_OSXSAVE);
    start.rcx = 0;
}

STEP(xgetbv_segment, xgetbv_set_up, "0x64, 0x0f, 0x01, 0xd0")
STEP(xgetbv_rex, xgetbv_set_up, "0x40, 0x0f, 0x01, 0xd0")
STEP(xgetbv_longest, xgetbv_set_up, LONGEST(12, "0x0f, 0x01, 0xd0"))
THEN_UD2(xgetbv_longest_fault, xgetbv_set_up, LONGEST(12, "0x0f, 0x01, 0xd0"))
static void xsetbv_set_up(void)
{
    set_up();
    write_cr4(read_cr4() | CR4_OSXSAVE);
    start.rcx = 0;
    start.rdx = 0;
    start.rax = XCR0_X87;
}

STEP(xsetbv_segment, xsetbv_set_up, "0x64, 0x0f, 0x01, 0xd1")
STEP(xsetbv_rex, xsetbv_set_up, "0x40, 0x0f, 0x01, 0xd1")
STEP(xsetbv_longest, xsetbv_set_up, LONGEST(12, "0x0f, 0x01, 0xd1"))
THEN_UD2(xsetbv_longest_fault, xsetbv_set_up, LONGEST(12, "0x0f, 0x01, 0xd1"))
static void rdtscp_set_up(void)
{
    set_up();
    write_msr(MSR_TSC_AUX, 0x12345678);
}

STEP(rdtscp_segment, rdtscp_set_up, "0x64, 0x0f, 0x01, 0xf9")
STEP(rdtscp_rex, rdtscp_set_up, "0x40, 0x0f, 0x01, 0xf9")
STEP(rdtscp_longest, rdtscp_set_up, LONGEST(12, "0x0f, 0x01, 0xf9"))
THEN_UD2(rdtscp_longest_fault, rdtscp_set_up, LONGEST(12, "0x0f, 0x01, 0xf9"))
static void swapgs_set_up(void)
{
    set_up();
    write_msr(MSR_KERNEL_GS_BASE, 0x123456780000);
}

STEP(swapgs_segment, swapgs_set_up, "0x64, 0x0f, 0x01, 0xf8")
STEP(swapgs_rex, swapgs_set_up, "0x40, 0x0f, 0x01, 0xf8")
STEP(swapgs_longest, swapgs_set_up, LONGEST(12, "0x0f, 0x01, 0xf8"))
THEN_UD2(swapgs_longest_fault, swapgs_set_up, LONGEST(12, "0x0f, 0x01, 0xf8"))

#define CLI "SDM 2A \"CLI-Clear Interrupt Flag\""
#define CPUID "SDM 2A \"CPUID-CPU Identification\""
#define IN "SDM 2A \"IN-Input from Port\""
#define OUT "SDM 2B \"OUT-Output to Port\""
#define PAUSE "SDM 2B \"PAUSE-Spin Loop Hint\""
#define RDMSR "SDM 2B \"RDMSR-Read from Model Specific Register\""
#define RDTSC "SDM 2B \"RDTSC-Read Time-Stamp Counter\""
#define RDTSCP "SDM 2B \"RDTSCP-Read Time-Stamp Counter and Processor ID\""
#define STI "SDM 2B \"STI-Set Interrupt Flag\""
#define SWAPGS "SDM 2B \"SWAPGS-Swap GS Base Register\""
#define WRMSR "SDM 2D \"WRMSR-Write to Model Specific Register\""
#define XGETBV "SDM 2D \"XGETBV-Get Value of Extended Control Register\""
#define XSETBV "SDM 2D \"XSETBV-Set Extended Control Register\""

VARIANTS(DB(cpuid_o16, CPUID, "CPUID behind 66"), DB(cpuid_segment, CPUID, "CPUID behind FS"), DB(cpuid_rex, CPUID, "CPUID behind REX"),
         DB(cpuid_longest, CPUID, "CPUID, 15 bytes long"), UD(cpuid_longest_fault, CPUID, "CPUID, 15 bytes long, then UD2"),
         DB(rdmsr_plain, RDMSR, "RDMSR"), DB(rdmsr_o16, RDMSR, "RDMSR behind 66"), DB(rdmsr_segment, RDMSR, "RDMSR behind FS"),
         DB(rdmsr_rex, RDMSR, "RDMSR behind REX"), DB(rdmsr_longest, RDMSR, "RDMSR, 15 bytes long"),
         UD(rdmsr_longest_fault, RDMSR, "RDMSR, 15 bytes long, then UD2"), DB(wrmsr_o16, WRMSR, "WRMSR behind 66"),
         DB(wrmsr_segment, WRMSR, "WRMSR behind FS"), DB(wrmsr_rex, WRMSR, "WRMSR behind REX"), DB(wrmsr_longest, WRMSR, "WRMSR, 15 bytes long"),
         UD(wrmsr_longest_fault, WRMSR, "WRMSR, 15 bytes long, then UD2"), DB(rdtsc_plain, RDTSC, "RDTSC"), DB(rdtsc_o16, RDTSC, "RDTSC behind 66"),
         DB(rdtsc_segment, RDTSC, "RDTSC behind FS"), DB(rdtsc_rex, RDTSC, "RDTSC behind REX"), DB(rdtsc_longest, RDTSC, "RDTSC, 15 bytes long"),
         UD(rdtsc_longest_fault, RDTSC, "RDTSC, 15 bytes long, then UD2"), DB(out_o16, OUT, "OUT 0x80, AL behind 66"),
         DB(out_segment, OUT, "OUT 0x80, AL behind FS"), DB(out_rex, OUT, "OUT 0x80, AL behind REX"),
         DB(out_longest, OUT, "OUT 0x80, AL, 15 bytes long"), UD(out_longest_fault, OUT, "OUT 0x80, AL, 15 bytes long, then UD2"),
         DB(out_dx_o16, OUT, "OUT DX, AL behind 66"), DB(out_dx_segment, OUT, "OUT DX, AL behind FS"), DB(out_dx_rex, OUT, "OUT DX, AL behind REX"),
         DB(out_dx_longest, OUT, "OUT DX, AL, 15 bytes long"), UD(out_dx_longest_fault, OUT, "OUT DX, AL, 15 bytes long, then UD2"),
         DB(in_plain, IN, "IN AL, 0x80"), DB(in_o16, IN, "IN AL, 0x80 behind 66"), DB(in_segment, IN, "IN AL, 0x80 behind FS"),
         DB(in_rex, IN, "IN AL, 0x80 behind REX"), DB(in_longest, IN, "IN AL, 0x80, 15 bytes long"),
         UD(in_longest_fault, IN, "IN AL, 0x80, 15 bytes long, then UD2"), DB(pause_plain, PAUSE, "PAUSE"), DB(pause_o16, PAUSE, "PAUSE behind 66"),
         DB(pause_segment, PAUSE, "PAUSE behind FS"), DB(pause_rex, PAUSE, "PAUSE behind REX"), DB(pause_longest, PAUSE, "PAUSE, 15 bytes long"),
         UD(pause_longest_fault, PAUSE, "PAUSE, 15 bytes long, then UD2"), DB(sti_o16, STI, "STI behind 66"), DB(sti_segment, STI, "STI behind FS"),
         DB(sti_rex, STI, "STI behind REX"), DB(sti_longest, STI, "STI, 15 bytes long"), UD(sti_longest_fault, STI, "STI, 15 bytes long, then UD2"),
         DB(cli_o16, CLI, "CLI behind 66"), DB(cli_segment, CLI, "CLI behind FS"), DB(cli_rex, CLI, "CLI behind REX"),
         DB(cli_longest, CLI, "CLI, 15 bytes long"), UD(cli_longest_fault, CLI, "CLI, 15 bytes long, then UD2"),
         DB(xgetbv_segment, XGETBV, "XGETBV behind FS", .needs = "xsave"), DB(xgetbv_rex, XGETBV, "XGETBV behind REX", .needs = "xsave"),
         DB(xgetbv_longest, XGETBV, "XGETBV, 15 bytes long", .needs = "xsave"),
         UD(xgetbv_longest_fault, XGETBV, "XGETBV, 15 bytes long, then UD2", .needs = "xsave"),
         DB(xsetbv_segment, XSETBV, "XSETBV behind FS", .needs = "xsave"), DB(xsetbv_rex, XSETBV, "XSETBV behind REX", .needs = "xsave"),
         DB(xsetbv_longest, XSETBV, "XSETBV, 15 bytes long", .needs = "xsave"),
         UD(xsetbv_longest_fault, XSETBV, "XSETBV, 15 bytes long, then UD2", .needs = "xsave"),
         DB(rdtscp_segment, RDTSCP, "RDTSCP behind FS", .needs = "rdtscp"), DB(rdtscp_rex, RDTSCP, "RDTSCP behind REX", .needs = "rdtscp"),
         DB(rdtscp_longest, RDTSCP, "RDTSCP, 15 bytes long", .needs = "rdtscp"),
         UD(rdtscp_longest_fault, RDTSCP, "RDTSCP, 15 bytes long, then UD2", .needs = "rdtscp"), DB(swapgs_segment, SWAPGS, "SWAPGS behind FS"),
         DB(swapgs_rex, SWAPGS, "SWAPGS behind REX"), DB(swapgs_longest, SWAPGS, "SWAPGS, 15 bytes long"),
         UD(swapgs_longest_fault, SWAPGS, "SWAPGS, 15 bytes long, then UD2"));
