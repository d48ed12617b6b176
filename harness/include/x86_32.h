/* x86_32.h: what protected mode with 32 and 16 bits has of its own: frames, gates, task-state segments. */
#ifndef X86_32_H
#define X86_32_H

#include "x86.h"

/* SDM 3A "System Flags and Fields in the EFLAGS Register" */
#define EFLAGS_CF RFLAGS_CF
#define EFLAGS_FIXED RFLAGS_FIXED
#define EFLAGS_PF RFLAGS_PF
#define EFLAGS_AF RFLAGS_AF
#define EFLAGS_ZF RFLAGS_ZF
#define EFLAGS_SF RFLAGS_SF
#define EFLAGS_TF RFLAGS_TF
#define EFLAGS_IF RFLAGS_IF
#define EFLAGS_DF RFLAGS_DF
#define EFLAGS_OF RFLAGS_OF
#define EFLAGS_IOPL(level) RFLAGS_IOPL(level)
#define EFLAGS_NT RFLAGS_NT
#define EFLAGS_RF RFLAGS_RF
#define EFLAGS_VM RFLAGS_VM
#define EFLAGS_AC RFLAGS_AC
#define EFLAGS_VIF RFLAGS_VIF
#define EFLAGS_VIP RFLAGS_VIP
#define EFLAGS_ID RFLAGS_ID

/* What the processor pushes through a 32-bit gate, in memory order, below it the error code if there is one (SDM 3A "Stack Usage on Transfers to
 * Interrupt and Exception-Handling Routines"). */
struct interrupt_frame {
    uint32_t eip;
    uint32_t cs;
    uint32_t eflags;
    uint32_t esp; /* this one and SS with a change of privilege */
    uint32_t ss;
};
_Static_assert(sizeof(struct interrupt_frame) == 20, "five 4-byte words");

/* Out of virtual-8086 mode (SDM 3B figure "Privilege Level 0 Stack After Interrupt or Exception in Virtual-8086 Mode"). */
struct vm86_frame {
    struct interrupt_frame frame;
    uint32_t es;
    uint32_t ds;
    uint32_t fs;
    uint32_t gs;
};
_Static_assert(sizeof(struct vm86_frame) == 36, "nine 4-byte words");

/* Through a 16-bit gate, and in real mode. */
struct interrupt_frame16 {
    uint16_t ip;
    uint16_t cs;
    uint16_t flags;
    uint16_t sp; /* this one and SS with a change of privilege */
    uint16_t ss;
};
_Static_assert(sizeof(struct interrupt_frame16) == 10, "five 2-byte words");

/* SDM 3A "IDT Descriptors", and of a GDT or LDT "Call Gates", "Task-Gate Descriptor" */
struct gate {
    uint16_t offset_15_0;
    uint16_t selector;
    uint8_t parameters; /* bits 4:0 of a call gate; the others are 0 */
    uint8_t type_dpl_p; /* type 3:0, 0, DPL 6:5, P 7 */
    uint16_t offset_31_16;
};
_Static_assert(sizeof(struct gate) == 8, "8 bytes in protected mode");
_Static_assert(offsetof(struct gate, parameters) == 4 && offsetof(struct gate, type_dpl_p) == 5, "parameter count, then type, DPL, P");

enum gate_type { GATE_TASK = 0x5, GATE_INTERRUPT16 = 0x6, GATE_TRAP16 = 0x7, GATE_INTERRUPT = 0xe, GATE_TRAP = 0xf };

static inline struct gate make_gate(uint32_t offset, uint16_t selector, unsigned type, unsigned dpl, bool present)
{
    return (struct gate){
        .offset_15_0 = (uint16_t)offset,
        .selector = selector,
        .type_dpl_p = (uint8_t)(type | dpl << 5 | (unsigned)present << 7),
        .offset_31_16 = (uint16_t)(offset >> 16),
    };
}

/* SDM 3A "Call Gates" */
struct call_gate {
    uint32_t offset;
    uint16_t selector;
    uint8_t parameters; /* how many words of the gate's size are copied from the caller's stack, at most 31 */
    uint8_t dpl;
    bool not_present;
    bool is_16bit;
};

/* A gate in the GDT, as add_descriptor() takes it. */
static inline uint64_t encode_gate(struct gate g)
{
    return (uint64_t)g.offset_31_16 << 48 | (uint64_t)g.type_dpl_p << 40 | (uint64_t)g.parameters << 32 | (uint64_t)g.selector << 16 | g.offset_15_0;
}

static inline struct gate make_call_gate(struct call_gate g)
{
    struct gate gate = make_gate(g.offset, g.selector, g.is_16bit ? SYSTEM_CALL_GATE16 : SYSTEM_CALL_GATE, g.dpl & 3u, !g.not_present);

    gate.parameters = g.parameters & 31u;
    return gate;
}

/* SDM 3A "Task-State Segment (TSS)". The upper half of a selector's word is reserved. */
struct tss32 {
    uint32_t link; /* previous task */
    uint32_t esp0;
    uint32_t ss0;
    uint32_t esp1;
    uint32_t ss1;
    uint32_t esp2;
    uint32_t ss2;
    uint32_t cr3;
    uint32_t eip;
    uint32_t eflags;
    uint32_t eax, ecx, edx, ebx, esp, ebp, esi, edi;
    uint32_t es, cs, ss, ds, fs, gs;
    uint32_t ldt;
    uint16_t trap; /* bit 0: T */
    uint16_t io_map_base;
};
_Static_assert(sizeof(struct tss32) == 104, "104 bytes");
_Static_assert(offsetof(struct tss32, cr3) == 28 && offsetof(struct tss32, eax) == 40 && offsetof(struct tss32, es) == 72, "figure \"32-Bit TSS\"");
_Static_assert(offsetof(struct tss32, trap) == 100 && offsetof(struct tss32, io_map_base) == 102, "figure \"32-Bit TSS\"");

/* SDM 3A "16-Bit Task-State Segment (TSS)" */
struct tss16 {
    uint16_t link;
    uint16_t sp0;
    uint16_t ss0;
    uint16_t sp1;
    uint16_t ss1;
    uint16_t sp2;
    uint16_t ss2;
    uint16_t ip;
    uint16_t flags;
    uint16_t ax, cx, dx, bx, sp, bp, si, di;
    uint16_t es, cs, ss, ds;
    uint16_t ldt;
};
_Static_assert(sizeof(struct tss16) == 44, "44 bytes");
_Static_assert(offsetof(struct tss16, ip) == 14 && offsetof(struct tss16, es) == 34 && offsetof(struct tss16, ldt) == 42, "figure \"16-Bit TSS\"");

/* LGDT's and LIDT's operand (SDM 3A "Memory-Management Registers") */
struct __attribute__((packed)) table_register {
    uint16_t limit;
    uint32_t base;
};
_Static_assert(sizeof(struct table_register) == 6, "6 bytes in protected mode");

/* An entry of the interrupt table of real mode and virtual-8086 mode (SDM 3B "Interrupt and Exception Handling" of real-address mode). */
struct ivt_entry {
    uint16_t offset;
    uint16_t segment;
};
_Static_assert(sizeof(struct ivt_entry) == 4, "4 bytes in real mode");

#endif
