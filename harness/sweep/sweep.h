/*
 * sweep.h: what a sweep's author uses. A sweep declares its axes, and how one state of their product is set up; the harness
 * goes through the product, predicts by the specification, raises the event and compares. docs/sweeps.md shows how.
 */
#ifndef SWEEP_H
#define SWEEP_H

#include "spec.h"

/* ---- Axes. The first value of each is the ordinary one. ---- */

struct axis_value {
    const char *name;
    uint64_t value;
};
struct axis {
    const char *name;
    const struct axis_value *values;
    uint64_t count;
    bool flags; /* its values are bits of RFLAGS, which the harness sets: set_up() doesn't look at them */
};

#define AXIS(name, ...) \
    [name] = {#name, (const struct axis_value[]){__VA_ARGS__}, sizeof((const struct axis_value[]){__VA_ARGS__}) / sizeof(struct axis_value), false}
#define FLAGS(name, ...) \
    [name] = {#name, (const struct axis_value[]){__VA_ARGS__}, sizeof((const struct axis_value[]){__VA_ARGS__}) / sizeof(struct axis_value), true}
#define MOST_AXES 32

/* Axes that several sweeps have. */
#define CLEAR_FIRST \
    {"0", 0},       \
    {               \
        "1", 1      \
    }
#define SET_FIRST \
    {"1", 1},     \
    {             \
        "0", 0    \
    }
#define FLAG(bits) \
    {"0", 0},      \
    {              \
        "1", bits  \
    }
#define RINGS                     \
    {"0", 0}, {"1", 1}, {"2", 2}, \
    {                             \
        "3", 3                    \
    }
#define RING_3_FIRST              \
    {"3", 3}, {"0", 0}, {"1", 1}, \
    {                             \
        "2", 2                    \
    }

/* What a sweep defines. The array ends with an axis without a name. */
extern const char sweep_about[];
extern const struct axis sweep_axes[];
struct state;
void set_up(const uint64_t value[], struct state *state);
/* What it changes of the machine for all states, if it wants to. */
void prepare(void) __attribute__((weak));

#ifndef __x86_64__
#include "sweep32/sweep.h"
#else
#include "sweep/layout.h"
#include "x86_64.h"

/* ---- A state. ---- */

enum doing {
    DO_INT_N,
    DO_INT3,
    DO_INT1,
    DO_UD,
    DO_GP,
    DO_PF,
    DO_INTERRUPT,
    DO_NMI,
    DO_IRET16,
    DO_IRET32,
    DO_IRET64,
    DO_JMP16, /* far, by the pointer at RDI */
    DO_JMP32,
    DO_JMP64,
    DO_CALL16,
    DO_CALL32,
    DO_CALL64,
    DO_RET16, /* far */
    DO_RET32,
    DO_RET64,
    DO_RET16_N, /* of RELEASED bytes */
    DO_RET32_N,
    DO_RET64_N,
    DO_LOAD_ES, /* from AX; in the order of the registers' numbers */
    DO_LOAD_SS,
    DO_LOAD_DS,
    DO_LOAD_FS,
    DO_LOAD_GS,
    DO_LSS, /* by the pointer at RDI */
    DO_LFS,
    DO_LGS,
    DO_LAR, /* of AX, to EBX */
    DO_LSL,
    DO_VERR,
    DO_VERW,
    DO_LLDT,
    DO_LTR,
    DO_WRITE,  /* AL to RDI; DO_PF reads */
    DO_CHANGE, /* exchanges AL with the byte at RDI */
    DO_BRANCH, /* to RDI */
    DO_COUNT
};

struct state {
    struct machine machine; /* in which the instruction begins */
    enum doing doing;       /* the instruction, or what comes in its place */
    bool absent;            /* there is no such state */
};

/* The program's privilege level and mode. */
enum mode { IN_RING_0, IN_RING_1, IN_RING_2, IN_RING_3, IN_COMPAT_0, IN_COMPAT_3 };
#define MODES                                                                                                              \
    {"ring 0", IN_RING_0}, {"ring 3", IN_RING_3}, {"ring 1", IN_RING_1}, {"ring 2", IN_RING_2}, {"compat 0", IN_COMPAT_0}, \
    {                                                                                                                      \
        "compat 3", IN_COMPAT_3                                                                                            \
    }
void enter_mode(struct state *, enum mode);
static inline bool is_compat(const struct state *s)
{
    return !s->machine.segment[CS].l;
}

/* The vector of what DO_INT_N and its kin raise. */
unsigned vector_of(enum doing);

/* Where its instruction lies; set_up() may set RIP to another mapping of it. */
uintptr_t code_of(const struct state *);

/* Of DO_IRET16 and the others with a size: 2, 4, 8. */
unsigned size_of(enum doing);

/* Words of these tables, until the state is over. */
extern uint64_t gdt[], ldt[], idt[][2];
extern struct tss tss;
void poke(void *word, uint64_t value);

/* With a base of 0 and a limit of 4 GiB. */
void poke_descriptor(uint64_t *entry, unsigned type_and_s, unsigned dpl, unsigned p, unsigned l, unsigned db);

/* Words of this size from an address upwards, whatever the pages allow; those that no page has are left away. */
void put_words(uint64_t address, unsigned size, const uint64_t *words, unsigned count);

/* ---- Memory: all below 8 MiB one to one, for every ring; and these pages. ---- */

#define PAGE_MISSING 0x40001000ull
#define PAGE_READ_ONLY 0x40003000ull
#define PAGE_SUPERVISOR 0x40005000ull
#define PAGE_ABOVE_MISSING 0x40007000ull      /* the one below isn't there */
#define PAGE_ABOVE_READ_ONLY 0x40009000ull    /* the one below is read-only */
#define PAGE_LAST_LOW 0x00007ffffffff000ull   /* the last before non-canonical addresses */
#define PAGE_FIRST_HIGH 0xffff800000000000ull /* the first behind them */

/* Code that a sweep's instruction may lead to, besides LANDING and 64 KiB above it. Other places have none: no state may lead there. */
#define LANDING_SUPERVISOR (PAGE_SUPERVISOR + 0xc00)
#define LANDING_HIGH (PAGE_FIRST_HIGH + 0xc00)

/*
 * For prepare(): low memory becomes the supervisor's, which SMEP and SMAP want. Programs of ring 3 run at USER_CODE and more; and
 * PAGE_VARIED, whose entries are looked at behind each state, maps the page of LANDING. The LDT is in its last 8 bytes.
 */
void close_low_memory(void);
#define USER_CODE 0x50000000ull                            /* for ROM_COPY */
#define ROM_COPY 0x100000ull                               /* where the code lies */
#define PAGE_VARIED ((1ull << 46) | (LANDING & ~0xfffull)) /* of 1 GiB, 2 MiB, 4 KiB: all alike */
extern uint64_t *entry_of_varied[5];         /* by level */
extern const struct machine *const ordinary; /* the machine of the base */

/* For prepare(), a bit each: what is loaded anew before each state, and looked at behind it. */
#define WATCH_SEGMENTS 1u                                  /* ES, DS, FS, GS, LDTR, TR and RBX */
#define WATCH_REGISTERS 2u                                 /* RCX and R11, and loads RDX and RSI; handlers have to run in ring 0 */
#define WATCH_SYSTEM_CALLS 4u                              /* loads the MSRs of SYSCALL and SYSENTER, and EFER.SCE */
#define WATCH_DEBUG 8u                                     /* DR6 and DR7, and loads DR0 to DR3 */
void watch(unsigned what);

/*
 * Of a sweep with instructions of its own, which defines OWN_INSTRUCTIONS before it includes this: the one at RIP, by the specification. It ends with
 * "nop; int VECTOR_RAN_ON", whose NOP is executed by this, too. False: it raises the event. Of a repeated one an iteration is executed. Traps are
 * added to those that wait.
 */
extern const bool sweep_has_own;
#if defined(SWEEP_FILE) && defined(OWN_INSTRUCTIONS)
const bool sweep_has_own = true; /* a constant to the linker, so that no ROM holds what it never executes */
#elif defined(SWEEP_FILE)
const bool sweep_has_own = false;
#endif
bool execute_own(struct machine *, struct pending *, struct outcome *, struct event *) __attribute__((weak, noinline));

/* An engine that faults for ever fills its stack, and nothing else: the page below isn't there. */
struct stack_pages {
    uint8_t missing[0x1000];
    uint8_t page[0x1000];
};
extern struct stack_pages stack_of_program, stack_of_ring[3], stack_of_ist[7];
#define STACK_TOP(stack) ((uint64_t)(uintptr_t)(stack).page + 0x800)

/* Stack pointers that some rule tells apart, as values of an axis behind the ordinary ones. */
#define STACK_POINTERS                                                                                                                        \
    {"aligned", 0x800}, {"+8", 0x808}, {"+1", 0x801}, {"+7", 0x807}, {"+15", 0x80f}, {"missing", PAGE_MISSING + 0x800},                       \
        {"read-only", PAGE_READ_ONLY + 0x800}, {"supervisor", PAGE_SUPERVISOR + 0x800}, {"into missing", PAGE_ABOVE_MISSING + 0x18},          \
        {"into missing +8", PAGE_ABOVE_MISSING + 8}, {"into read-only", PAGE_ABOVE_READ_ONLY + 0x10}, {"at missing", PAGE_ABOVE_MISSING},     \
        {"non-canonical", 0x0000900000000000ull}, {"first non-canonical", PAGE_LAST_LOW + 0x1000}, {"last canonical", PAGE_LAST_LOW + 0xfff}, \
        {"last low", PAGE_LAST_LOW + 0x800}, {"high", PAGE_FIRST_HIGH + 0x800}, {"high, into non-canonical", PAGE_FIRST_HIGH + 0x20},         \
        {"high, first byte", PAGE_FIRST_HIGH}, {"zero", 0},                                                                                   \
    {                                                                                                                                         \
        "wraps", 0x20                                                                                                                         \
    }

/* A value of such an axis: an offset in this stack, or an address. */
static inline uint64_t stack_pointer(const struct stack_pages *stack, uint64_t value)
{
    return value - 0x800 < 0x10 ? (uint64_t)(uintptr_t)stack->page + value : value;
}

#endif
#endif
