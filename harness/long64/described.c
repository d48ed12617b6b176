/* described.c: the lines of a description that tell the registers of a 64-bit processor. */
#include "case.h"
#include "common/cpu.h"
#include "common/describe.h"
#include "common/line.h"
#include "common/run.h"
#include "long64/trap.h"

extern uint8_t ram_base[], stack_boot[], program_end[], program_end32[], handler_end[], capture_stubs[];
extern const uint8_t rom_alias[], rom_size[];
const struct extent described_memory[] = {{0, 0x10000}, {(uintptr_t)ram_base, (uintptr_t)stack_boot}, {0, 0}};
const struct copied copied_from_rom[] = {{(uintptr_t)ram_base, (uintptr_t)rom_size, rom_alias}, {0, 0, NULL}};

/* RDSSPQ, which does nothing where there are no shadow stacks. */
static uint64_t read_ssp(void)
{
    uint64_t value = 0;

    __asm__ volatile(".byte 0xf3, 0x48, 0x0f, 0x1e, 0xc8" : "+a"(value));
    return value;
}

static uint32_t read_pkru(void)
{
    uint32_t value;

    __asm__ volatile(".byte 0x0f, 0x01, 0xee" : "=a"(value) : "c"(0) : "edx");
    return value;
}

static uint32_t read_xcr0(void)
{
    uint32_t value;

    __asm__ volatile("xgetbv" : "=a"(value) : "c"(0) : "edx");
    return value;
}

/* The x87 unit's words. Neither instruction waits for an exception; CR0 may forbid them. */
static void put_x87(void)
{
    uint64_t cr0 = read_cr0();
    uint16_t control, status;

    write_cr0(cr0 & ~(uint64_t)(CR0_EM | CR0_TS));
    __asm__ volatile("fnstcw %0\n\tfnstsw %1" : "=m"(control), "=m"(status));
    write_cr0(cr0);
    print(" fcw=%lx fsw=%lx", (uint64_t)control, (uint64_t)status);
}

void put_machine(void)
{
    struct table_register gdtr, idtr;
    uint16_t tr, ldtr;
    uint64_t cr4 = read_cr4();

    __asm__ volatile("sgdt %0\n\tsidt %1\n\tstr %2\n\tsldt %3" : "=m"(gdtr), "=m"(idtr), "=m"(tr), "=m"(ldtr));
    print("machine cr0=%lx cr3=%lx cr4=%lx efer=%lx", read_cr0(), read_cr3(), cr4, read_msr(MSR_EFER));
    print(" gdtr=%lx gdtr_limit=%lx idtr=%lx idtr_limit=%lx tr=%lx ldtr=%lx", gdtr.base, (uint64_t)gdtr.limit, idtr.base, (uint64_t)idtr.limit,
          (uint64_t)tr, (uint64_t)ldtr);
    print(" dr0=%lx dr1=%lx dr2=%lx dr3=%lx", read_dr0(), read_dr1(), read_dr2(), read_dr3());
    print(" star=%lx lstar=%lx cstar=%lx fmask=%lx", read_msr(MSR_STAR), read_msr(MSR_LSTAR), read_msr(MSR_CSTAR), read_msr(MSR_FMASK));
    print(" sysenter_cs=%lx sysenter_esp=%lx sysenter_eip=%lx", read_msr(MSR_SYSENTER_CS), read_msr(MSR_SYSENTER_ESP), read_msr(MSR_SYSENTER_EIP));
    if (cr4 & CR4_PKE)
        print(" pkru=%lx", (uint64_t)read_pkru());
    if (cr4 & CR4_CET)
        print(" ssp=%lx u_cet=%lx s_cet=%lx pl_ssp0=%lx pl_ssp3=%lx interrupt_ssp_table=%lx", read_ssp(), read_msr(MSR_U_CET), read_msr(MSR_S_CET),
              read_msr(MSR_PL0_SSP), read_msr(MSR_PL3_SSP), read_msr(MSR_INTERRUPT_SSP_TABLE));
    if (cr4 & CR4_PKS)
        print(" pkrs=%lx", read_msr(MSR_PKRS));
    if (cr4 & CR4_OSXSAVE)
        print(" xcr0=%lx", (uint64_t)read_xcr0());
    print(" kernel_gs_base=%lx", read_msr(MSR_KERNEL_GS_BASE));
    put_x87();
    print("%s%s%s", watched.sse ? " sse=1" : "", watched.x87 ? " x87=1" : "", watched.avx ? " avx=1" : "");
    print("\nharness gdt=%lx tss=%lx program_end=%lx program_end32=%lx handler_end=%lx stubs=%lx\n", (uintptr_t)gdt, (uintptr_t)&tss,
          (uintptr_t)program_end, (uintptr_t)program_end32, (uintptr_t)handler_end, (uintptr_t)capture_stubs);
}

/* The lowest 8 MiB one to one, by tables that the case doesn't know. */
void see_all_memory(void)
{
    uint64_t *directory = (uint64_t *)allocate_frame(), *pointers = (uint64_t *)allocate_frame(), *map = (uint64_t *)allocate_frame();
    uint64_t *root = map;

    for (unsigned i = 0; i < 4; i++)
        directory[i] = i << 21 | PAGE_PRESENT | PAGE_WRITE | PAGE_PS;
    pointers[0] = (uintptr_t)directory | PAGE_PRESENT | PAGE_WRITE;
    map[0] = (uintptr_t)pointers | PAGE_PRESENT | PAGE_WRITE;
    if (read_cr4() & CR4_LA57) {
        root = (uint64_t *)allocate_frame();
        root[0] = (uintptr_t)map | PAGE_PRESENT | PAGE_WRITE;
    }
    calm_down();
    write_cr3((uintptr_t)root);
}
