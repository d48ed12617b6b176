/* own.h: what the parts of the harness of sweeps share. */
#ifndef SWEEP_OWN_H
#define SWEEP_OWN_H

#include "sweep/sweep.h"

/* Written by the host: trapframe/sweep/rom.py. */
struct parameters {
    uint64_t begin, end; /* rows of the plan */
    uint64_t rows;       /* of the whole plan; as many as the product has: that itself, in its order */
    uint64_t open;       /* choices that the vendor's manual leaves open, a bit each: Intel's, and from bit 32 on AMD's */
    uint32_t step;       /* says where it is at each multiple */
    uint32_t show;       /* tells all of each state */
    uint32_t pairs;      /* counts by pair of values */
    uint16_t given;      /* each row is the state of `at`, the numbers of its values */
    uint16_t anew;       /* predicts each state by itself: kept.c doesn't */
    uint8_t at[MOST_AXES];
    uint64_t bits; /* of the code, 64 or 32: the build writes it, and the host reads it */
};
extern const volatile struct parameters parameters;

/* plan.c: which states, in which order. */
void plan_begin(void);
uint64_t plan_product(void);
uint64_t plan_pairs(void);
void plan_row(uint64_t row, uint32_t at[MOST_AXES]);      /* number of the value on each axis */
unsigned plan_next(uint64_t row, uint32_t at[MOST_AXES]); /* `at` is of the row before; the first axis that may have another value now */
unsigned plan_axes(void);
uint32_t plan_count(unsigned axis); /* of its values */

/* pairs.c: how many states of each pair of values of two axes were compared, and how many differ; where the host asks for it. */
void count_pairs(const uint32_t at[MOST_AXES], bool differs);
void put_pairs(void);

/* arena.c: tables and memory. */
void arena_begin(void);
void arena_restore(void); /* what was poked */
void renew_poked(void);   /* what was poked, alone */
bool arena_renew(void);   /* what was poked is as set_up() left it, whatever came; false: set_up() has to do that */
void copy_machine(struct machine *to, const struct machine *from);
void unwrite_frame(const struct outcome *);  /* other values, unless it is where put_words() has written for this state */
void unwrite_pushed(const struct outcome *); /* by the instruction, in words of its size */
void set_image(const struct machine *);      /* that enter() makes */
void enter(const struct state *);            /* and back, behind the event */
extern struct machine base;
extern bool is_amd;

/* doing.c: the instruction, by the specification and on the machine. */
#define RAX_OF_STATE 0xfff8u /* a selector beyond the GDT, so that MOV to ES is #GP with an error code */
struct prediction {
    struct outcome step;     /* of the instruction, where the specification has it */
    struct outcome delivery; /* up to the handler */
};
void predict(struct machine *, enum doing, struct prediction *);
void arm(enum doing);    /* before the state is entered: an NMI or an interrupt that waits */
void disarm(enum doing); /* and behind it */

/* specification.c: flags by which something was decided. */
extern uint64_t flags_that_decided;

#ifdef __x86_64__
#define KEEPS_PREDICTIONS (!sweep_has_own)
extern unsigned watched;
#define WATCHED(what) (sweep_has_own && watched & (what))
void read_debug_registers(uint64_t *dr6, uint64_t *dr7); /* and disables breakpoints */
#define RDI_OF_STATE PAGE_MISSING
#define CR2_OF_STATE 0x123456789000ull
static inline void reset_cr2(void)
{
    if (read_cr2() != CR2_OF_STATE)
        write_cr2(CR2_OF_STATE);
}

/* enter.S */
struct captured {
    uint64_t vector, rsp, rflags, cs, ss, rbx, rcx, r11;
};
extern struct captured captured; /* enter_state() writes it */
struct image {
    uint64_t rip, cs, rflags, rsp, ss;
};
extern struct image entry_image;
#define FRAME_WORDS 5
enum { OF_SS, OF_RSP, OF_RFLAGS, OF_CS, OF_RIP, OF_ERROR };

/* Of two instructions: each of ten words has its own place in the sum. */
static inline uint64_t with_word(uint64_t sum, uint64_t value)
{
    return (sum << 7 | sum >> 57) + value;
}

/* `frame`: SS, and downwards from there in the order in which they were pushed. */
static inline uint64_t hash_of(const uint64_t *frame, bool has_error, uint64_t cr2)
{
    uint64_t sum = captured.vector;

    sum = with_word(sum, captured.rsp ^ captured.cs << 48 ^ captured.ss << 32);
    sum = with_word(sum, captured.rflags);
#pragma GCC unroll 5
    for (unsigned i = 0; i < FRAME_WORDS; i++)
        sum = with_word(sum, frame[-(int)i]);
    sum = with_word(sum, has_error ? frame[-OF_ERROR] : 0);
    sum = with_word(sum, cr2) * 0x9e3779b97f4a7c15;
    return sum ^ sum >> 29;
}
void enter_state(uint64_t rax, uint64_t rdi);
void enter_state_whole(uint64_t rax, uint64_t rdi, uint64_t rdx, uint64_t rcx, uint64_t rsi, uint64_t r11);
#else
#include "sweep32/own.h"
#endif

/* judge.c: what came against what must come. */
enum field { /* trapframe/sweep/told.py has their names */
             FIELD_VECTOR,
             FIELD_ERROR,
             FIELD_EXT, /* of the error code, and nothing else of it */
             FIELD_RIP,
             FIELD_CS,
             FIELD_RFLAGS,
             FIELD_RSP,
             FIELD_SS,
             FIELD_HANDLER_RSP,
             FIELD_HANDLER_CS,
             FIELD_HANDLER_RFLAGS,
             FIELD_HANDLER_SS,
             FIELD_CR2,
             FIELD_DR6,
             FIELD_DESCRIPTOR,
             FIELD_SEGMENTS, /* ES, DS, FS, GS of virtual-8086 mode in the frame */
             FIELD_HANDLER_SEGMENTS,
             FIELD_HANDLER_GPRS,
             FIELD_TR,
             FIELD_LDTR,
             FIELD_TSS,
             FIELD_PUSHED,  /* by the instruction */
             FIELD_ENTRIES, /* of paging */
             FIELD_DR6_BS,  /* FIELD_DR6: the others */
             FIELD_DR6_BD,  /* or DR7.GD */
             FIELD_DR6_BT,
             FIELD_TSS_LINK,
             FIELD_TSS_RIP,
             FIELD_TSS_RFLAGS,
             FIELD_STRAY, /* memory that nothing should have changed */
             FIELD_CR0,
             FIELD_CR3,
             FIELD_COUNT
};
_Static_assert(FIELD_COUNT <= 32, "a bit of difference.fields each");
struct difference {
    uint32_t fields;
    uint32_t flags, handler_flags; /* bits of RFLAGS that differ */
    uint16_t wanted, came;         /* vectors */
};
struct difference compare(const struct machine *, const struct prediction *);
uint64_t hash_of_outcome(void);
void note_entries(void); /* of paging, before the state is entered */
void take_outcome(void); /* the frame and control registers, before anything changes them */
void tell_outcome(const struct machine *, const struct prediction *);

/* kept.c: false: with other flags something else may come. `none` and `every`: of the flags in question are set. */
bool keep_prediction(const struct state *, struct machine *none, struct prediction *of_none, const struct machine *every,
                     const struct prediction *of_every);
/* Enters the state. What is to be counted: agreed, or what keep_class() said; NULL: the outcome is to be taken, and compared. */
uint64_t *enter_kept(const struct state *, uint64_t *agreed, uint64_t *sum);
void keep_class(struct difference, uint64_t *states);

/* classes.c: the differences, by what they have in common. */
uint64_t *note_difference(uint64_t row, uint32_t what, const struct prediction *, struct difference); /* how many states its class has */
void put_classes(void);
void tell_prediction(uint32_t what, const struct prediction *); /* its rules, and its class as far as they decide it */

#endif
