/* segments.c: descriptors of DPL 3 in the LDT. */
#include <asm/ldt.h>
#include "hosted.h"
#include "common/gather.h"
#include "system.h"

#define WRITE_LDT 0x11
#define MOST 32u

TABLE uint64_t gdt[(GDT_LIMIT + 1) / 8];

static unsigned next_free = SEL_FREE / 8;
static bool is_code[MOST + SEL_FREE / 8];

static void write_entry(unsigned number, uint64_t descriptor)
{
    unsigned type = descriptor >> 40 & 0x1f;
    struct user_desc entry = {
        .entry_number = number,
        .base_addr = (uint32_t)((descriptor >> 16 & 0xffffff) | (descriptor >> 56) << 24),
        .limit = (uint32_t)((descriptor & 0xffff) | (descriptor >> 48 & 0xf) << 16),
        .seg_32bit = descriptor >> 54 & 1,
        .contents = type >> 2 & 3,
        .read_exec_only = !(type & 2),
        .limit_in_pages = descriptor >> 55 & 1,
        .seg_not_present = !(descriptor >> 47 & 1),
        .useable = 1,
    };

    if (SYSTEM(modify_ldt, WRITE_LDT, &entry, sizeof(entry)))
        unsupported("modify_ldt");
}

void segments_init(void)
{
    for (unsigned number = SEL_DATA_DS / 8; number <= SEL_DATA_GS / 8; number++)
        write_entry(number, encode_descriptor((struct descriptor){.limit = 0xfffff, .g = true, .d = true, .type = DATA_WRITABLE, .dpl = 3}));
}

uint16_t add_descriptor(const char *name, uint64_t descriptor)
{
    uint16_t selector = (uint16_t)(next_free * 8 | SELECTOR_TI);

    if (!(descriptor >> 44 & 1))
        unsupported("system_descriptor");
    if ((descriptor >> 45 & 3) != 3)
        unsupported("descriptor_of_dpl_below_3");
    if (descriptor >> 53 & 1)
        unsupported("descriptor_with_l");
    if ((descriptor >> 42 & 3) == 3 && descriptor >> 47 & 1)
        unsupported("conforming_code"); /* modify_ldt() takes none that is present */
    if (next_free == sizeof(is_code) / sizeof(*is_code))
        unsupported("so_many_descriptors");
    is_code[next_free] = descriptor >> 43 & 1;
    write_entry(next_free++, descriptor);
    record_selector(name, selector);
    return selector;
}

bool is_code_selector(uint64_t selector)
{
    if ((selector & 3) != 3)
        return false;
    if (selector & SELECTOR_TI)
        return selector / 8 < next_free && is_code[selector / 8];
    return selector == SEL_USER_CODE32 || selector == SEL_USER_CODE64;
}
