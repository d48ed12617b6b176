/* split.c: a table of the processor's across the end of a page. */
#include "shared.h"

uintptr_t split_table(const char *name, const void *table, size_t size, size_t head)
{
    uintptr_t base = map_pages(name, 2, PAGE_PRESENT | PAGE_WRITE) + PAGE_SIZE - head;

    for (size_t i = 0; i < size; i++)
        ((uint8_t *)base)[i] = ((const uint8_t *)table)[i];
    change_page(base + head, PAGE_PRESENT, 0);
    return base;
}
