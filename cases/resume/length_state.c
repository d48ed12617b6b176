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

REGISTER(cpuid, cpuid_set_up, 13, "0x0f, 0xa2")
static void rdmsr_set_up(void)
{
    set_up();
    start.rcx = MSR_SYSENTER_EIP;
    write_msr(MSR_SYSENTER_EIP, 0x12345678);
}

STEP(rdmsr_plain, rdmsr_set_up, "0x0f, 0x32")
REGISTER(rdmsr, rdmsr_set_up, 13, "0x0f, 0x32")
static void wrmsr_set_up(void)
{
    set_up();
    start.rcx = MSR_KERNEL_GS_BASE;
    start.rax = 0x12345678;
    start.rdx = 0x1234;
}

REGISTER(wrmsr, wrmsr_set_up, 13, "0x0f, 0x30")
STEP(rdtsc_plain, set_up, "0x0f, 0x31")
REGISTER(rdtsc, set_up, 13, "0x0f, 0x31")
REGISTER(out, set_up, 13, "0xe6, 0x80")
static void out_dx_set_up(void)
{
    set_up();
    start.rdx = 0x80;
}

REGISTER(out_dx, out_dx_set_up, 14, "0xee")
STEP(in_plain, set_up, "0xe4, 0x80")
REGISTER(in, set_up, 13, "0xe4, 0x80")
STEP(pause_plain, set_up, "0xf3, 0x90")
STEP(pause_o16, set_up, "0x66, 0xf3, 0x90")
STEP(pause_segment, set_up, "0x64, 0xf3, 0x90")
STEP(pause_rex, set_up, "0xf3, 0x40, 0x90")
STEP(pause_longest, set_up, LONGEST(13, "0xf3, 0x90"))
THEN_UD2(pause_longest_fault, set_up, LONGEST(13, "0xf3, 0x90"))
REGISTER(sti, set_up, 14, "0xfb")
REGISTER(cli, set_up, 14, "0xfa")
static void xgetbv_set_up(void)
{
    set_up();
    write_cr4(read_cr4() | CR4_OSXSAVE);
    start.rcx = 0;
}

NO_O16(xgetbv, xgetbv_set_up, 12, "0x0f, 0x01, 0xd0")
static void xsetbv_set_up(void)
{
    set_up();
    write_cr4(read_cr4() | CR4_OSXSAVE);
    start.rcx = 0;
    start.rdx = 0;
    start.rax = XCR0_X87;
}

NO_O16(xsetbv, xsetbv_set_up, 12, "0x0f, 0x01, 0xd1")
static void rdtscp_set_up(void)
{
    set_up();
    write_msr(MSR_TSC_AUX, 0x12345678);
}

NO_O16(rdtscp, rdtscp_set_up, 12, "0x0f, 0x01, 0xf9")
static void swapgs_set_up(void)
{
    set_up();
    write_msr(MSR_KERNEL_GS_BASE, 0x123456780000);
}

NO_O16(swapgs, swapgs_set_up, 12, "0x0f, 0x01, 0xf8")

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

VARIANTS(REGISTER_ROWS(cpuid, CPUID, "CPUID"), DB(rdmsr_plain, RDMSR, "RDMSR"), REGISTER_ROWS(rdmsr, RDMSR, "RDMSR"),
         REGISTER_ROWS(wrmsr, WRMSR, "WRMSR"), DB(rdtsc_plain, RDTSC, "RDTSC"), REGISTER_ROWS(rdtsc, RDTSC, "RDTSC"),
         REGISTER_ROWS(out, OUT, "OUT 0x80, AL"), REGISTER_ROWS(out_dx, OUT, "OUT DX, AL"), DB(in_plain, IN, "IN AL, 0x80"),
         REGISTER_ROWS(in, IN, "IN AL, 0x80"), DB(pause_plain, PAUSE, "PAUSE"), DB(pause_o16, PAUSE, "PAUSE behind 66"),
         DB(pause_segment, PAUSE, "PAUSE behind FS"), DB(pause_rex, PAUSE, "PAUSE behind REX"), DB(pause_longest, PAUSE, "PAUSE, 15 bytes long"),
         UD(pause_longest_fault, PAUSE, "PAUSE, 15 bytes long, then UD2"), REGISTER_ROWS(sti, STI, "STI"), REGISTER_ROWS(cli, CLI, "CLI"),
         NO_O16_ROWS(xgetbv, XGETBV, "XGETBV", .needs = "xsave"), NO_O16_ROWS(xsetbv, XSETBV, "XSETBV", .needs = "xsave"),
         NO_O16_ROWS(rdtscp, RDTSCP, "RDTSCP", .needs = "rdtscp"), NO_O16_ROWS(swapgs, SWAPGS, "SWAPGS"));
