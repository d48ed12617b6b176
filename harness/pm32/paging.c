/* paging.c: 2-level paging by 4 KiB pages, or PAE paging with all that was mapped before. */
#include "case32.h"
#include "common/cpu.h"
#include "common/gather.h"
#include "common/line.h"

extern uint32_t page_directory[];

#define ADDRESS32 0xfffff000u
#define TABLE (PAGE_PRESENT | PAGE_WRITE | PAGE_USER)
#define LARGE_FRAME 0x800000u /* physical: RAM above the one-to-one mapping */
#define LARGE_LINEAR 0x80000000u

static uint64_t *page_directory_pointers; /* NULL: 2-level paging */

uint32_t *page_entry(uintptr_t address, unsigned level)
{
    uint32_t *directory_entry = &page_directory[address >> 22];

    if (level == 2)
        return directory_entry;
    if (!(*directory_entry & PAGE_PRESENT))
        return NULL;
    return (uint32_t *)(*directory_entry & ADDRESS32) + (address >> 12 & 0x3ff);
}

uint64_t *pae_entry(uintptr_t address, unsigned level)
{
    uint64_t *entry = &page_directory_pointers[address >> 30];

    for (unsigned l = 3; l > level; l--) {
        if (!(*entry & PAGE_PRESENT))
            return NULL;
        entry = (uint64_t *)(uintptr_t)(*entry & PAGE_ADDRESS) + (l == 3 ? address >> 21 & 0x1ff : address >> 12 & 0x1ff);
    }
    return entry;
}

/* INVLPG is the 486's. */
static void flush(uintptr_t address)
{
    if (has_cpuid())
        invalidate_page(address);
    else
        write_cr3(read_cr3());
}

static uint64_t read_entry(uintptr_t address)
{
    if (page_directory_pointers) {
        const uint64_t *entry = pae_entry(address, 1);

        return entry ? *entry : 0;
    } else {
        const uint32_t *entry = page_entry(address, 1);

        return entry ? *entry : 0;
    }
}

static void write_entry(uintptr_t address, uint64_t value)
{
    if (page_directory_pointers) {
        if (!*pae_entry(address, 3))
            *pae_entry(address, 3) = allocate_frame() | PAGE_PRESENT;
        if (!*pae_entry(address, 2))
            *pae_entry(address, 2) = allocate_frame() | TABLE;
        *pae_entry(address, 1) = value;
    } else {
        if (!*page_entry(address, 2))
            *page_entry(address, 2) = (uint32_t)(allocate_frame() | TABLE);
        *page_entry(address, 1) = (uint32_t)value;
    }
    flush(address);
}

void map_frame(uintptr_t address, uint64_t physical, uint64_t flags)
{
    write_entry(address, physical | flags);
}

void change_page(uintptr_t address, uint64_t clear, uint64_t set)
{
    write_entry(address, (read_entry(address) & ~clear) | set);
}

void unmap_page(uintptr_t address)
{
    write_entry(address, 0);
}

void *frame_of(uintptr_t address)
{
    return (void *)(uintptr_t)((read_entry(address) & PAGE_ADDRESS) | (address & (PAGE_SIZE - 1)));
}

bool is_mapped(uintptr_t address, size_t size)
{
    if (!(read_cr0() & CR0_PG))
        return true;
    for (unsigned i = 0; i < 2; i++) {
        uintptr_t at = address + (i ? size - 1 : 0);
        uint64_t directory_entry = page_directory_pointers ? (pae_entry(at, 2) ? *pae_entry(at, 2) : 0) : *page_entry(at, 2);

        if (!(directory_entry & PAGE_PRESENT))
            return false;
        if (!(directory_entry & PAGE_PS) && !(read_entry(at) & PAGE_PRESENT))
            return false;
    }
    return true;
}

uint32_t *copy_page_directory(void)
{
    return __builtin_memcpy((void *)allocate_frame(), page_directory, PAGE_SIZE);
}

void enter_pae_paging(void)
{
    uint64_t *pointers = (uint64_t *)allocate_frame();

    for (uint32_t d = 0; d < 1024; d++)
        for (uint32_t t = 0; page_directory[d] & PAGE_PRESENT && t < 1024; t++) {
            uintptr_t address = d << 22 | t << 12;
            uint32_t entry = *page_entry(address, 1);

            page_directory_pointers = pointers;
            if (entry)
                write_entry(address, entry);
            page_directory_pointers = NULL;
        }
    page_directory_pointers = pointers;
    /* The PDPTEs are read when CR3 is loaded with CR4.PAE set. */
    __asm__ volatile("movl %0, %%cr0\n\tmovl %1, %%cr4\n\tmovl %2, %%cr3\n\tmovl %3, %%cr0\n\tjmp 1f\n1:"
                     :
                     : "r"(read_cr0() & ~CR0_PG), "r"(read_cr4() | CR4_PAE), "r"(pointers), "r"(read_cr0())
                     : "memory");
}

uintptr_t map_large_page(const char *name, uint64_t flags)
{
    size_t size = page_directory_pointers ? 0x200000 : 0x400000;
    uint64_t value = LARGE_FRAME | PAGE_PS | flags;

    if (page_directory_pointers) {
        if (!*pae_entry(LARGE_LINEAR, 3))
            *pae_entry(LARGE_LINEAR, 3) = allocate_frame() | PAGE_PRESENT;
        *pae_entry(LARGE_LINEAR, 2) = value;
        write_cr3(read_cr3()); /* for the PDPTE */
    } else {
        write_cr4(read_cr4() | CR4_PSE);
        *page_entry(LARGE_LINEAR, 2) = (uint32_t)value;
    }
    record_place(name, LARGE_LINEAR, size);
    return LARGE_LINEAR;
}
