/* gather.h: the facts that a record tells beside the frames. */
#ifndef GATHER_H
#define GATHER_H

#include "common/cpu.h"

#define MAX_NAMED 24u
#define MAX_VALUES 64u

extern struct gathered {
    struct place places[MAX_NAMED];
    unsigned place_count;
    struct selector selectors[MAX_NAMED];
    unsigned selector_count;
    uintptr_t label_tables[MAX_NAMED]; /* of struct label, ended by address 0 */
    unsigned label_table_count;
    struct {
        const char *name;
        const void *entry; /* read at the end; NULL: value is it */
        size_t entry_size;
        uint64_t value;
    } values[MAX_VALUES];
    unsigned value_count;
    struct {
        const char *name;
        const volatile uint8_t *bytes;
        size_t size;
    } memories[MAX_NAMED];
    unsigned memory_count;
    void (*end_reader)(void);
} gathered;

void record_place(const char *name, uintptr_t base, size_t size);
void record_selector(const char *name, uint16_t value);
void record_labels(uintptr_t labels);

#endif
