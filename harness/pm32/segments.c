/* segments.c: what the descriptor of a selector says. */
#include "common/cpu.h"
#include "pm32/trap.h"

/* A case may have put the table on pages that aren't there. */
static const uint64_t *descriptor_in(uint32_t base, uint32_t limit, uint32_t selector)
{
    uintptr_t at = base + (selector & 0xfff8);

    return (selector | 7) <= limit && is_mapped(at, sizeof(uint64_t)) ? (const uint64_t *)at : NULL;
}

static struct segment decode(uint64_t d)
{
    struct segment s = {
        .base = (uint32_t)(d >> 16 & 0xffffff) | (uint32_t)(d >> 56) << 24,
        .limit = (uint32_t)(d & 0xffff) | (uint32_t)(d >> 48 & 0xf) << 16,
        .type = d >> 40 & 0x1f,
        .dpl = d >> 45 & 3,
        .d = d >> 54 & 1,
    };

    if (d >> 55 & 1)
        s.limit = s.limit << 12 | 0xfff;
    if (s.type & 0x10)
        s.type &= 0x1e; /* without A */
    return s;
}

struct segment segment_of(uint32_t selector)
{
    struct table_register gdtr;
    const uint64_t *d;
    uint16_t ldtr;

    __asm__ volatile("sgdt %0" : "=m"(gdtr));
    if (!(selector & SELECTOR_TI))
        d = selector & 0xfffc ? descriptor_in(gdtr.base, gdtr.limit, selector & 0xffff) : NULL;
    else {
        struct segment ldt;

        __asm__ volatile("sldt %0" : "=m"(ldtr));
        ldt = ldtr & 0xfffc ? segment_of(ldtr & ~SELECTOR_TI) : (struct segment){0};
        d = ldt.type == SYSTEM_LDT ? descriptor_in(ldt.base, ldt.limit, selector & 0xffff) : NULL;
    }
    return d ? decode(*d) : (struct segment){0};
}

bool is_flat_data(uint32_t selector)
{
    struct segment s = segment_of(selector);

    return s.type == DATA_WRITABLE && !s.base && s.limit == 0xffffffff;
}

uint32_t stack_address(uint32_t ss, uint32_t esp)
{
    struct segment s = segment_of(ss);

    return s.base + (s.d ? esp : esp & 0xffff);
}
