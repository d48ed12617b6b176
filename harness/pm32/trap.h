/* trap.h: what is known of the run so far: the program's start, the captured frames, its end. */
#ifndef TRAP_H
#define TRAP_H

#include "case32.h"
#include "common/run.h"
#include "pm32/layout.h"

#define MAX_FRAMES 12 /* more are a loop: the run ends */
#define SLOT_COUNT 12
#define MAX_TASKS 4 /* `main` is the first */
#define TSS_WORDS 26
#define TSS16_WORDS 11

_Static_assert(offsetof(struct start, edi) == EDI && offsetof(struct start, eip) == EIP && offsetof(struct start, eflags) == EFLAGS, "layout.h");
_Static_assert(offsetof(struct start, esp) == ESP && offsetof(struct start, ss) == SS && offsetof(struct start, gs) == GS, "layout.h");
_Static_assert(sizeof(struct start) == 80, "stubs.S, low.S");
_Static_assert(LOW_BEGIN == 16 * LOW_SEGMENT && LOW_SEGMENT == REAL_CODE, "layout.h");

/* Every word of every TSS and the type of its descriptor, at one time. */
struct tasks {
    struct {
        uint8_t type;
        uint32_t words[TSS_WORDS];
    } of[MAX_TASKS];
};

/* The registers of the processor: those of `start`, and those that no program starts with. */
struct state {
    struct start r;
    uint32_t tr, ldtr, cr0, cr3;
};

struct capture {
    unsigned interrupts; /* 0: the program, else the frame's number */
    unsigned vector;
    unsigned type;              /* of the IDT's gate; 0 in real mode */
    bool is_real;               /* the handler runs in real mode */
    uint32_t slots_at;          /* linear */
    uint32_t slots[SLOT_COUNT]; /* in real mode 2-byte words */
    struct state at;            /* as the handler found it; cr2, dr6, dr7 read right after */
    struct tasks tasks;
};

extern struct capture captures[MAX_FRAMES];
extern struct state program_final;
extern struct tasks tasks_before, tasks_final; /* before the start, and at the program's end */

/* What the program or a handler goes on with, for program.S. */
extern struct start going;
void go_on(void (*way)(void)) __attribute__((noreturn));
void set_gate_stack_aside(void); /* before CPL 0 is left */
void set_smap_aside(void);
uint32_t program_cr4(void); /* with what was set aside */
void restore_gate_stack(uint32_t esp, uint32_t size);

/* Ways, each called with `going` set. */
void go_to_vm86(void);
void go_to_outer(void);
void go_by_iret(void);
void go_by_jump(void);
void go_by_jump_with_if(void);
void go_to_real_mode(void);
void (*way_to(bool by_jump))(void);
extern uint32_t going_frame[9];

extern uint8_t program_end16[], program16_ended[];
void leave_program(void) __attribute__((noreturn));
extern uint8_t stubs_begin[], stubs_end[], capture_stubs[], real_stubs[], return_by_iretw[];
#define STUB_SIZE 16u

/* A stub's entry, behind its IRET. */
static inline uintptr_t stub_of(unsigned vector)
{
    return (uintptr_t)capture_stubs + vector * STUB_SIZE + 1;
}

/* idt.c: for a handler in this code segment, whose CPL may be 3. */
void open_stubs(uint32_t selector);

/* segments.c */
struct segment {
    uint32_t base;
    uint32_t limit; /* in bytes */
    uint8_t type;   /* with S, as in enum descriptor_type; 0 where there is none */
    uint8_t dpl;
    bool d;
};
struct segment segment_of(uint32_t selector);
bool is_flat_data(uint32_t selector);
uint32_t stack_address(uint32_t ss, uint32_t esp); /* linear */

/* frame.c: a frame of whatever shape, as five 32-bit words, and back. */
bool vector_has_error_code(unsigned vector); /* by the manual */
bool has_error_code(const struct capture *c);
struct interrupt_frame load_frame(const struct capture *c);
void store_frame(const struct capture *c, struct interrupt_frame frame);

/* tasks.c */
extern bool tasks_recorded;
void read_tasks(struct tasks *now);
const struct task *task_of(uint32_t selector); /* NULL: none of them */
unsigned task_count(void);
const struct task *task_number(unsigned number);
struct tss32 *current_tss(void); /* of the TSS in TR if it is a 32-bit one, else NULL */

/* The pattern of a general register, by its number in instructions: docs/record.md. */
uint32_t start_gpr(unsigned number);

/* real.c and low.S */
extern struct table_register real_idtr;
extern struct start low_state;
extern uint8_t low_vector, low_reason, low_iret[], vm86_halt[];
void low_init(void);
void in_real_mode(void);
void (*prepare_real_mode(bool by_jump))(void);
void capture_in_real_mode(void);

#endif
