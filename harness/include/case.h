/*
 * case.h: all that a case's author uses. A case sets up the machine in run(), then lets one program of a few
 * instructions loose on it; the harness captures every exception that is delivered and reports it to the host.
 * A case never judges. docs/writing-a-case.md shows how.
 */
#ifndef CASE_H
#define CASE_H

#include "x86.h"

/* ---- What a case says of itself; the host reads it from the ELF file. ---- */

enum environment { LONG64 = 0, COMPAT32 = 1 };

#define NO_EXCEPTION (-1) /* .vector: nothing may be raised, the program runs to its end */
#define SHUTDOWN (-2)     /* .vector: triple fault */
#define NO_ERROR (-1)     /* .error: the vector pushes no error code */

#define AT_FAULT "fault" /* .saved_rip: the label of the instruction itself */
#define AFTER "after"    /* ... the one behind it */
#define UNDEFINED "undefined"

struct case_info {
    const char *name;      /* the variant's name; none in a file of one case */
    const char *about;     /* one line: state, instruction, what is special */
    const char *spec;      /* manual, volume, "section title" */
    const char *id;        /* rows of the catalogue, separated by blanks */
    const char *tags;      /* words to select by; none needed */
    void (*run)(void);     /* CASE uses run() */
    uint64_t arg[2];       /* the variant's parameters, for run() */
    int32_t env;           /* enum environment */
    int32_t vector;        /* of the first frame */
    int64_t error;         /* of the first frame */
    const char *saved_rip; /* of the first frame: a label */
    const char *needs;     /* CPU features, by the names in harness/cpu/feature.c; !NAME: the CPU must lack it */
    uint32_t resumes;      /* 1: the program runs to its end in spite of the exception */
    uint32_t size;         /* sizeof(struct case_info); the macros set it */
};
_Static_assert(sizeof(struct case_info) == 104, "trapframe/suite/case.py reads this layout");

#define CASE_TABLE                      \
    const char case_file[] = CASE_FILE; \
    __attribute__((section(".case_info"), used, aligned(8))) const struct case_info
extern const char case_file[]; /* FAMILY/FILE, from the Makefile */

/* One file, one case: CASE(.about = ..., ...); void run(void) { ... } */
#define CASE(...)   \
    void run(void); \
    CASE_TABLE case_rows[1] = {{.run = run, .size = sizeof(struct case_info), __VA_ARGS__}}

/* One file, several cases: VARIANTS({VARIANT, .name = "one", .run = one, ...}, {VARIANT, ...}); names join with '_'. */
#define VARIANTS(...) CASE_TABLE case_rows[] = {__VA_ARGS__}
#define VARIANT .size = sizeof(struct case_info)

/* The row that runs now. */
extern const struct case_info *current_case;
#define ARG0 (current_case->arg[0])
#define ARG1 (current_case->arg[1])

/* ---- The program under test. Intel syntax, as in the manual; no % and no $. ---- */

struct program {
    uintptr_t entry;
    uintptr_t labels; /* of struct label, see ASSEMBLE */
};

/* Names this place in the program; saved_rip and the golden file speak of it. */
#define MARK(name) "771:\n.pushsection .labels, \"a\"\n.quad 771b\n.asciz \"" #name "\"\n.balign 32\n.popsection\n"

#define ASSEMBLE_AS(bits, text, end)                                                                                                    \
    __extension__({                                                                                                                     \
        struct program program_;                                                                                                        \
        __asm__ volatile(".pushsection .labels, \"a\"\n.balign 32\n661:\n.popsection\n"                                                 \
                         ".pushsection .text.program, \"ax\"\n.balign 64\n600:\n.code" #bits "\n.intel_syntax noprefix\n" text "\n" end \
                         "\n.att_syntax prefix\n.code64\n.popsection\n"                                                                 \
                         ".pushsection .labels, \"a\"\n.quad 0, 0, 0, 0\n.popsection\n"                                                 \
                         "movl $600b, %k0\nmovl $661b, %k1"                                                                             \
                         : "=&r"(program_.entry), "=&r"(program_.labels));                                                              \
        program_;                                                                                                                       \
    })

/* A program that runs to its end unless an exception ends it: 64-bit code, or 32-bit code for compatibility mode. */
#define ASSEMBLE(text) ASSEMBLE_AS(64, text, "jmp program_end")
#define ASSEMBLE32(text) ASSEMBLE_AS(32, text, "jmp program_end32")
#define PROGRAM(text) run_program(ASSEMBLE(text))
#define PROGRAM32(text) run_program(ASSEMBLE32(text))

/* The program of one instruction, from label fault to label after. */
#define FAULT(instruction) PROGRAM(MARK(fault) instruction "\n" MARK(after))
#define FAULT32(instruction) PROGRAM32(MARK(fault) instruction "\n" MARK(after))

/*
 * Runs it from the state `start`, by IRETQ. Returns when the program came to its end; an exception whose action isn't
 * to resume ends the whole run instead. Once a case.
 */
void run_program(struct program program);

/* Pushes what IRETQ pops on the stack that the program starts with. */
void push_image(struct interrupt_frame image);

/* The state that the program starts with. Patterns (docs/record.md) unless the case sets something. */
struct start {
    uint64_t rax, rcx, rdx, rbx, unused_rsp, rbp, rsi, rdi, r8, r9, r10, r11, r12, r13, r14, r15;
    uint64_t rip, cs, rflags, rsp, ss; /* as IRETQ takes them; rip is the program's own unless set */
    uint64_t ds, es, fs, gs, fs_base, gs_base;
    uint64_t cr2, dr6, dr7;
};
extern struct start start;
_Static_assert(offsetof(struct start, rip) == 128 && offsetof(struct start, ds) == 168, "trap/program.S knows these offsets");

void in_user_mode(void);         /* CPL 3, 64-bit code; opens the program's pages to CPL 3 */
void in_compat_kernel(void);     /* CPL 0, 32-bit code */
void in_compat_user(void);       /* CPL 3, 32-bit code */
void watch_sse(void);            /* XMM registers get patterns, and are part of the record's end */
void user_may_run_program(void); /* what in_user_mode does to the pages, alone */

/* ---- Gates and handlers. ---- */

struct gate_options {
    unsigned ist;
    unsigned dpl;
    unsigned type; /* enum gate_type; 0 is GATE_INTERRUPT */
    bool not_present;
    uint16_t selector; /* 0 is SEL_KERNEL_CODE64 */
};

extern struct idt idt;

/* The capturing stub of a vector behind a gate with these options: set_gate(VEC_GP, .ist = 1). */
#define set_gate(vector, ...) set_gate_options((vector), (struct gate_options){__VA_ARGS__})
void set_gate_options(unsigned vector, struct gate_options options);
struct gate *gate_of(unsigned vector); /* in `idt`, for what no option says */

/*
 * A handler in C with the compiler's interrupt calling convention: set_handler(&idt.page_fault, my_handler, .ist = 2).
 * The gate's type decides the handler's: a wrong kind doesn't compile.
 */
#define set_handler(gate_, handler_, ...)                   \
    _Generic((gate_), struct gate_plain *                   \
             : set_plain_handler, struct gate_error *       \
             : set_error_handler, struct gate_abort *       \
             : set_abort_handler, struct gate_abort_error * \
             : set_abort_error_handler)(gate_, handler_, (struct gate_options){__VA_ARGS__})
void set_plain_handler(struct gate_plain *, handler *, struct gate_options);
void set_error_handler(struct gate_error *, handler_error *, struct gate_options);
void set_abort_handler(struct gate_abort *, handler_abort *, struct gate_options);
void set_abort_error_handler(struct gate_abort_error *, handler_abort_error *, struct gate_options);

/* What happens after the capture of a vector. Without an action the run ends there. */
struct capture;
typedef void action(struct interrupt_frame *frame, struct capture *capture);
void on_exception(unsigned vector, action *act);
action resume;               /* IRETQ to where the frame says */
action resume_after;         /* IRETQ to the label `after` */
action stop_stepping;        /* IRETQ with TF=0 in the image */
action step_over_breakpoint; /* IRETQ with RF=1 in the image: the instruction's own breakpoint is ignored once */

/*
 * The handler goes on with this program: the interrupted registers, the handler's own stack. Its end is IRETQ to
 * where the frame says. on_exception_run(VEC_UD, HANDLER(MARK(inner) "int3\n"))
 */
#define HANDLER(text) ASSEMBLE_AS(64, text, "jmp handler_end")
void on_exception_run(unsigned vector, struct program program);

void lidt(uintptr_t base, uint16_t limit);

/* ---- Stacks: 4 KiB each, filled with a pattern, an unmapped guard page below. ---- */

enum stack {
    STACK_KERNEL,
    STACK_USER,
    STACK_RSP0,
    STACK_RSP1,
    STACK_RSP2,
    STACK_IST1,
    STACK_IST7 = STACK_IST1 + 6,
    STACK_BOOT,
    STACK_CAPTURE,
    STACK_COUNT
};
uintptr_t stack_base(enum stack stack); /* lowest byte; below it is the guard page */
uintptr_t stack_top(enum stack stack);  /* 64 bytes of pattern above it belong to the stack */
#define STACK_IST(n) ((enum stack)(STACK_IST1 + (n)-1))

extern struct tss tss;

/* ---- Segments. ---- */

#include <selectors.h> /* by the folders that the compiler is given: as a Linux program there are others */

extern uint64_t gdt[];
#define GDT_LIMIT 0x167u
uint16_t add_descriptor(const char *name, uint64_t descriptor);                /* selector with RPL 0 */
uint16_t add_system_descriptor(const char *name, uint64_t low, uint64_t high); /* 16 bytes */
void lgdt(uintptr_t base, uint16_t limit);
void lldt(uint16_t selector);
#define SELECTOR_TI 4u
void set_tss_limit(uint16_t limit);            /* of the TSS in TR: a new descriptor, and LTR */
void load_tss(uintptr_t base, uint16_t limit); /* the same for a TSS elsewhere, a copy of `tss` */

/* ---- Paging: 4-level, the first 8 MiB one to one (supervisor, writable; 2 MiB by 4-KiB pages, then by 2-MiB pages), page 0 not present. ---- */

/*
 * A zeroed page at a linear address of its own with nothing around it, in the record's places. Flags: PAGE_*.
 * Without PAGE_PRESENT the entry keeps the other bits and the frame, so repairing means setting one bit.
 */
uintptr_t map_page(const char *name, uint64_t flags);
uintptr_t map_page_at(const char *name, uintptr_t address, uint64_t flags);
uintptr_t map_pages(const char *name, unsigned count, uint64_t flags); /* adjacent ones, one place */
void map_frame(uintptr_t address, uint64_t physical, uint64_t flags);  /* no name, no allocation but tables */
uint64_t *page_entry(uintptr_t address, unsigned level);               /* 1 PTE, 2 PDE, 3 PDPTE, 4 PML4E; NULL without tables */
void change_page(uintptr_t address, uint64_t clear, uint64_t set);     /* PTE bits, and INVLPG */
void unmap_page(uintptr_t address);
void *frame_of(uintptr_t address); /* the page's memory through the one-to-one mapping, whatever its entry says */
/* A copy of a table: its first `head` bytes end a present page, the others begin a page that isn't. The place is both pages. */
uintptr_t split_table(const char *name, const void *table, size_t size, size_t head);
uint64_t *enter_5_level_paging(void);                              /* CR4.LA57; returns the PML5 table, whose entry 0 leads to all that was mapped */
void name_place(const char *name, uintptr_t address, size_t size); /* memory that the record shall name */

/* ---- More facts for the record. ---- */

void note(const char *name, uint64_t value);
void record_memory(const char *name, const volatile void *memory, size_t size); /* read at the end of the run */
void record_entry(const char *name, const uint64_t *entry);                     /* a page-table entry without its address, at the end */
void at_end(void (*reader)(void));                                              /* runs before the report, to note() what there is to see */

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
