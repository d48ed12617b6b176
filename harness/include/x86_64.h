/* x86_64.h: what IA-32e mode has of its own: the frame, gates, the TSS, and instructions. */
#ifndef X86_64_H
#define X86_64_H

#include "x86.h"

#define NONCANONICAL 0x0000800000000000ull
#define NONCANONICAL_57 0x0100000000000000ull /* on a processor with 5-level paging, too, in use or not */

/* What the processor pushes in IA-32e mode, in memory order, below it the error code if there is one (SDM 3A "64-Bit Mode Stack Frame"). */
struct interrupt_frame {
    uint64_t rip;
    uint64_t cs;
    uint64_t rflags;
    uint64_t rsp;
    uint64_t ss;
};
_Static_assert(sizeof(struct interrupt_frame) == 40, "five 8-byte words");

/* The same for an abort, which has no place to return to: another type, so that its handlers can't be mistaken. */
struct abort_frame {
    struct interrupt_frame undefined;
};

/* SDM 3A "64-Bit IDT Gate Descriptors" */
struct gate {
    uint16_t offset_15_0;
    uint16_t selector;
    uint8_t ist;        /* bits 2:0; the others are reserved */
    uint8_t type_dpl_p; /* type 3:0, 0, DPL 6:5, P 7 */
    uint16_t offset_31_16;
    uint32_t offset_63_32;
    uint32_t reserved;
};
_Static_assert(sizeof(struct gate) == 16, "16 bytes in IA-32e mode");
_Static_assert(offsetof(struct gate, type_dpl_p) == 5, "type, DPL, P");
_Static_assert(offsetof(struct gate, offset_63_32) == 8, "offset 63:32");

enum gate_type { GATE_INTERRUPT = 0xe, GATE_TRAP = 0xf };

static inline struct gate make_gate(uint64_t offset, uint16_t selector, unsigned ist, unsigned type, unsigned dpl, bool present)
{
    return (struct gate){
        .offset_15_0 = (uint16_t)offset,
        .selector = selector,
        .ist = (uint8_t)ist,
        .type_dpl_p = (uint8_t)(type | dpl << 5 | (unsigned)present << 7),
        .offset_31_16 = (uint16_t)(offset >> 16),
        .offset_63_32 = (uint32_t)(offset >> 32),
    };
}

/* SDM 3A "Call Gates", figure "Call-Gate Descriptor in IA-32e Mode": 16 bytes, as add_system_descriptor() takes them. */
struct call_gate {
    uint64_t offset;
    uint16_t selector;
    uint8_t dpl;
    uint8_t high_type; /* bits 12:8 of the last doubleword, which must be 0 */
    bool not_present;
};

static inline uint64_t call_gate_low(struct call_gate g)
{
    return (g.offset & 0xffff) | (uint64_t)g.selector << 16 | (uint64_t)SYSTEM_CALL_GATE << 40 | (uint64_t)(g.dpl & 3u) << 45 |
           (uint64_t)!g.not_present << 47 | (g.offset >> 16 & 0xffff) << 48;
}

static inline uint64_t call_gate_high(struct call_gate g)
{
    return g.offset >> 32 | (uint64_t)g.high_type << 40;
}

/* Clang warns of vector registers that a handler in C doesn't save; nothing here uses any (-mgeneral-regs-only). */
#ifdef __clang__
#if __has_warning("-Winterrupt-service-routine")
#pragma clang diagnostic ignored "-Winterrupt-service-routine"
#endif
#endif

/* The four kinds of handler that the architecture knows: with or without an error code, to return from or not. */
typedef void handler(struct interrupt_frame *);
typedef void handler_error(struct interrupt_frame *, uint64_t error);
typedef void handler_abort(struct abort_frame *);
typedef void handler_abort_error(struct abort_frame *, uint64_t error);

struct gate_plain {
    struct gate gate;
};
struct gate_error {
    struct gate gate;
};
struct gate_abort {
    struct gate gate;
};
struct gate_abort_error {
    struct gate gate;
};

/* The IDT, SDM 3A table "Protected-Mode Exceptions and Interrupts". */
struct idt {
    struct gate_plain divide_error;
    struct gate_plain debug;
    struct gate_plain nmi;
    struct gate_plain breakpoint;
    struct gate_plain overflow;
    struct gate_plain bound_range_exceeded;
    struct gate_plain invalid_opcode;
    struct gate_plain device_not_available;
    struct gate_abort_error double_fault;
    struct gate_plain coprocessor_segment_overrun;
    struct gate_error invalid_tss;
    struct gate_error segment_not_present;
    struct gate_error stack_fault;
    struct gate_error general_protection;
    struct gate_error page_fault;
    struct gate_plain reserved_15;
    struct gate_plain x87_floating_point;
    struct gate_error alignment_check;
    struct gate_abort machine_check;
    struct gate_plain simd_floating_point;
    struct gate_plain virtualization;
    struct gate_error control_protection;
    struct gate_plain reserved_22_27[6];
    struct gate_plain hypervisor_injection;
    struct gate_error vmm_communication;
    struct gate_error security;
    struct gate_plain reserved_31;
    struct gate_plain interrupts[224];
};
_Static_assert(sizeof(struct idt) == 256 * 16, "256 gates");
_Static_assert(offsetof(struct idt, page_fault) == 14 * 16, "#PF is vector 14");
_Static_assert(offsetof(struct idt, simd_floating_point) == 19 * 16, "#XM is vector 19");
_Static_assert(offsetof(struct idt, interrupts) == 32 * 16, "first free vector is 32");

/* SDM 3A "64-Bit TSS" */
struct __attribute__((packed)) tss {
    uint32_t reserved0;
    uint64_t rsp[3];
    uint64_t reserved1;
    uint64_t ist[7]; /* IST1 is ist[0] */
    uint64_t reserved2;
    uint16_t reserved3;
    uint16_t io_map_base;
};
_Static_assert(sizeof(struct tss) == 0x68, "104 bytes");
_Static_assert(offsetof(struct tss, ist) == 0x24, "IST1");

/* LGDT's and LIDT's operand (SDM 3A "Memory-Management Registers") */
struct __attribute__((packed)) table_register {
    uint16_t limit;
    uint64_t base;
};
_Static_assert(sizeof(struct table_register) == 10, "10 bytes in 64-bit mode");

REGISTER_ACCESS(cr8)

static inline void load_null_ss(void)
{
    __asm__ volatile("movl %0, %%ss" : : "r"(0));
}

/* INVPCID's operand. */
struct invpcid {
    uint64_t pcid;
    uint64_t address;
};
_Static_assert(sizeof(struct invpcid) == 16, "SDM 2A \"INVPCID\"");

#endif
