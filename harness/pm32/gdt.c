/* gdt.c: the global descriptor table. */
#include "case32.h"
#include "common/cpu.h"
#include "pm32/layout.h"

#define SLOTS ((GDT_LIMIT + 1) / 8)

uint64_t gdt[SLOTS];

unsigned next_free_descriptor = SEL_FREE / 8;

_Static_assert(SEL_KERNEL_CODE == KERNEL_CODE && SEL_KERNEL_DATA == KERNEL_DATA, "layout.h");

extern uint8_t outer_stub[], outer_program_end[], outer_handler_end[];

#define FLAT .limit = 0xfffff, .g = true, .d = true
#define FLAT_CODE FLAT, .type = CODE_READABLE
#define FLAT_DATA FLAT, .type = DATA_WRITABLE

static const struct descriptor descriptors[] = {
    [SEL_KERNEL_CODE / 8] = {FLAT_CODE},
    [SEL_KERNEL_DATA / 8] = {FLAT_DATA},
    [SEL_USER_CODE / 8] = {FLAT_CODE, .dpl = 3},
    [SEL_USER_DATA / 8] = {FLAT_DATA, .dpl = 3},
    [SEL_RING1_CODE / 8] = {FLAT_CODE, .dpl = 1},
    [SEL_RING1_DATA / 8] = {FLAT_DATA, .dpl = 1},
    [SEL_RING2_CODE / 8] = {FLAT_CODE, .dpl = 2},
    [SEL_RING2_DATA / 8] = {FLAT_DATA, .dpl = 2},
    [SEL_DATA_DS / 8] = {FLAT_DATA, .dpl = 3},
    [SEL_DATA_ES / 8] = {FLAT_DATA, .dpl = 3},
    [SEL_DATA_FS / 8] = {FLAT_DATA, .dpl = 3},
    [SEL_DATA_GS / 8] = {FLAT_DATA, .dpl = 3},
    [SEL_CODE_1MIB / 8] = {.base = 0x100000, .limit = 0xffff, .d = true, .type = CODE_READABLE},
    [REAL_MODE_CODE / 8] = {.base = LOW_BEGIN, .limit = 0xffff, .type = CODE_READABLE},
    [REAL_MODE_DATA / 8] = {.limit = 0xffff, .type = DATA_WRITABLE},
};

static void set_own_gate(unsigned selector, const uint8_t *target)
{
    gdt[selector / 8] = encode_gate(make_call_gate((struct call_gate){.offset = (uintptr_t)target, .selector = SEL_KERNEL_CODE, .dpl = 3}));
}

void gdt_init(void)
{
    for (unsigned i = 1; i < sizeof(descriptors) / sizeof(*descriptors); i++)
        if (descriptors[i].type)
            gdt[i] = encode_descriptor(descriptors[i]);
    set_own_gate(STUB_GATE, outer_stub);
    set_own_gate(PROGRAM_GATE, outer_program_end);
    set_own_gate(HANDLER_GATE, outer_handler_end);
    lgdt((uintptr_t)gdt, GDT_LIMIT);
}

void lgdt(uintptr_t base, uint16_t limit)
{
    struct table_register gdtr = {limit, base};

    __asm__ volatile("lgdt %0" : : "m"(gdtr));
}
