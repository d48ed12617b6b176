/* cpu.h: setting up the processor, called once by the harness's main. */
#ifndef CPU_H
#define CPU_H

#include "case.h"

/* What the host is told of the harness: its memory, its selectors, the words for .needs. trapframe/suite/case.py reads the arrays. */
struct place {
    const char *name;
    uint64_t base;
    uint64_t size;
    uint64_t is_stack;
};
struct selector {
    const char *name;
    uint64_t value;
};
struct feature {
    const char *name;
    uint32_t leaf;
    uint8_t output;
    uint8_t bit;
};
extern const struct place harness_places[];
extern const struct selector harness_selectors[];
extern const struct feature harness_features[];

/* A variable that isn't zeroed at the start: all of it is written before it is read. */
#define UNSET __attribute__((section(".bss.unset")))

/* A zeroed page of its own at this address: named.c gives it a name. */
void map_new_page(uintptr_t address, uint64_t flags);

void stacks_init(void);
void tss_init(void);
void gdt_init(void);
void idt_init(void);
void paging_init(void);

/* Whether these bytes, at most a page of them, can be read without a page fault. */
bool is_mapped(uintptr_t address, size_t size);

/* The first of the words that CPUID doesn't confirm, or NULL. */
const char *missing_feature(const char *words);

#endif
