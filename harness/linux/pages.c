/* pages.c: stacks, and pages of the case's own: memory without a name, mapped where the case sees it and once more. */
#include <linux/mman.h>
#include "common/cpu.h"
#include "hosted.h"
#include "common/lines.h"
#include "system.h"

#define MAX_PAGES 32u
#define KNOWN_BITS (PAGE_PRESENT | PAGE_WRITE | PAGE_USER | PAGE_NX | PAGE_A | PAGE_D)
#define IS_ERROR(result) ((uint64_t)(result) > -4096ull)

extern uint8_t stack_user[];
extern uint8_t tables_begin[], tables_end[];

static struct page {
    uintptr_t address;
    uint64_t flags;
    uint8_t *alias;
} pages[MAX_PAGES];
static unsigned page_count;

uintptr_t stack_base(unsigned stack)
{
    if (stack != STACK_USER)
        unsupported("supervisor_stack");
    return (uintptr_t)stack_user;
}

uintptr_t stack_top(unsigned stack)
{
    return stack_base(stack) + STACK_BYTES - STACK_ABOVE_TOP;
}

void stacks_init(void)
{
    SYSTEM(mprotect, (uintptr_t)tables_begin, (uintptr_t)tables_end - (uintptr_t)tables_begin, PROT_NONE);
    SYSTEM(mprotect, (uintptr_t)stack_user - PAGE_SIZE, PAGE_SIZE, PROT_NONE);
    fill_words((uintptr_t)stack_user, 0xa5a5a5a5a5a5a5a5, STACK_BYTES / 8);
}

bool is_in_tables(uintptr_t address)
{
    return address >= (uintptr_t)tables_begin && address < (uintptr_t)tables_end;
}

static uint64_t protection(uint64_t flags)
{
    if (flags & ~KNOWN_BITS)
        unsupported("page_bits");
    if (!(flags & PAGE_PRESENT))
        return PROT_NONE;
    if (!(flags & PAGE_USER))
        unsupported("supervisor_page");
    return PROT_READ | (flags & PAGE_WRITE ? PROT_WRITE : 0u) | (flags & PAGE_NX ? 0u : PROT_EXEC);
}

/* Linux makes the entry at the first access, which is then not the program's. */
static void make_entry(const struct page *page)
{
    if (page->flags & PAGE_PRESENT)
        (void)*(volatile uint8_t *)page->address;
}

static struct page *find_page(uintptr_t address)
{
    for (unsigned i = 0; i < page_count; i++)
        if (pages[i].address == (address & ~(uintptr_t)(PAGE_SIZE - 1)))
            return &pages[i];
    return NULL;
}

static struct page *page_of(uintptr_t address)
{
    struct page *page = find_page(address);

    if (!page)
        unsupported("page_of_the_harness");
    return page;
}

static uint64_t map(uintptr_t address, uint64_t protect, uint64_t how, int64_t memory)
{
    int64_t at = system_call(__NR_mmap, address, PAGE_SIZE, protect, MAP_SHARED | how, (uint64_t)memory, 0);

    if (IS_ERROR(at) || (address && (uint64_t)at != address))
        unsupported("address");
    return (uint64_t)at;
}

void map_new_page(uintptr_t address, uint64_t flags)
{
    uint64_t protect = protection(flags);
    int64_t memory = SYSTEM(memfd_create, "page", 0, 0);
    struct page *page = &pages[page_count++];

    if (page_count == MAX_PAGES)
        unsupported("so_many_pages");
    if (IS_ERROR(memory) || SYSTEM(ftruncate, memory, PAGE_SIZE, 0))
        unsupported("memfd_create");
    page->address = address;
    page->flags = flags;
    page->alias = (uint8_t *)map(0, PROT_READ | PROT_WRITE, 0, memory);
    map(address, protect, MAP_FIXED_NOREPLACE, memory);
    SYSTEM(close, memory, 0, 0);
    page->alias[0] = 0;
    make_entry(page);
}

void change_page(uintptr_t address, uint64_t clear, uint64_t set)
{
    struct page *page = page_of(address);

    page->flags = (page->flags & ~clear) | set;
    if (SYSTEM(mprotect, page->address, PAGE_SIZE, protection(page->flags)))
        unsupported("mprotect");
    make_entry(page);
}

void unmap_page(uintptr_t address)
{
    change_page(address, PAGE_PRESENT, 0);
}

void *frame_of(uintptr_t address)
{
    return page_of(address)->alias + (address & (PAGE_SIZE - 1));
}

const void *readable(const volatile void *address)
{
    const struct page *page = find_page((uintptr_t)address);

    return page ? page->alias + ((uintptr_t)address & (PAGE_SIZE - 1)) : (const void *)address;
}

void user_may_run_program(void)
{
}
