/* gdt.c: the global descriptor table. */
#include "case.h"
#include "common/cpu.h"

#define SLOTS ((GDT_LIMIT + 1) / 8)

uint64_t gdt[SLOTS] = {
    [SEL_KERNEL_CODE64 / 8] = 0x00af9b000000ffff, /* needed before any C runs: boot.S loads CS and SS from here */
    [SEL_KERNEL_DATA / 8] = 0x00cf93000000ffff,
};

unsigned next_free_descriptor = SEL_FREE / 8;

#define FLAT .limit = 0xfffff, .g = true
#define FLAT_CODE FLAT, .type = CODE_READABLE
#define FLAT_DATA FLAT, .type = DATA_WRITABLE, .d = true

static const struct descriptor descriptors[] = {
    [SEL_KERNEL_CODE64 / 8] = {FLAT_CODE, .l = true},
    [SEL_KERNEL_DATA / 8] = {FLAT_DATA},
    [SEL_USER_CODE32 / 8] = {FLAT_CODE, .d = true, .dpl = 3},
    [SEL_USER_DATA / 8] = {FLAT_DATA, .dpl = 3},
    [SEL_USER_CODE64 / 8] = {FLAT_CODE, .l = true, .dpl = 3},
    [SEL_KERNEL_CODE32 / 8] = {FLAT_CODE, .d = true},
    [SEL_DATA_DS / 8] = {FLAT_DATA, .dpl = 3},
    [SEL_DATA_ES / 8] = {FLAT_DATA, .dpl = 3},
    [SEL_DATA_FS / 8] = {FLAT_DATA, .dpl = 3},
    [SEL_DATA_GS / 8] = {FLAT_DATA, .dpl = 3},
};

void gdt_init(void)
{
    for (unsigned i = 1; i < sizeof(descriptors) / sizeof(*descriptors); i++)
        gdt[i] = encode_descriptor(descriptors[i]);
    lgdt((uintptr_t)gdt, GDT_LIMIT);
}

void lgdt(uintptr_t base, uint16_t limit)
{
    struct table_register gdtr = {limit, base};

    __asm__ volatile("lgdt %0" : : "m"(gdtr));
}
