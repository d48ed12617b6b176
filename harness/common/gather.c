/* gather.c: what a case and the harness name while the run is set up, for the record to tell. */
#include "common/gather.h"
#include "common/line.h"

struct gathered gathered;

void record_place(const char *name, uintptr_t base, size_t size)
{
    if (gathered.place_count == MAX_NAMED)
        harness_fault("too many places");
    gathered.places[gathered.place_count++] = (struct place){{name}, {base}, size, 0};
}

void record_selector(const char *name, uint16_t value)
{
    if (gathered.selector_count == MAX_NAMED)
        harness_fault("too many selectors");
    gathered.selectors[gathered.selector_count++] = (struct selector){{name}, value};
}

void record_labels(uintptr_t labels)
{
    if (gathered.label_table_count == MAX_NAMED)
        harness_fault("too many programs");
    gathered.label_tables[gathered.label_table_count++] = labels;
}

void note(const char *name, uint64_t value)
{
    if (gathered.value_count == MAX_VALUES)
        harness_fault("too many values");
    gathered.values[gathered.value_count].name = name;
    gathered.values[gathered.value_count++].value = value;
}

void record_entry_of(const char *name, const void *entry, size_t size)
{
    note(name, 0);
    gathered.values[gathered.value_count - 1].entry = entry;
    gathered.values[gathered.value_count - 1].entry_size = size;
}

void record_memory(const char *name, const volatile void *memory, size_t size)
{
    if (gathered.memory_count == MAX_NAMED)
        harness_fault("too much memory to record");
    gathered.memories[gathered.memory_count].name = name;
    gathered.memories[gathered.memory_count].bytes = memory;
    gathered.memories[gathered.memory_count++].size = size;
}

void at_end(void (*reader)(void))
{
    gathered.end_reader = reader;
}

static bool same_text(const char *a, const char *b)
{
    while (*a && *a == *b)
        a++, b++;
    return *a == *b;
}

uintptr_t label_of(struct program program, const char *name)
{
    for (const struct label *l = (const struct label *)program.labels; l->address; l++)
        if (same_text(l->name, name))
            return (uintptr_t)l->address;
    harness_fault("no such label");
}

uintptr_t recorded_label(const char *name)
{
    for (unsigned i = 0; i < gathered.label_table_count; i++)
        for (const struct label *l = (const struct label *)gathered.label_tables[i]; l->address; l++)
            if (same_text(l->name, name))
                return (uintptr_t)l->address;
    harness_fault("no such label");
}
