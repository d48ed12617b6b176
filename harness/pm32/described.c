/* described.c: the lines of a description that tell the registers of a 32-bit processor. */
#include "common/cpu.h"
#include "common/describe.h"
#include "common/line.h"
#include "pm32/trap.h"

extern uint8_t ram_base[], stack_boot[], program_end[], handler_end[], handler_end16[];
extern const uint8_t rom_alias[], rom_size[], low_source[], low_size[];
const struct extent described_memory[] = {{0, LOW_TOLD}, {(uintptr_t)ram_base, (uintptr_t)stack_boot}, {0, 0}};
const struct copied copied_from_rom[] = {
    {(uintptr_t)ram_base, (uintptr_t)rom_size, rom_alias},
    {LOW_BEGIN, (uintptr_t)low_size, low_source},
    {0, 0, NULL},
};

/* The x87 unit's words. Neither instruction waits for an exception; CR0 may forbid them. */
static void put_x87(void)
{
    uint32_t cr0 = read_cr0();
    uint16_t control, status;

    write_cr0(cr0 & ~(CR0_EM | CR0_TS));
    __asm__ volatile("fnstcw %0\n\tfnstsw %1" : "=m"(control), "=m"(status));
    write_cr0(cr0);
    print(" fcw=%x fsw=%x", control, status);
}

void put_machine(void)
{
    bool is_real = current_case->env == REAL16;
    struct table_register gdtr, idtr;
    uint16_t tr, ldtr;

    __asm__ volatile("sgdt %0\n\tsidt %1\n\tstr %2\n\tsldt %3" : "=m"(gdtr), "=m"(idtr), "=m"(tr), "=m"(ldtr));
    if (is_real)
        idtr = real_idtr;
    print("machine cr0=%x cr3=%x cr4=%x", (unsigned)(is_real ? read_cr0() & ~(CR0_PG | CR0_PE) : read_cr0()), (unsigned)read_cr3(),
          (unsigned)(has_cpuid() ? program_cr4() : 0));
    print(" gdtr=%x gdtr_limit=%x idtr=%x idtr_limit=%x tr=%x ldtr=%x", (unsigned)gdtr.base, (unsigned)gdtr.limit, (unsigned)idtr.base,
          (unsigned)idtr.limit, (unsigned)tr, (unsigned)ldtr);
    print(" dr0=%x dr1=%x dr2=%x dr3=%x", (unsigned)read_dr0(), (unsigned)read_dr1(), (unsigned)read_dr2(), (unsigned)read_dr3());
    if (has_cpuid() && cpuid(0x80000000, 0).eax > 0x80000000 && cpuid(0x80000001, 0).edx >> 20 & 1)
        print(" efer=%x", (unsigned)read_msr(MSR_EFER));
    if (has_cpuid() && cpuid(1, 0).edx >> 11 & 1)
        print(" sysenter_cs=%x sysenter_esp=%x sysenter_eip=%x", (unsigned)read_msr(MSR_SYSENTER_CS), (unsigned)read_msr(MSR_SYSENTER_ESP),
              (unsigned)read_msr(MSR_SYSENTER_EIP));
    if (has_cpuid() && read_cr4() & CR4_CET)
        print(" u_cet=%x s_cet=%x pl_ssp0=%x pl_ssp3=%x", (unsigned)read_msr(MSR_U_CET), (unsigned)read_msr(MSR_S_CET),
              (unsigned)read_msr(MSR_PL0_SSP), (unsigned)read_msr(MSR_PL3_SSP));
    put_x87();
    print("\nharness gdt=%x tss=%x program_end=%x program_end16=%x handler_end=%x handler_end16=%x stubs=%x real_stubs=%x\n",
          (unsigned)(uintptr_t)gdt, (unsigned)(uintptr_t)&tss, (unsigned)(uintptr_t)program_end, (unsigned)(uintptr_t)program_end16,
          (unsigned)(uintptr_t)handler_end, (unsigned)(uintptr_t)handler_end16, (unsigned)stub_of(0), (unsigned)(uintptr_t)real_stubs);
}

/* The harness's own code and stacks are mapped one to one. */
void see_all_memory(void)
{
    write_cr0(read_cr0() & ~(CR0_PG | CR0_TS | CR0_EM));
}
