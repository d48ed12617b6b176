/*
 * spec.h: the specification of delivery as functions over a plain state. docs/spec.md is the way in.
 * No allocation, no globals, no input or output: a function reads memory through a callback and lists what it would store.
 */
#ifndef SPEC_H
#define SPEC_H

#include <stdbool.h>
#include <stdint.h>

/* SDM 1 "Basic Program Execution Registers", in the order of their numbers. */
enum spec_gpr { RAX, RCX, RDX, RBX, RSP, RBP, RSI, RDI, R8, R9, R10, R11, R12, R13, R14, R15, GPR_COUNT };
enum spec_segment { ES, CS, SS, DS, FS, GS, LDTR, TR, SEGMENT_COUNT };

/* A segment register with its hidden part (SDM 3A "Segment Registers"). NULL, or not usable: P is 0. */
struct segment {
    uint64_t base;
    uint32_t limit; /* in bytes */
    uint16_t selector;
    uint8_t type; /* bits 3:0 */
    uint8_t s, dpl, p, l, db;
};

/* GDTR and IDTR (SDM 3A "Memory-Management Registers"). */
struct table {
    uint64_t base;
    uint64_t limit; /* 16 bits */
};

/* Where the manual leaves a choice, contradicts itself, or Intel and AMD differ: docs/choices.md says what each value is. */
enum spec_choice {
    CHOICE_EXT_EXCEPTION,       /* EXT of a fault during the delivery of an exception */
    CHOICE_EXT_INT1,            /* the same of INT1 */
    CHOICE_GATE_16BIT_ERROR,    /* error code of a 16-bit gate in IA-32e mode */
    CHOICE_GATE_RESERVED,       /* reserved bits of a gate */
    CHOICE_GATE_CS_MODE_ERROR,  /* error code where the gate's segment isn't 64-bit code */
    CHOICE_GATE_CS_ORDER,       /* that check against the segment's P flag */
    CHOICE_IST_SS,              /* SS on an IST stack without a change of CPL */
    CHOICE_INNER_SS_RPL,        /* RPL of the NULL SS behind a change of CPL */
    CHOICE_IRET_SS_NOT_PRESENT, /* the exception of a stack segment that isn't present: IRET */
    CHOICE_RET_SS_NOT_PRESENT,  /* ... far RET in IA-32e mode */
    CHOICE_NULL_SS_RPL,         /* IRET and RET: RPL of a NULL SS */
    CHOICE_DB_GENERAL_DETECT,   /* RF of a general-detect exception */
    CHOICE_DB_MOV_SS,           /* an instruction breakpoint behind MOV SS */
    CHOICE_DB_NOT_ENABLED,      /* Bn of breakpoints that aren't enabled */
    CHOICE_PF_ID_WITHOUT_NX,    /* I/D of the error code with SMEP=1 and NXE=0 */
    CHOICE_PML4E_G,             /* bit 8 of a PML4E or PML5E */
    CHOICE_PF_ACCESSED,         /* accessed flags of a walk without translation */
    CHOICE_SYSCALL_COMPAT,      /* SYSCALL and SYSRET outside 64-bit mode */
    CHOICE_SYSRET_CANONICAL,    /* SYSRET to a non-canonical RCX */
    CHOICE_SYSRET_SS,           /* SS behind SYSRET */
    CHOICE_SYSENTER_LONG,       /* SYSENTER and SYSEXIT in IA-32e mode */
    CHOICE_LTR_BASE,            /* LTR of a descriptor whose base is non-canonical */
    CHOICE_IRET_VME,            /* IRET in virtual-8086 mode with CR4.VME and IOPL below 3 */
    CHOICE_LAR_HALF,            /* LAR of a system descriptor: its second half */
    CHOICE_SYSTEM_COMPAT,       /* the second half of an LDT's or a TSS's descriptor in compatibility mode */
    CHOICE_SYSTEM_COMPAT_READ,  /* whether it is read where it doesn't count */
    CHOICE_OPERAND_PARTS,       /* an operand of two parts between which 16-bit addresses begin again */
    CHOICE_COUNT
};
enum spec_vendor { VENDOR_INTEL, VENDOR_AMD };

/* What CPUID says. */
#define FEATURE_PAGE_1G 1u

struct machine;
struct outcome;

/* Reads up to 8 bytes of physical memory, little-endian. */
typedef uint64_t spec_read(void *context, uint64_t physical, uint32_t size);

/* One access to a linear address (SDM 3A "Determination of Access Rights"). */
struct access {
    uint64_t linear;
    uint8_t write, fetch;
    uint8_t user;     /* a user-mode access */
    uint8_t implicit; /* of the processor itself, to a system structure */
    uint8_t shadow;   /* a shadow-stack access */
};
/* In place of spec_translate() for whoever knows better, or cheaper. */
typedef bool spec_translator(const struct machine *, const struct access *, uint64_t *physical, struct outcome *);

struct machine {
    uint64_t gpr[GPR_COUNT];
    uint64_t rip, rflags;
    uint64_t cr0, cr2, cr3, cr4, efer;
    uint64_t pdpte[4]; /* PAE paging */
    uint64_t dr[4], dr6, dr7, debugctl;
    struct segment segment[SEGMENT_COUNT];
    struct table gdtr, idtr;
    uint64_t star, lstar, cstar, fmask, sysenter_cs, sysenter_esp, sysenter_eip;
    uint64_t u_cet, s_cet, ssp, pl_ssp[4], interrupt_ssp_table;
    uint32_t pkru, pkrs;
    uint8_t cpl;
    uint8_t nmi_blocked, sti_shadow, mov_ss_shadow;
    uint8_t physical_bits; /* MAXPHYADDR */
    uint8_t features;
    uint8_t choice[CHOICE_COUNT];
    spec_read *read;
    void *context;
    spec_translator *translate; /* NULL: spec_translate */
};

enum event_kind { EVENT_FAULT, EVENT_TRAP, EVENT_ABORT, EVENT_INT_N, EVENT_INT3, EVENT_INTO, EVENT_INT1, EVENT_INTERRUPT, EVENT_NMI };

/* What happens. The machine's RIP is that of the instruction; behind a trap, and for interrupts, that of the next one. */
struct event {
    uint64_t cr2;   /* #PF */
    uint64_t dr6;   /* #DB: the conditions that were met */
    uint32_t error; /* where has_error */
    uint8_t kind, vector, has_error;
    uint8_t length;          /* of INT n, INT3, INTO, INT1: the frame holds the next instruction's address */
    uint8_t breakpoint;      /* #DB: for an instruction breakpoint */
    uint8_t between_repeats; /* trap or interrupt behind an iteration of a string instruction that isn't the last */
};

/* A store, in order. `open` has the bits of the value that no manual decides, `maybe` a store that needn't have happened. */
enum store_kind { STORE_PUSH, STORE_SHADOW, STORE_DESCRIPTOR, STORE_TSS, STORE_PAGING };
struct store {
    uint64_t linear, physical, value, open;
    uint8_t size, kind, maybe;
};

/* What is left open: a field of the machine or of the frame, its bits, and why. */
struct open_field {
    const char *field;
    const char *reason;
    uint64_t bits;
};

enum spec_end {
    END_COMPLETED, /* the instruction is done, or the event delivered */
    END_FAULT,     /* the instruction raises `event`, which wants to be delivered */
    END_SHUTDOWN,
};

#define STORES 128u
#define RULES 48u
#define CHAIN 4u
struct outcome {
    struct event event;        /* the one delivered, or raised */
    struct event chain[CHAIN]; /* what was met on the way to it, the first event included */
    struct store store[STORES];
    struct open_field open[8];
    const char *rule[RULES]; /* "id\0section" of each rule that decided something, in order */
    uint32_t asked;          /* choices that were asked: a bit each */
    uint8_t end;
    uint8_t chain_count, store_count, open_count, rule_count;
    uint8_t overflow; /* a list was too short: a defect of this program */
};

/* The choices of a vendor. */
void spec_choices(struct machine *, enum spec_vendor);

/*
 * Each works on the machine in place: behind it, it holds the state that the next instruction finds. An instruction that
 * faults leaves it as it was, except where the manual says otherwise; `outcome->event` can be given to spec_deliver().
 */
bool spec_translate(const struct machine *, const struct access *, uint64_t *physical, struct outcome *);
void spec_deliver(struct machine *, const struct event *, struct outcome *);
void spec_load_segment(struct machine *, unsigned segment, uint16_t selector, struct outcome *);
void spec_iret(struct machine *, unsigned operand_size, unsigned length, struct outcome *);
void spec_far_return(struct machine *, unsigned operand_size, unsigned release, struct outcome *);
struct far_transfer {
    uint64_t offset;
    uint16_t selector;
    uint8_t call;         /* else JMP */
    uint8_t operand_size; /* 16, 32, 64 */
    uint8_t length;       /* of the instruction */
};
void spec_far_transfer(struct machine *, const struct far_transfer *, struct outcome *);
/* SDM 2A "CALL", "JMP", SDM 2B "RET", near, and whatever jumps. */
enum near_kind { NEAR_JUMP, NEAR_CALL, NEAR_RETURN };
struct near_branch {
    uint64_t target;  /* RET pops it */
    uint16_t release; /* RET's operand */
    uint8_t kind;
    uint8_t operand_size; /* 16, 32, 64 */
    uint8_t length;       /* of the instruction */
    uint8_t indirect;     /* the target is in a register or in memory */
    uint8_t no_track;     /* an indirect branch with 3EH */
    uint8_t next;         /* a relative CALL with displacement 0 */
};
void spec_near_branch(struct machine *, const struct near_branch *, struct outcome *);
/*
 * LAR, LSL, VERR, VERW: whether the selector can be told of, as ZF says, too. `value`: what LAR or LSL load, of 32 bits; the
 * open field "value" has those that are undefined. An operand in memory is the caller's affair.
 */
enum spec_verify { VERIFY_LAR, VERIFY_LSL, VERIFY_READ, VERIFY_WRITE };
bool spec_verify(struct machine *, enum spec_verify, uint16_t selector, uint64_t *value, struct outcome *);
/* ARPL: whether the selector was changed. */
bool spec_adjust_rpl(struct machine *, uint16_t *selector, uint16_t than, struct outcome *);
/* LLDT (LDTR) and LTR (TR). */
void spec_load_system(struct machine *, unsigned segment, uint16_t selector, struct outcome *);
enum spec_flags { FLAGS_CLI, FLAGS_STI, FLAGS_PUSHF, FLAGS_POPF };
void spec_flags(struct machine *, enum spec_flags, unsigned operand_size, struct outcome *);
enum task_cause { TASK_JMP, TASK_CALL, TASK_IRET, TASK_INTERRUPT };
enum system_call { SYSTEM_SYSCALL, SYSTEM_SYSRET, SYSTEM_SYSENTER, SYSTEM_SYSEXIT };
void spec_system_call(struct machine *, enum system_call, unsigned operand_size, unsigned length, struct outcome *);

/* What waits at an instruction boundary. */
struct pending {
    /*
     * Traps of the previous instruction: BS, BT, Bn of data and I/O breakpoints. BS where TF was 1 when it began; behind SYSCALL
     * and SYSRET, where it is 1 now (docs/doubts.md, "TF and SYSCALL, SYSRET").
     */
    uint64_t dr6;
    uint64_t dr6_maybe; /* Bn of breakpoints that were met and aren't enabled */
    uint8_t machine_check, nmi, interrupt;
    uint8_t vector; /* of the interrupt */
};
/* Whether an event comes before the next instruction, and which; else the instruction begins. The open field "dr6" is the event's. */
bool spec_boundary(struct machine *, struct pending *, struct event *, struct outcome *);
/* Adds what an access of the instruction meets: a trap behind it. */
enum spec_watch { WATCH_READ, WATCH_WRITE, WATCH_IO };
void spec_watch(const struct machine *, enum spec_watch, uint64_t address, unsigned size, struct pending *);
/* MOV to and from DRn. */
void spec_debug_register(struct machine *, unsigned number, bool write, uint64_t *value, struct outcome *);

/* Sizes and offsets, for those who repeat the structures in another language; 0 behind the last. */
uint32_t spec_layout(unsigned which);

#endif
