/* By 32-bit and by 16-bit code: RDMSR reads what WRMSR has written. */
#ifndef ROUND_TRIP_H
#define ROUND_TRIP_H

static void set_up(void)
{
    start.ecx = (uint32_t)ARG0;
    start.eax = (uint32_t)ARG1;
    start.edx = (uint32_t)(ARG1 >> 32);
}

static void run(void)
{
    set_up();
    PROGRAM("wrmsr\nmov eax, -1\nmov edx, eax\nrdmsr\n");
}

static void rdtscp(void)
{
    set_up();
    PROGRAM("wrmsr\nrdtscp\nmov eax, -1\nmov edx, eax\n");
}

static void rdpid(void)
{
    set_up();
    PROGRAM("wrmsr\nrdpid esi\n");
}

#define ROW(name_, run_, msr, value, about_, needs_)                                                                                           \
    {                                                                                                                                          \
        VARIANT, .name = name_, .about = "WRMSR of " about_,                                                                                   \
                 .spec = "SDM 2D \"WRMSR-Write to Model Specific Register\"; SDM 2B \"RDMSR-Read from Model Specific Register\"", .run = run_, \
                 .vector = NO_EXCEPTION, .arg = {msr, value}, .needs = needs_                                                                  \
    }

VARIANTS(ROW("sysenter_cs", run, MSR_SYSENTER_CS, 0x89ab, "IA32_SYSENTER_CS, RDMSR", "sysenter"),
         ROW("sysenter_esp", run, MSR_SYSENTER_ESP, 0x89abcdef, "IA32_SYSENTER_ESP, RDMSR", "sysenter"),
         ROW("sysenter_eip", run, MSR_SYSENTER_EIP, 0x89abcdee, "IA32_SYSENTER_EIP, RDMSR", "sysenter"),
         ROW("pat", run, MSR_PAT, 0x0007050401000606, "IA32_PAT, RDMSR", "pat"),
         ROW("star", run, MSR_STAR, 0x0123456789abcdef, "IA32_STAR, RDMSR", "lm"),
         ROW("kernel_gs_base", run, MSR_KERNEL_GS_BASE, 0xffff923456789abc, "IA32_KERNEL_GS_BASE, RDMSR", "lm"),
         ROW("tsc_aux", run, MSR_TSC_AUX, 0x89abcdef, "IA32_TSC_AUX, RDMSR", "rdtscp"),
         ROW("tsc_aux_rdtscp", rdtscp, MSR_TSC_AUX, 0x89abcdef, "IA32_TSC_AUX, RDTSCP", "rdtscp"),
         ROW("tsc_aux_rdpid", rdpid, MSR_TSC_AUX, 0x89abcdef, "IA32_TSC_AUX, RDPID", "rdpid"));

#endif
