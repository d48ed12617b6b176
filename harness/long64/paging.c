/* paging.c: 4-level paging by 4 KiB pages. */
#include "case.h"
#include "common/cpu.h"

extern uint64_t page_map[];
static unsigned index_of(uintptr_t address, unsigned level)
{
    return address >> (3 + 9 * level) & 0x1ff;
}

static uint64_t *find_entry(uintptr_t address, unsigned level, bool create)
{
    uint64_t *table = page_map;

    for (unsigned l = 4; l > level; l--) {
        uint64_t *entry = &table[index_of(address, l)];

        if (!*entry) {
            if (!create)
                return NULL;
            *entry = allocate_frame() | PAGE_PRESENT | PAGE_WRITE | PAGE_USER;
        }
        table = (uint64_t *)(*entry & PAGE_ADDRESS);
    }
    return &table[index_of(address, level)];
}

uint64_t *page_entry(uintptr_t address, unsigned level)
{
    return find_entry(address, level, false);
}

void map_frame(uintptr_t address, uint64_t physical, uint64_t flags)
{
    *find_entry(address, 1, true) = physical | flags;
    invalidate_page(address);
}

void change_page(uintptr_t address, uint64_t clear, uint64_t set)
{
    uint64_t *entry = page_entry(address, 1);

    *entry = (*entry & ~clear) | set;
    invalidate_page(address);
}

void unmap_page(uintptr_t address)
{
    *page_entry(address, 1) = 0;
    invalidate_page(address);
}

void *frame_of(uintptr_t address)
{
    return (void *)((*page_entry(address, 1) & PAGE_ADDRESS) | (address & (PAGE_SIZE - 1)));
}

void load_5_level_paging(uintptr_t table);

uint64_t *enter_5_level_paging(void)
{
    uintptr_t table = allocate_frame();

    *(uint64_t *)table = (uintptr_t)page_map | PAGE_PRESENT | PAGE_WRITE | PAGE_USER;
    load_5_level_paging(table);
    return (uint64_t *)table;
}

static bool is_present(uintptr_t address)
{
    const uint64_t *table = (const uint64_t *)(read_cr3() & PAGE_ADDRESS);
    unsigned levels = read_cr4() & CR4_LA57 ? 5 : 4;
    unsigned above = 64 - (12 + 9 * levels);

    if ((uintptr_t)((intptr_t)(address << above) >> above) != address)
        return false;
    for (unsigned level = levels; level >= 1; level--) {
        uint64_t entry = table[index_of(address, level)];

        if (!(entry & PAGE_PRESENT))
            return false;
        if (entry & PAGE_PS && level > 1)
            return true;
        table = (const uint64_t *)(entry & PAGE_ADDRESS);
    }
    return true;
}

bool is_mapped(uintptr_t address, size_t size)
{
    return is_present(address) && is_present(address + size - 1);
}
