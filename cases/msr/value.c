/* WRMSR checks what it writes, in each register that has reserved bits or values: #GP(0), and the register keeps its value. */
#include <case.h>

#include "kept.h"

static void set(void)
{
    write((uint32_t)ARG0, read_msr((uint32_t)ARG0) | ARG1);
}

static void clear(void)
{
    write((uint32_t)ARG0, read_msr((uint32_t)ARG0) & ~ARG1);
}

/* Bit MAXPHYADDR. */
static void set_address_bit(void)
{
    write((uint32_t)ARG0, read_msr((uint32_t)ARG0) | 1ull << (cpuid(0x80000008, 0).eax & 0xff));
}

/* The lowest byte is a memory type; 2 is none. */
static void memory_type(void)
{
    write((uint32_t)ARG0, (read_msr((uint32_t)ARG0) & ~0xffull) | 2);
}

static void leave_x2apic(void)
{
    write_msr(MSR_APIC_BASE, read_msr(MSR_APIC_BASE) | ARG1);
    clear();
}

#define APIC_BASE_EXTD (1u << 10)
#define WRMSR "SDM 2D \"WRMSR-Write to Model Specific Register\""
#define ROW(...) ROW_AS(WRMSR, __VA_ARGS__)
#define ROW_AS(spec_, name_, run_, msr, bits, id_, about_, ...)                                                                   \
    {                                                                                                                             \
        VARIANT, .name = name_, .about = "WRMSR of " about_ ", at CPL 0", .spec = spec_, .id = id_, .vector = VEC_GP, .error = 0, \
                 .saved_rip = AT_FAULT, .run = run_, .arg = {msr, bits}, __VA_ARGS__                                              \
    }

VARIANTS(ROW("efer_reserved", set, MSR_EFER, 1u << 9, "msr-efer-reserved", "IA32_EFER with the reserved bit 9 set"),
         ROW_AS("SDM 3A \"Paging-Mode Enabling\"", "efer_lme", clear, MSR_EFER, EFER_LME, "msr-efer-toggle-lme",
                "IA32_EFER with LME=0 where CR0.PG=1"),
         ROW("efer_nxe", set, MSR_EFER, EFER_NXE, "msr-efer-nxe-unsupported", "IA32_EFER with NXE=1 on a CPU without it", .needs = "!nx"),
         ROW("apic_base", set_address_bit, MSR_APIC_BASE, 0, "msr-apicbase-reserved", "IA32_APIC_BASE with bit MAXPHYADDR set",
             .needs = "apic reserved_address_bits"),
         ROW_AS("SDM 3A \"x2APIC Transitions From x2APIC Mode\"", "x2apic_to_apic", leave_x2apic, MSR_APIC_BASE, APIC_BASE_EXTD,
                "msr-x2apic-invalid-transition", "IA32_APIC_BASE with EXTD=0, EN=1 in x2APIC mode", .needs = "x2apic"),
         ROW("pat", memory_type, MSR_PAT, 0, "msr-pat-invalid-type", "IA32_PAT with memory type 2", .needs = "pat"),
         ROW("mtrr_def_type", memory_type, MSR_MTRR_DEF_TYPE, 0, "msr-misc-mtrr-type", "IA32_MTRR_DEF_TYPE with memory type 2", .needs = "mtrr"),
         ROW("tsc_aux", set, MSR_TSC_AUX, 1ull << 32, "msr-tsc-aux-high", "IA32_TSC_AUX with bit 32 set", .needs = "rdtscp"),
         ROW_AS("SDM 3B \"IA32_MCi_STATUS MSRS\"", "mc0_status", set, MSR_MC0_STATUS, 1, "", "IA32_MC0_STATUS with a 1", .needs = "mca"),
         ROW("pkrs", set, MSR_PKRS, 1ull << 32, "", "IA32_PKRS with bit 32 set", .needs = "pks"),
         ROW("debugctl", set, MSR_DEBUGCTL, 1u << 31, "msr-debugctl-reserved", "IA32_DEBUGCTL with the reserved bit 31 set"));
