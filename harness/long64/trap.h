/* trap.h: what is known of the run so far: the program's start, the captured frames, its end. */
#ifndef TRAP_H
#define TRAP_H

#include "case.h"
#include "common/run.h"
#include "long64/layout.h"

#define MAX_FRAMES 12 /* more are a loop: the run ends */
#define SLOT_COUNT 8

/* In the encoding order of the instruction set; RSP's place holds something else or nothing. */
struct registers {
    uint64_t rax, rcx, rdx, rbx, rsp, rbp, rsi, rdi, r8, r9, r10, r11, r12, r13, r14, r15;
};
_Static_assert(offsetof(struct registers, rsp) == HANDLER_RSP && offsetof(struct registers, r15) == R15, "layout.h");

/* What common in stubs.S stores. */
struct entry_state {
    struct registers registers; /* rsp: as the handler found it */
    uint64_t rflags, cs, ss;
};
_Static_assert(offsetof(struct entry_state, rflags) == HANDLER_RFLAGS && offsetof(struct entry_state, ss) == HANDLER_SS, "layout.h");

struct segments {
    uint64_t ds, es, fs, gs, fs_base, gs_base;
};

struct capture {
    unsigned interrupts; /* 0: the program, else the frame's number */
    unsigned vector;
    uint64_t slots[SLOT_COUNT];
    struct entry_state entry;
    struct segments segments;
    uint64_t cr2, dr6, dr7;
};

/* What program_end in program.S stores; CPL 3 writes it. */
struct program_final {
    struct registers registers;
    uint64_t rflags, ds, es, fs, gs;
    uint64_t scratch[4]; /* a stack for PUSHFQ */
};
_Static_assert(offsetof(struct program_final, rflags) == FINAL_RFLAGS && offsetof(struct program_final, gs) == FINAL_GS, "layout.h");

extern struct capture captures[MAX_FRAMES];
extern struct program_final program_final;
extern struct segments final_segments;
extern struct watched {
    bool sse, x87, avx;
} watched;
/* As FXSAVE and XSAVE have it. */
extern struct state_image {
    uint8_t bytes[832];
} __attribute__((aligned(64))) state_start, state_end;
void fill_state(void); /* what is watched gets its pattern in state_start */
void load_state(void);
void keep_state(void);

/* Does the frame begin with an error code? In IA-32e mode the frame's start is 16-byte aligned, so its length shows. */
static inline bool has_error_code(uint64_t handler_rsp)
{
    return (handler_rsp & 15) == 0;
}

/* The words from an address upwards; 0 for one that can't be read. */
void read_slots(uintptr_t address, uint64_t slots[SLOT_COUNT]);

/* The pattern of a general register, by its number in instructions: docs/record.md. */
uint64_t start_gpr(unsigned number);
void start_patterns(void);

struct segments read_segments(void);

/* Without the bases. */
static inline struct segments read_selectors(void)
{
    struct segments s = {0};
    uint32_t selector;

    __asm__ volatile("movl %%ds, %0" : "=r"(selector));
    s.ds = selector;
    __asm__ volatile("movl %%es, %0" : "=r"(selector));
    s.es = selector;
    __asm__ volatile("movl %%fs, %0" : "=r"(selector));
    s.fs = selector;
    __asm__ volatile("movl %%gs, %0" : "=r"(selector));
    s.gs = selector;
    return s;
}

/* The program came to its end. */
void keep_final(void);

#endif
