/*
 * shared.h: what a case's author uses in every environment. case.h, case32.h and case16.h add what each has of its own:
 * the state `start`, the frame, gates, stacks, selectors. They say in ROW_ENVIRONMENT what a row's .env is.
 */
#ifndef SHARED_H
#define SHARED_H

#include "x86.h"

/* ---- What a case says of itself; the host reads it from the ELF file. ---- */

enum environment { LONG64 = 0, COMPAT32 = 1, PM32 = 2, REAL16 = 3 };

#define NO_EXCEPTION (-1) /* .vector: nothing may be raised, the program runs to its end */
#define SHUTDOWN (-2)     /* .vector: triple fault */
#define NO_ERROR (-1)     /* .error: the vector pushes no error code */

#define AT_FAULT "fault" /* .saved_rip: the label of the instruction itself */
#define AFTER "after"    /* ... the one behind it */
#define UNDEFINED "undefined"

/* Eight bytes at both widths, as the host reads it. */
#define WIDE(declaration, name)    \
    union {                        \
        declaration;               \
        uint64_t name##_and_above; \
    }

struct case_info {
    WIDE(const char *name, name);           /* the variant's name; none in a file of one case */
    WIDE(const char *about, about);         /* one line: state, instruction, what is special */
    WIDE(const char *spec, spec);           /* manual, volume, "section title" */
    WIDE(const char *id, id);               /* rows of the catalogue, separated by blanks */
    WIDE(const char *tags, tags);           /* words to select by; none needed */
    WIDE(void (*run)(void), run);           /* CASE uses run() */
    uint64_t arg[2];                        /* the variant's parameters, for run() */
    int32_t env;                            /* enum environment */
    int32_t vector;                         /* of the first frame */
    int64_t error;                          /* of the first frame */
    WIDE(const char *saved_rip, saved_rip); /* of the first frame: a label */
    WIDE(const char *needs, needs);         /* CPU features, by the names in harness/common/feature.c; !NAME: the CPU must lack it */
    uint32_t resumes;                       /* 1: the program runs to its end in spite of the exception */
    uint32_t size;                          /* sizeof(struct case_info); the macros set it */
};
_Static_assert(sizeof(struct case_info) == 104, "trapframe/suite/case.py reads this layout");

#define CASE_TABLE                      \
    const char case_file[] = CASE_FILE; \
    __attribute__((section(".case_info"), used, aligned(8))) const struct case_info
extern const char case_file[]; /* FAMILY/FILE, from the Makefile */

/* One file, one case: CASE(.about = ..., ...); void run(void) { ... } */
#define CASE(...)   \
    void run(void); \
    CASE_TABLE case_rows[1] = {{.run = run, ROW_ENVIRONMENT.size = sizeof(struct case_info), __VA_ARGS__}}

/* One file, several cases: VARIANTS({VARIANT, .name = "one", .run = one, ...}, {VARIANT, ...}); names join with '_'. */
#define VARIANTS(...) CASE_TABLE case_rows[] = {__VA_ARGS__}
#define VARIANT ROW_ENVIRONMENT.size = sizeof(struct case_info)

/* The row that runs now. */
extern const struct case_info *current_case;
#define ARG0 (current_case->arg[0])
#define ARG1 (current_case->arg[1])

/* ---- The program under test. Intel syntax, as in the manual; no % and no $. ---- */

struct program {
    uintptr_t entry;
    uintptr_t labels; /* of struct label, see ASSEMBLE */
};

/* Names this place in the program; saved_rip and the golden file speak of it. A list of labels ends with the address 0. */
struct label {
    uint64_t address;
    char name[24];
};
_Static_assert(sizeof(struct label) == 32, "what MARK writes");
#define MARK_AS(address, name) "771:\n.pushsection .labels, \"a\"\n" address "\n.asciz \"" #name "\"\n.balign 32\n.popsection\n"
#define MARK(name) MARK_AS(".long 771b, 0", name)
#define MARK_OFFSET(name) MARK_AS(".quad 771b - 600b", name) /* in a code segment whose base is the program's first byte */

#ifdef __x86_64__
#define HARNESS_CODE ".code64"
#else
#define HARNESS_CODE ".code32"
#endif

#define ASSEMBLE_IN(section, bits, text, end)                                                                                               \
    __extension__({                                                                                                                         \
        struct program program_;                                                                                                            \
        __asm__ volatile(".pushsection .labels, \"a\"\n.balign 32\n661:\n.popsection\n"                                                     \
                         ".pushsection " section ", \"ax\"\n.balign 64, 0xcc\n600:\n.code" #bits "\n.intel_syntax noprefix\n" text "\n" end \
                         "\n.att_syntax prefix\n" HARNESS_CODE "\n.popsection\n"                                                            \
                         ".pushsection .labels, \"a\"\n.long 0, 0, 0, 0, 0, 0, 0, 0\n.popsection\n"                                         \
                         "movl $600b, %k0\nmovl $661b, %k1"                                                                                 \
                         : "=&r"(program_.entry), "=&r"(program_.labels));                                                                  \
        program_;                                                                                                                           \
    })
#define ASSEMBLE_AS(bits, text, end) ASSEMBLE_IN(".text.program", bits, text, end)

/*
 * Runs it from the state `start`, by IRET. Returns when the program came to its end; an exception whose action isn't
 * to resume ends the whole run instead. Once a case.
 */
void run_program(struct program program);

/* ---- Gates and handlers. ---- */

struct gate;
struct gate_options;
struct interrupt_frame;

/* The capturing stub of a vector behind a gate with these options: set_gate(VEC_GP, .ist = 1). */
#define set_gate(vector, ...) set_gate_options((vector), (struct gate_options){__VA_ARGS__})
void set_gate_options(unsigned vector, struct gate_options options);
struct gate *gate_of(unsigned vector); /* in `idt`, for what no option says */

/* What happens after the capture of a vector. Without an action the run ends there. */
struct capture;
typedef void action(struct interrupt_frame *frame, struct capture *capture);
void on_exception(unsigned vector, action *act);
action resume;               /* IRET to where the frame says */
action resume_after;         /* IRET to the label `after` */
action stop_stepping;        /* IRET with TF=0 in the image */
action step_over_breakpoint; /* IRET with RF=1 in the image: the instruction's own breakpoint is ignored once */

void on_exception_run(unsigned vector, struct program program);

void lidt(uintptr_t base, uint16_t limit);

/* ---- Stacks: 4 KiB each, filled with a pattern, an unmapped guard page below; enum stack has their names. ---- */

uintptr_t stack_base(unsigned stack); /* lowest byte; below it is the guard page */
uintptr_t stack_top(unsigned stack);  /* 64 bytes of pattern above it belong to the stack */

/* ---- Segments. ---- */

extern uint64_t gdt[];
uint16_t add_descriptor(const char *name, uint64_t descriptor); /* selector with RPL 0 */
void lgdt(uintptr_t base, uint16_t limit);
void lldt(uint16_t selector);
#define SELECTOR_TI 4u
void set_tss_limit(uint16_t limit);            /* of the TSS in TR: a new descriptor, and LTR */
void load_tss(uintptr_t base, uint16_t limit); /* the same for a TSS elsewhere, a copy of `tss` */

/* ---- Paging. ---- */

/*
 * A zeroed page at a linear address of its own with nothing around it, in the record's places. Flags: PAGE_*.
 * Without PAGE_PRESENT the entry keeps the other bits and the frame, so repairing means setting one bit.
 */
uintptr_t map_page(const char *name, uint64_t flags);
uintptr_t map_page_at(const char *name, uintptr_t address, uint64_t flags);
uintptr_t map_pages(const char *name, unsigned count, uint64_t flags); /* adjacent ones, one place */
void map_frame(uintptr_t address, uint64_t physical, uint64_t flags);  /* no name, no allocation but tables */
void change_page(uintptr_t address, uint64_t clear, uint64_t set);     /* PTE bits, and INVLPG */
void unmap_page(uintptr_t address);
void *frame_of(uintptr_t address); /* the page's memory through the one-to-one mapping, whatever its entry says */
/* A copy of a table: its first `head` bytes end a present page, the others begin a page that isn't. The place is both pages. */
uintptr_t split_table(const char *name, const void *table, size_t size, size_t head);
void name_place(const char *name, uintptr_t address, size_t size); /* memory that the record shall name */

/* ---- More facts for the record. ---- */

void note(const char *name, uint64_t value);
void record_memory(const char *name, const volatile void *memory, size_t size); /* read at the end of the run */
/* A page-table entry without its address, at the end of the run: record_entry("pte", page_entry(page, 1)). */
#define record_entry(name, entry) record_entry_of((name), (entry), sizeof(*(entry)))
void record_entry_of(const char *name, const void *entry, size_t size);
void at_end(void (*reader)(void)); /* runs before the report, to note() what there is to see */

/* ---- Local APIC. ---- */

#define APIC_BASE 0xfee00000u
#define APIC_ID 0x020u
#define APIC_TPR 0x080u
#define APIC_EOI 0x0b0u
#define APIC_SVR 0x0f0u
#define APIC_ISR 0x100u
#define APIC_IRR 0x200u
#define APIC_ESR 0x280u
#define APIC_ICR_LOW 0x300u
#define APIC_ICR_HIGH 0x310u
#define APIC_LVT_TIMER 0x320u
#define APIC_LVT_LINT0 0x350u
#define APIC_LVT_LINT1 0x360u
#define APIC_LVT_ERROR 0x370u
#define APIC_TIMER_INITIAL 0x380u
#define APIC_TIMER_DIVIDE 0x3e0u
void enable_apic(void); /* maps it and sets SVR's enable bit, spurious vector 0xff */
uint32_t apic_read(uint32_t reg);
void apic_write(uint32_t reg, uint32_t value);
bool apic_bit(uint32_t bank, unsigned vector); /* APIC_IRR or APIC_ISR */
void send_self(unsigned vector);               /* by the ICR; returns when the IRR has it */
void send_self_nmi(void);
void block_nmi(void);    /* NMIs wait from here on, as in an NMI's handler, until the next IRET: the one that starts the program */
action end_of_interrupt; /* tells the APIC, then resumes */

/* ---- Breakpoints. ---- */

/* Sets DRn and its bits in start.dr7. */
void set_breakpoint(unsigned n, uintptr_t address, enum breakpoint_type type, enum breakpoint_length length);
uintptr_t label_of(struct program program, const char *name);
uintptr_t recorded_label(const char *name); /* of any program of this case, once it runs */

#endif
