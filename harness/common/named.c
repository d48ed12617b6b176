/* named.c: pages that a case has by name, at linear addresses of their own. */
#include "common/cpu.h"
#include "common/gather.h"

#define FIRST_LINEAR 0x40000000u /* 32-bit code reaches it */
#define LINEAR_STEP 0x200000u    /* each in a page table of its own */

static uintptr_t next_linear = FIRST_LINEAR;

void name_place(const char *name, uintptr_t address, size_t size)
{
    record_place(name, address, size);
}

uintptr_t map_page_at(const char *name, uintptr_t address, uint64_t flags)
{
    map_new_page(address, flags);
    name_place(name, address, PAGE_SIZE);
    return address;
}

uintptr_t map_pages(const char *name, unsigned count, uint64_t flags)
{
    uintptr_t address = next_linear;

    next_linear += LINEAR_STEP;
    for (unsigned i = 0; i < count; i++)
        map_new_page(address + i * PAGE_SIZE, flags);
    name_place(name, address, count * PAGE_SIZE);
    return address;
}

uintptr_t map_page(const char *name, uint64_t flags)
{
    return map_pages(name, 1, flags);
}
