/*
 * sweep.h: what the author of a sweep of 32-bit protected mode uses, and of the 16-bit and virtual-8086 code in it; the axes
 * are those of sweep/sweep.h, which includes this.
 */
#ifndef SWEEP32_SWEEP_H
#define SWEEP32_SWEEP_H

#include "sweep/sweep.h"
#include "sweep32/layout.h"
#include "x86_32.h"

/* ---- A state. ---- */

enum doing {
    DO_INT_N,
    DO_INT3,
    DO_INTO,
    DO_UD,
    DO_GP,
    DO_PF,
    DO_INTERRUPT,
    DO_IRET32,
    DO_IRET16,
    DO_RETF32,
    DO_RETF16,
    DO_JMPF32, /* by the pointer at ESI */
    DO_CALLF32,
    DO_LOAD_ES,
    DO_LOAD_SS,
    DO_LOAD_DS,
    DO_LOAD_FS,
    DO_LOAD_GS,
    DO_LAR,
    DO_LSL,
    DO_VERR,
    DO_VERW,
    DO_ARPL,
    DO_LLDT,
    DO_LTR,
    DO_OPERAND,                            /* + operand_form() */
    DO_OTHERWISE = DO_OPERAND + 6 * 3 * 2, /* of real-address mode: sweep32/real.h */
    DO_COUNT
};

/* MOV of EAX, AX or AL to or from the operand at ESI in this segment. */
static inline unsigned operand_form(unsigned segment, unsigned size, bool write)
{
    return (segment * 3 + (size == 4 ? 2 : size - 1)) * 2 + write;
}

struct state {
    struct machine machine; /* in which the instruction begins */
    enum doing doing;       /* the instruction, or what comes in its place */
    bool absent;            /* there is no such state */
};

/* The program's privilege level, and the size of its code. */
enum mode { IN_RING_0, IN_RING_1, IN_RING_2, IN_RING_3, IN_CODE16_0, IN_CODE16_3, IN_VM86 };
#define MODES                                                                                                                   \
    {"ring 3", IN_RING_3}, {"ring 0", IN_RING_0}, {"ring 1", IN_RING_1}, {"ring 2", IN_RING_2}, {"16-bit ring 3", IN_CODE16_3}, \
        {"16-bit ring 0", IN_CODE16_0},                                                                                         \
    {                                                                                                                           \
        "vm86", IN_VM86                                                                                                         \
    }
void enter_mode(struct state *, enum mode);
static inline bool is_vm86(const struct state *s)
{
    return s->machine.rflags & EFLAGS_VM;
}

/* The vector of what DO_INT_N and its kin raise. */
unsigned vector_of(enum doing);

/* Entries of these tables, until the state is over. */
extern uint64_t gdt[], ldt[], idt[];
extern struct tss32 tss, df_tss;
#define TSS_ALIGNMENT 128 /* so that none lies on two pages, and what is stored tells its field */
void poke(void *word, uint32_t value);
void poke_descriptor(uint64_t *entry, uint64_t descriptor);

/* By the fields of SDM 3A "Segment Descriptors"; `type` with S; the limit in units of G. */
static inline uint64_t descriptor_of(uint32_t base, uint32_t limit, unsigned type, unsigned dpl, unsigned p, unsigned db, unsigned g)
{
    return (limit & 0xffff) | (uint64_t)(base & 0xffffff) << 16 | (uint64_t)type << 40 | (uint64_t)dpl << 45 | (uint64_t)p << 47 |
           (uint64_t)(limit >> 16 & 15) << 48 | (uint64_t)db << 54 | (uint64_t)g << 55 | (uint64_t)(base >> 24) << 56;
}
/* As a load of it leaves a segment register; `state->machine` has it then, and so has the machine. */
struct segment segment_of(uint16_t selector);

/* A GDT of so many entries, the last one there by half; for prepare(). */
void load_gdt(unsigned entries);
/* Another directory with the same tables; pm32/paging.c. */
uint32_t *copy_page_directory(void);
/* Nothing but what is predicted may change there; for prepare(). */
void watch_memory(const void *from, unsigned bytes);

/* Words of this size from a linear address upwards, whatever the pages allow; those that no page has are left away. */
/* Nor are those written over before the state begins that an author has put there. */
void keep(uint32_t begin, uint32_t end);
void put_words(uint32_t address, unsigned size, const uint32_t *words, unsigned count);

/* ---- Memory: all below 8 MiB one to one, for every ring, but what is named here. ---- */

#define LOW_MISSING 0x3000u /* no page, below 64 KiB */
#define PAGE_READ_ONLY 0x40003000u
#define PAGE_SUPERVISOR 0x40005000u
#define INT_RAN_ON (0xcd | VECTOR_RAN_ON << 8)       /* code of a landing: INT n, which all modes have */
#define LANDING_SUPERVISOR (PAGE_SUPERVISOR + 0xc00) /* code, where no stack reaches */
#define PAGE_MISSING 0x40007000u

/* Stacks of a page, below 1 MiB so that virtual-8086 mode reaches them. The pages above and below aren't there. */
enum stack { OF_PROGRAM, OF_RING_0, OF_RING_1, OF_RING_2, OF_TASK, STACK_COUNT };
#define STACK_PAGE(stack) (STACKS_BEGIN + 0x2000u * (stack))
_Static_assert(STACK_PAGE(STACK_COUNT) == STACKS_END, "layout.h");
#define STACK_MIDDLE 0x800u

/*
 * Stack segments and stack pointers that some rule tells apart: a kind of segment, and how many bytes can be pushed.
 */
enum stack_kind { FLAT, STACK_16, DOWN, DOWN_16, TO_LIMIT, BEYOND_LIMIT, FROM_0, FROM_0_16, WRAPS, ODD, READ_ONLY, SUPERVISOR, MISSING };
#define STACK_KINDS                                                                                                                                  \
    {"flat", FLAT}, {"16-bit", STACK_16}, {"down", DOWN}, {"down, 16-bit", DOWN_16}, {"to the limit", TO_LIMIT}, {"beyond the limit", BEYOND_LIMIT}, \
        {"from 0", FROM_0}, {"from 0, 16-bit", FROM_0_16}, {"wraps", WRAPS}, {"odd", ODD}, {"read-only page", READ_ONLY},                            \
        {"supervisor page", SUPERVISOR},                                                                                                             \
    {                                                                                                                                                \
        "missing page", MISSING                                                                                                                      \
    }
/* Bytes: around what frames have. */
#define STACK_ROOMS                                                                                                                          \
    {"plenty", 0x400}, {"0", 0}, {"1", 1}, {"5", 5}, {"6", 6}, {"7", 7}, {"8", 8}, {"9", 9}, {"10", 10}, {"11", 11}, {"12", 12}, {"13", 13}, \
        {"15", 15}, {"16", 16}, {"17", 17}, {"18", 18}, {"19", 19}, {"20", 20}, {"23", 23}, {"24", 24}, {"35", 35}, {"36", 36}, {"39", 39},  \
    {                                                                                                                                        \
        "40", 40                                                                                                                             \
    }
struct shape {
    uint32_t base, limit; /* in units of G */
    uint32_t esp;
    uint8_t down, db, g;
};
struct shape shape_of(enum stack, enum stack_kind, unsigned room);
static inline uint64_t stack_descriptor(const struct shape *s, unsigned type, unsigned dpl, unsigned p)
{
    return descriptor_of(s->base, s->limit, type | (s->down ? 4u : 0u), dpl, p, s->db, s->g);
}

#endif
