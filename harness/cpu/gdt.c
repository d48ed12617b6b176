/* gdt.c: the global descriptor table. */
#include "cpu.h"
#include "report/record.h"

#define SLOTS ((GDT_LIMIT + 1) / 8)

uint64_t gdt[SLOTS] = {
    [SEL_KERNEL_CODE64 / 8] = 0x00af9b000000ffff, /* needed before any C runs: boot/long64.S loads CS and SS from here */
    [SEL_KERNEL_DATA / 8] = 0x00cf93000000ffff,
};

static unsigned next_free = SEL_FREE / 8;

const struct selector harness_selectors[] = {
    {"kernel_code64", SEL_KERNEL_CODE64},
    {"kernel_data", SEL_KERNEL_DATA},
    {"user_code32", SEL_USER_CODE32},
    {"user_data", SEL_USER_DATA},
    {"user_code64", SEL_USER_CODE64},
    {"kernel_code32", SEL_KERNEL_CODE32},
    {"data_ds", SEL_DATA_DS},
    {"data_es", SEL_DATA_ES},
    {"data_fs", SEL_DATA_FS},
    {"data_gs", SEL_DATA_GS},
    {"tss", SEL_TSS},
    {NULL, 0},
};

void gdt_init(void)
{
    struct descriptor code64 = {.limit = 0xfffff, .g = true, .type = CODE_READABLE, .l = true};
    struct descriptor code32 = {.limit = 0xfffff, .g = true, .type = CODE_READABLE, .d = true};
    struct descriptor data = {.limit = 0xfffff, .g = true, .type = DATA_WRITABLE, .d = true};

    gdt[SEL_KERNEL_CODE64 / 8] = encode_descriptor(code64);
    gdt[SEL_KERNEL_DATA / 8] = encode_descriptor(data);
    gdt[SEL_KERNEL_CODE32 / 8] = encode_descriptor(code32);
    code64.dpl = code32.dpl = data.dpl = 3;
    gdt[SEL_USER_CODE32 / 8] = encode_descriptor(code32);
    gdt[SEL_USER_CODE64 / 8] = encode_descriptor(code64);
    gdt[SEL_USER_DATA / 8] = encode_descriptor(data);
    for (unsigned i = SEL_DATA_DS / 8; i <= SEL_DATA_GS / 8; i++)
        gdt[i] = encode_descriptor(data);
    lgdt((uintptr_t)gdt, GDT_LIMIT);
}

void lgdt(uintptr_t base, uint16_t limit)
{
    struct table_register gdtr = {limit, base};

    __asm__ volatile("lgdt %0" : : "m"(gdtr));
}

void lldt(uint16_t selector)
{
    __asm__ volatile("lldt %0" : : "r"(selector));
}

uint16_t add_descriptor(const char *name, uint64_t descriptor)
{
    uint16_t selector = (uint16_t)(next_free * 8);

    gdt[next_free++] = descriptor;
    record_selector(name, selector);
    return selector;
}

uint16_t add_system_descriptor(const char *name, uint64_t low, uint64_t high)
{
    uint16_t selector = add_descriptor(name, low);

    gdt[next_free++] = high;
    return selector;
}
