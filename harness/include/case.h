/*
 * case.h: all that a case's author uses. A case sets up the machine in run(), then lets one program of a few
 * instructions loose on it; the harness captures every exception that is delivered and reports it to the host.
 * A case never judges. docs/writing-a-case.md shows how.
 */
#ifndef CASE_H
#define CASE_H

#define ROW_ENVIRONMENT /* LONG64 unless the row says COMPAT32 */
#include "shared.h"
#include "x86_64.h"

/* A program that runs to its end unless an exception ends it: 64-bit code, or 32-bit code for compatibility mode. */
#define ASSEMBLE(text) ASSEMBLE_AS(64, text, "jmp program_end")
#define ASSEMBLE32(text) ASSEMBLE_AS(32, text, "jmp program_end32")
#define PROGRAM(text) run_program(ASSEMBLE(text))
#define PROGRAM32(text) run_program(ASSEMBLE32(text))

/* The program of one instruction, from label fault to label after. */
#define FAULT(instruction) PROGRAM(MARK(fault) instruction "\n" MARK(after))
#define FAULT32(instruction) PROGRAM32(MARK(fault) instruction "\n" MARK(after))

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
_Static_assert(offsetof(struct start, rip) == 128 && offsetof(struct start, ds) == 168, "long64/program.S knows these offsets");

void in_user_mode(void);     /* CPL 3, 64-bit code; opens the program's pages to CPL 3 */
void in_compat_kernel(void); /* CPL 0, 32-bit code */
void in_compat_user(void);   /* CPL 3, 32-bit code */
/* Registers get patterns, and are part of the record's end: of the program's, or of the exception that ends the run. */
void watch_sse(void);
void watch_x87(void);            /* TOP is 4, ST0 to ST3 are valid, ST4 to ST7 empty */
void watch_avx(void);            /* with SSE; sets CR4.OSXSAVE and XCR0, needs "avx" */
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

/*
 * The handler goes on with this program: the interrupted registers, the handler's own stack. Its end is IRETQ to
 * where the frame says. on_exception_run(VEC_UD, HANDLER(MARK(inner) "int3\n"))
 */
#define HANDLER(text) ASSEMBLE_AS(64, text, "jmp handler_end")

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
#define STACK_IST(n) ((enum stack)(STACK_IST1 + (n)-1))

extern struct tss tss;

/* ---- Segments. ---- */

#include <selectors.h> /* by the folders that the compiler is given: as a Linux program there are others */

#define GDT_LIMIT 0x167u
uint16_t add_system_descriptor(const char *name, uint64_t low, uint64_t high); /* 16 bytes */
uint16_t add_call_gate(const char *name, struct call_gate gate);

/* ---- Paging: 4-level, the first 8 MiB one to one (supervisor, writable; 2 MiB by 4-KiB pages, then by 2-MiB pages), page 0 not present. ---- */

uint64_t *page_entry(uintptr_t address, unsigned level); /* 1 PTE, 2 PDE, 3 PDPTE, 4 PML4E; NULL without tables */
uint64_t *enter_5_level_paging(void);                    /* CR4.LA57; returns the PML5 table, whose entry 0 leads to all that was mapped */

#endif
