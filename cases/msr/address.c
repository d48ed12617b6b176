/*
 * WRMSR of a non-canonical address to the MSRs of system calls. AMD's SYSENTER has 32 bits: the upper halves are ignored. STAR
 * holds selectors, and takes anything.
 */
#include <case.h>

static void note_msr(void)
{
    note("msr", read_msr((uint32_t)ARG0));
}

/* MSR, value. */
static void run(void)
{
    write_msr((uint32_t)ARG0, 0x1000);
    start.rcx = ARG0;
    start.rax = (uint32_t)ARG1;
    start.rdx = ARG1 >> 32;
    at_end(note_msr);
    FAULT("wrmsr");
}

#define ROW(name_, msr, value, id_, about_, ...)                                                                                                  \
    {                                                                                                                                             \
        VARIANT, .name = name_, .about = "WRMSR of " about_ ", at CPL 0", .spec = "SDM 2D \"WRMSR-Write to Model Specific Register\"", .id = id_, \
                 .run = run, .arg = {msr, value}, __VA_ARGS__                                                                                     \
    }
#define FAULTS .vector = VEC_GP, .error = 0, .saved_rip = AT_FAULT

VARIANTS(ROW("cstar", MSR_CSTAR, NONCANONICAL_57, "msr-noncanon-cstar", "a non-canonical address to IA32_CSTAR", FAULTS),
         ROW("sysenter_esp", MSR_SYSENTER_ESP, NONCANONICAL_57, "msr-noncanon-sysenter-esp", "a non-canonical address to IA32_SYSENTER_ESP", FAULTS,
             .needs = "sysenter"),
         ROW("sysenter_eip", MSR_SYSENTER_EIP, NONCANONICAL_57, "msr-noncanon-sysenter-eip", "a non-canonical address to IA32_SYSENTER_EIP", FAULTS,
             .needs = "sysenter"),
         ROW("star", MSR_STAR, 0xdeadbeef00000000, "msr-star-any-ok", "any selectors to IA32_STAR", .vector = NO_EXCEPTION));
