/*
 * case32.h: all that the author of a case of 32-bit protected mode uses; a program in virtual-8086 mode is one that such a
 * case starts. The words are those of case.h where there is no reason for others. docs/writing-a-case.md shows how.
 */
#ifndef CASE32_H
#define CASE32_H

#ifndef ROW_ENVIRONMENT
#define ROW_ENVIRONMENT .env = PM32,
#endif
#include "shared.h"
#include "x86_32.h"

/* A program that runs to its end unless an exception ends it: 32-bit code, or 16-bit code that lies below 1 MiB, in segment REAL_CODE. */
#define ASSEMBLE32(text) ASSEMBLE_AS(32, text, "jmp program_end")
#define ASSEMBLE16(text) ASSEMBLE_IN(".low.program", 16, text, "jmp program_end16")
#define PROGRAM32(text) run_program(ASSEMBLE32(text))
#define PROGRAM16(text) run_program(ASSEMBLE16(text))

/* In 16-bit code: PUSH of an immediate of either size, which assemblers write in different ways. `1f - 0x8000` is an offset in REAL_CODE. */
#define PUSH_WORD(value) ".byte 0x68\n.word " value "\n"
#define PUSH_DWORD(value) ".byte 0x66, 0x68\n.long " value "\n"

/* The program of one instruction, from label fault to label after. */
#define FAULT32(instruction) PROGRAM32(MARK(fault) instruction "\n" MARK(after))
#define FAULT16(instruction) PROGRAM16(MARK(fault) instruction "\n" MARK(after))

/*
 * A handler goes on with this program: the interrupted registers, the handler's own stack. Its end is IRET to
 * where the frame says. on_exception_run(VEC_UD, HANDLER(MARK(inner) "int3\n"))
 */
#define HANDLER32(text) ASSEMBLE_AS(32, text, "jmp handler_end")
#define HANDLER16(text) ASSEMBLE_IN(".low.program", 16, text, "jmp handler_end16")

/* Without a number: those of the file's environment. */
#ifndef CODE_SIZE
#define CODE_SIZE 32
#endif
#define WORD_OF_SIZE(word, size) word##size
#define OF_SIZE(word, size) WORD_OF_SIZE(word, size)
#define ASSEMBLE(text) OF_SIZE(ASSEMBLE, CODE_SIZE)(text)
#define PROGRAM(text) OF_SIZE(PROGRAM, CODE_SIZE)(text)
#define FAULT(instruction) OF_SIZE(FAULT, CODE_SIZE)(instruction)
#define HANDLER(text) OF_SIZE(HANDLER, CODE_SIZE)(text)

/* The state that the program starts with. Patterns (docs/record.md) unless the case sets something. */
struct start {
    uint32_t eax, ecx, edx, ebx, unused_esp, ebp, esi, edi;
    uint32_t eip, cs, eflags, esp, ss; /* as IRET takes them; eip is the program's own unless set */
    uint32_t ds, es, fs, gs;
    uint32_t cr2, dr6, dr7;
};
extern struct start start;
_Static_assert(offsetof(struct start, eip) == 32 && offsetof(struct start, ds) == 52, "pm32/layout.h");

void in_user_mode(void);         /* CPL 3; opens the program's pages to it */
void in_ring(unsigned cpl);      /* 1 or 2 (for paging these are supervisor mode), or 3 or 0 */
void in_vm86(void);              /* EFLAGS.VM, real-mode segments, IOPL 0; opens what lies below 1 MiB; the program is one of FAULT16 or PROGRAM16 */
void in_code16(void);            /* 16-bit protected mode, at the CPL so far; the program is one of FAULT16 or PROGRAM16 */
void user_may_run_program(void); /* what in_user_mode does to the pages, alone */

/* Pushes what IRET pops on the stack that the program starts with: three words, or five for a return to another privilege. */
void push_image(struct interrupt_frame image, bool with_stack);

/* ---- Gates and handlers. ---- */

struct gate_options {
    unsigned dpl;
    unsigned type; /* enum gate_type; 0 is GATE_INTERRUPT */
    bool not_present;
    uint16_t selector; /* 0 is SEL_KERNEL_CODE; of a 16-bit gate SEL_CODE_1MIB, since its offset is short */
};

extern struct gate idt[256];

/*
 * The stubs write what they find through SS, and through DS in a case that starts with an SS that isn't flat. In a case whose
 * program itself loads such an SS, say so; DS has to stay flat.
 */
void store_through_ds(void);

/* ---- Virtual-8086 mode and real mode. ---- */

#define REAL_CODE 0x800u /* segments below 1 MiB; the program's offsets are those of this one */
#define REAL_STACK 0x200u
#define REAL_DS 0x300u /* 512 bytes each */
#define REAL_ES 0x320u
#define REAL_FS 0x340u
#define REAL_GS 0x360u
#define REAL_FREE 0x3800u         /* linear address of 2 KiB that nothing else uses */
extern struct ivt_entry ivt[256]; /* at linear address 0 */
void set_ivt(unsigned vector, struct program program);
/* CR4.VME, and for each vector whether INT n goes through the IDT (true) or the IVT. The map lies below the I/O map's base. */
void enable_vme(void);
void set_redirection(unsigned vector, bool through_idt);
void allow_port(unsigned port); /* one bit of the TSS's I/O map, which is there from the first call on; ports up to 0x3ff */

/* ---- Stacks. ---- */

enum stack {
    STACK_KERNEL,
    STACK_USER,
    STACK_ESP0,
    STACK_ESP1,
    STACK_ESP2,
    STACK_RING1,
    STACK_RING2,
    STACK_TASK1,
    STACK_TASK2,
    STACK_TASK3,
    STACK_REAL, /* below 64 KiB, as the next two */
    STACK_LOW1,
    STACK_LOW2,
    STACK_BOOT,
    STACK_CAPTURE,
    STACK_COUNT
};

/* ---- Segments. ---- */

#define SEL_KERNEL_CODE 0x08u
#define SEL_KERNEL_DATA 0x10u
#define SEL_USER_CODE 0x1bu
#define SEL_USER_DATA 0x23u
#define SEL_RING1_CODE 0x29u
#define SEL_RING1_DATA 0x31u
#define SEL_RING2_CODE 0x3au
#define SEL_RING2_DATA 0x42u
#define SEL_DATA_DS 0x4bu
#define SEL_DATA_ES 0x53u
#define SEL_DATA_FS 0x5bu
#define SEL_DATA_GS 0x63u
#define SEL_TSS 0x68u
#define SEL_CODE_1MIB 0x70u /* 32-bit code, base 1 MiB: all stubs are within its first 64 KiB */
#define SEL_FREE 0xa0u      /* the first of 44 that cases may fill */
#define GDT_LIMIT 0x1ffu
uint16_t add_call_gate(const char *name, struct call_gate gate);
uint16_t add_task_gate(const char *name, uint16_t selector, unsigned dpl);
uint16_t add_descriptor_beyond(const char *name, uint64_t descriptor); /* its last byte lies behind the GDT's limit from here on */
uint16_t local_selector(uint16_t selector); /* with TI; LDTR is loaded with an LDT that is the GDT, so that there it names the same */

/* ---- Tasks. ---- */

extern struct tss32 tss; /* of the task that the program starts in, `main` */

/*
 * Another task: its TSS, its descriptor of DPL 0, a stack of its own (STACK_TASK1, ...), general registers with patterns of
 * their own (docs/record.md), kernel segments, this CR3. The case may change all of it before the program runs.
 */
struct __attribute__((aligned(128))) task { /* so that no TSS lies across two pages */
    const char *name;
    uint16_t selector;
    bool is_16bit;
    union {
        struct tss32 tss;
        struct tss16 tss16;
    };
};
struct task *add_task(const char *name);
struct task *add_task16(const char *name); /* its SS is `stack16`, base 0 with 16-bit SP, its stack STACK_LOW1, then STACK_LOW2 */
void set_task_program(struct task *task, struct program program); /* where it starts; else set_task_gate() says it */
void set_task_descriptor(struct task *task, struct descriptor descriptor);
void record_tasks(void); /* in a case that has no other task */

/* The gate leads to the task, which starts in the capturing stub of the vector: set_task_gate(VEC_DF, task, .dpl = 3). */
#define set_task_gate(vector, task, ...) set_task_gate_options((vector), (task), (struct gate_options){__VA_ARGS__})
void set_task_gate_options(unsigned vector, struct task *task, struct gate_options options);

/* Each way to switch to another task; what it names is the TSS or a task gate that names it. */
enum task_switch {
    BY_JMP,       /* far JMP to the TSS; the other far transfers likewise, by a pointer in memory: EBX */
    BY_CALL,      /* far CALL to the TSS */
    BY_JMP_GATE,  /* to a task gate of the GDT */
    BY_CALL_GATE, /* the same */
    BY_INT,       /* INT 0x40 */
    BY_IRET,      /* with NT=1; the TSS's own link names the other task */
    BY_UD,        /* #UD: an exception without an error code */
    BY_AC,        /* #AC at CPL 3: one with an error code, and so that another one behind it is no double fault */
    BY_INTERRUPT, /* 0x40 through the local APIC */
};
/* Another task for it, which is busy where that is right, and whose program is INT3 at `entry`. */
struct task *add_task_to_switch_to(enum task_switch way, bool is_16bit);
uint16_t gate_to_switch_by(enum task_switch way); /* of the GDT; 0 where there is none. Its selector is in front of the task's */
/* Runs the program of this one instruction, at `fault`. `selector` is that of the TSS. */
void switch_task(enum task_switch way, uint16_t selector);

/* ---- Paging: 2-level, the first 8 MiB one to one by 4-KiB pages (supervisor, writable), page 0 not present. ---- */

uint32_t *page_entry(uintptr_t address, unsigned level); /* 1 PTE, 2 PDE; NULL without tables */
/* A page directory of its own for another task's CR3, with the same page tables; change its entries by the pointer. */
uint32_t *copy_page_directory(void);
void enter_pae_paging(void);                            /* with all that was mapped; from here on entries are those of pae_entry() */
uint64_t *pae_entry(uintptr_t address, unsigned level); /* 1 PTE, 2 PDE, 3 PDPTE; NULL without tables */
/* A page of 4 MiB (CR4.PSE), under PAE of 2 MiB, at a linear address of its own. Once a case. */
uintptr_t map_large_page(const char *name, uint64_t flags);

#endif
