/* cpu.h: setting up the processor, called once by the harness's main. */
#ifndef CPU_H
#define CPU_H

#include "shared.h"

/* What the host is told of the harness: its memory, its selectors, the words for .needs. trapframe/suite/case.py reads the arrays. */
struct place {
    WIDE(const char *name, name);
    WIDE(uintptr_t base, base);
    uint64_t size;
    uint64_t is_stack;
};
struct selector {
    WIDE(const char *name, name);
    uint64_t value;
};
struct feature {
    WIDE(const char *name, name);
    uint32_t leaf;
    uint8_t output;
    uint8_t bit;
};
_Static_assert(sizeof(struct place) == 32 && sizeof(struct selector) == 16 && sizeof(struct feature) == 16, "trapframe/suite/case.py");
extern const struct place harness_places[];
extern const struct selector harness_selectors[];
extern const struct feature harness_features[];

/* A variable that isn't zeroed at the start: all of it is written before it is read. */
#define UNSET __attribute__((section(".bss.unset")))

/* Frames for named pages and their tables, zeroed. */
uintptr_t allocate_frame(void);

/* A page of its own at this address: named.c gives it a name. */
void map_new_page(uintptr_t address, uint64_t flags);

extern unsigned next_free_descriptor; /* in `gdt` */

#define STACK_BYTES 0x1000u
#define STACK_ABOVE_TOP 64u /* of them; they have the pattern too */
void stacks_init(void);
void tss_init(void);
void gdt_init(void);
void idt_init(void);

/* Whether these bytes, at most a page of them, can be read without a page fault. */
bool is_mapped(uintptr_t address, size_t size);

/* A 386 or an early 486 has neither CPUID nor CR4. */
bool has_cpuid(void);

/* The first of the words that CPUID doesn't confirm, or NULL. */
const char *missing_feature(const char *words);

#endif
