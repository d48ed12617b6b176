/*
 * x86.h: the architecture in the manual's names, as far as all modes have it: vectors, bits, descriptors. x86_64.h and
 * x86_32.h have the frame, gates and the TSS of each.
 * Numbers and layouts are those of the Intel SDM; the section stands beside each.
 */
#ifndef X86_H
#define X86_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* SDM 3A "Exception and Interrupt Vectors" */
enum vector {
    VEC_DE = 0,
    VEC_DB = 1,
    VEC_NMI = 2,
    VEC_BP = 3,
    VEC_OF = 4,
    VEC_BR = 5,
    VEC_UD = 6,
    VEC_NM = 7,
    VEC_DF = 8,
    VEC_TS = 10,
    VEC_NP = 11,
    VEC_SS = 12,
    VEC_GP = 13,
    VEC_PF = 14,
    VEC_MF = 16,
    VEC_AC = 17,
    VEC_MC = 18,
    VEC_XM = 19,
    VEC_VE = 20,
    VEC_CP = 21,
};

/* SDM 3A "System Flags and Fields in the EFLAGS Register" */
#define RFLAGS_CF (1u << 0)
#define RFLAGS_FIXED (1u << 1)
#define RFLAGS_PF (1u << 2)
#define RFLAGS_AF (1u << 4)
#define RFLAGS_ZF (1u << 6)
#define RFLAGS_SF (1u << 7)
#define RFLAGS_TF (1u << 8)
#define RFLAGS_IF (1u << 9)
#define RFLAGS_DF (1u << 10)
#define RFLAGS_OF (1u << 11)
#define RFLAGS_IOPL(level) ((uint32_t)(level) << 12)
#define RFLAGS_NT (1u << 14)
#define RFLAGS_RF (1u << 16)
#define RFLAGS_VM (1u << 17)
#define RFLAGS_AC (1u << 18)
#define RFLAGS_VIF (1u << 19)
#define RFLAGS_VIP (1u << 20)
#define RFLAGS_ID (1u << 21)

/* SDM 3A "Page-Fault Exception (#PF)", error code */
#define PF_P (1u << 0)
#define PF_W (1u << 1)
#define PF_U (1u << 2)
#define PF_RSVD (1u << 3)
#define PF_I (1u << 4)
#define PF_PK (1u << 5)
#define PF_SS (1u << 6)

/* SDM 3A "Error Code" */
#define ERROR_EXT 1u
#define ERROR_IDT 2u
#define IDT_ERROR(vector) ((vector)*8u + ERROR_IDT)
#define SELECTOR_ERROR(selector) ((selector)&0xfffcu)

/* SDM 3A "Control Registers" */
#define CR0_PE (1u << 0)
#define CR0_MP (1u << 1)
#define CR0_EM (1u << 2)
#define CR0_TS (1u << 3)
#define CR0_NE (1u << 5)
#define CR0_WP (1u << 16)
#define CR0_AM (1u << 18)
#define CR0_NW (1u << 29)
#define CR0_CD (1u << 30)
#define CR0_PG (1u << 31)
#define CR4_VME (1u << 0)
#define CR4_PVI (1u << 1)
#define CR4_TSD (1u << 2)
#define CR4_DE (1u << 3)
#define CR4_PSE (1u << 4)
#define CR4_PAE (1u << 5)
#define CR4_PGE (1u << 7)
#define CR4_PCE (1u << 8)
#define CR4_OSFXSR (1u << 9)
#define CR4_OSXMMEXCPT (1u << 10)
#define CR4_UMIP (1u << 11)
#define CR4_LA57 (1u << 12)
#define CR4_VMXE (1u << 13)
#define CR4_FSGSBASE (1u << 16)
#define CR4_PCIDE (1u << 17)
#define CR4_OSXSAVE (1u << 18)
#define CR4_SMEP (1u << 20)
#define CR4_SMAP (1u << 21)
#define CR4_PKE (1u << 22)
#define CR4_CET (1u << 23)
#define CR4_PKS (1u << 24)

/* SDM 3B "Debug Registers" */
#define DR6_B(n) (1u << (n))
#define DR6_BD (1u << 13)
#define DR6_BS (1u << 14)
#define DR6_BT (1u << 15)
#define DR6_START 0xffff0ff0u
#define DR7_START 0x400u
#define DR7_L(n) (1u << (2 * (n)))
#define DR7_G(n) (2u << (2 * (n)))
#define DR7_LE (1u << 8)
#define DR7_GE (1u << 9)
#define DR7_GD (1u << 13)
#define DR7_RW(n, type) ((uint32_t)(type) << (16 + 4 * (n)))
#define DR7_LEN(n, code) ((uint32_t)(code) << (18 + 4 * (n)))
enum breakpoint_type { BREAK_EXECUTE = 0, BREAK_WRITE = 1, BREAK_IO = 2, BREAK_ACCESS = 3 };
enum breakpoint_length { LENGTH_1 = 0, LENGTH_2 = 1, LENGTH_8 = 2, LENGTH_4 = 3 };

/* SDM 4 "Model-Specific Registers" */
#define MSR_APIC_BASE 0x1bu
#define MSR_SYSENTER_CS 0x174u
#define MSR_SYSENTER_ESP 0x175u
#define MSR_SYSENTER_EIP 0x176u
#define MSR_DEBUGCTL 0x1d9u
#define MSR_PAT 0x277u
#define MSR_MTRR_DEF_TYPE 0x2ffu
#define MSR_U_CET 0x6a0u
#define MSR_S_CET 0x6a2u
#define MSR_PL0_SSP 0x6a4u
#define MSR_PL3_SSP 0x6a7u
#define MSR_INTERRUPT_SSP_TABLE 0x6a8u
#define MSR_MC0_STATUS 0x401u
#define MSR_PKRS 0x6e1u
#define MSR_EFER 0xc0000080u
#define MSR_STAR 0xc0000081u
#define MSR_LSTAR 0xc0000082u
#define MSR_CSTAR 0xc0000083u
#define MSR_FMASK 0xc0000084u
#define MSR_FS_BASE 0xc0000100u
#define MSR_GS_BASE 0xc0000101u
#define MSR_KERNEL_GS_BASE 0xc0000102u
#define MSR_TSC_AUX 0xc0000103u
#define EFER_SCE (1u << 0)
#define EFER_LME (1u << 8)
#define EFER_LMA (1u << 10)
#define EFER_NXE (1u << 11)

/* SDM 1 "Control-flow Enforcement Technology", IA32_U_CET and IA32_S_CET */
#define CET_SH_STK_EN (1u << 0)
#define CET_WR_SHSTK_EN (1u << 1)
#define CET_ENDBR_EN (1u << 2)

/* SDM 1 "XCR0" */
#define XCR0_X87 (1u << 0)
#define XCR0_SSE (1u << 1)
#define XCR0_AVX (1u << 2)
#define XCR0_OPMASK (1u << 5)
#define XCR0_ZMM_HI256 (1u << 6)
#define XCR0_HI16_ZMM (1u << 7)
#define XCR0_AVX512 (XCR0_OPMASK | XCR0_ZMM_HI256 | XCR0_HI16_ZMM)

/* SDM 3A "4-Level Paging", one entry of any level */
#define PAGE_PRESENT (1ull << 0)
#define PAGE_WRITE (1ull << 1)
#define PAGE_USER (1ull << 2)
#define PAGE_PWT (1ull << 3)
#define PAGE_PCD (1ull << 4)
#define PAGE_A (1ull << 5)
#define PAGE_D (1ull << 6)
#define PAGE_PS (1ull << 7)
#define PAGE_G (1ull << 8)
#define PAGE_KEY(key) ((uint64_t)(key) << 59)
#define PAGE_NX (1ull << 63)
#define PAGE_SIZE 0x1000u
#define PAGE_ADDRESS 0x000ffffffffff000ull

/* SDM 3A "Segment Descriptors". Types of code and data include S=1; types of system descriptors don't. */
enum descriptor_type {
    DATA_READ_ONLY = 0x10,
    DATA_WRITABLE = 0x12,
    DATA_EXPAND_DOWN_READ_ONLY = 0x14,
    DATA_EXPAND_DOWN = 0x16,
    CODE_EXECUTE_ONLY = 0x18,
    CODE_READABLE = 0x1a,
    CODE_CONFORMING_EXECUTE_ONLY = 0x1c,
    CODE_CONFORMING = 0x1e,
    SYSTEM_TSS16_AVAILABLE = 0x1,
    SYSTEM_LDT = 0x2,
    SYSTEM_TSS16_BUSY = 0x3,
    SYSTEM_CALL_GATE16 = 0x4,
    SYSTEM_TASK_GATE = 0x5,
    SYSTEM_TSS_AVAILABLE = 0x9,
    SYSTEM_TSS_BUSY = 0xb,
    SYSTEM_CALL_GATE = 0xc,
};
struct descriptor {
    uint32_t base;
    uint32_t limit; /* 20 bits, in units of G */
    uint8_t type;
    uint8_t dpl;
    bool not_present;
    bool l; /* 64-bit code */
    bool d; /* 32-bit default size */
    bool g; /* limit in pages */
};

#define DESCRIPTOR_ACCESSED (1ull << 40) /* of code and data */

/* The accessed bit is set, so that a segment load never writes to the table. */
static inline uint64_t encode_descriptor(struct descriptor d)
{
    uint64_t type = d.type & 0x10 ? d.type | 1u : d.type;

    return (d.limit & 0xffffull) | (d.base & 0xffffffull) << 16 | type << 40 | (uint64_t)(d.dpl & 3u) << 45 | (uint64_t)!d.not_present << 47 |
           (uint64_t)(d.limit >> 16 & 0xfu) << 48 | (uint64_t)d.l << 53 | (uint64_t)d.d << 54 | (uint64_t)d.g << 55 | (uint64_t)(d.base >> 24) << 56;
}

/* Instructions that C lacks. */

static inline void out8(uint16_t port, uint8_t value)
{
    __asm__ volatile("outb %0, %1" : : "a"(value), "Nd"(port));
}

static inline uint8_t in8(uint16_t port)
{
    uint8_t value;

    __asm__ volatile("inb %1, %0" : "=a"(value) : "Nd"(port));
    return value;
}

static inline void out32(uint16_t port, uint32_t value)
{
    __asm__ volatile("outl %0, %1" : : "a"(value), "Nd"(port));
}

static inline uint64_t read_msr(uint32_t msr)
{
    uint32_t low, high;

    __asm__ volatile("rdmsr" : "=a"(low), "=d"(high) : "c"(msr));
    return (uint64_t)high << 32 | low;
}

static inline void write_msr(uint32_t msr, uint64_t value)
{
    __asm__ volatile("wrmsr" : : "c"(msr), "a"((uint32_t)value), "d"((uint32_t)(value >> 32)) : "memory");
}

/* XSETBV of XCR0; CR4.OSXSAVE has to be set. */
static inline void write_xcr0(uint64_t value)
{
    __asm__ volatile("xsetbv" : : "c"(0), "a"((uint32_t)value), "d"((uint32_t)(value >> 32)));
}

/* WRPKRU; CR4.PKE has to be set. */
static inline void write_pkru(uint32_t value)
{
    __asm__ volatile(".byte 0x0f, 0x01, 0xef" : : "a"(value), "c"(0), "d"(0) : "memory");
}

#define REGISTER_ACCESS(name)                                           \
    static inline uintptr_t read_##name(void)                           \
    {                                                                   \
        uintptr_t value;                                                \
        __asm__ volatile("mov %%" #name ", %0" : "=r"(value));          \
        return value;                                                   \
    }                                                                   \
    static inline void write_##name(uintptr_t value)                    \
    {                                                                   \
        __asm__ volatile("mov %0, %%" #name : : "r"(value) : "memory"); \
    }
REGISTER_ACCESS(cr0)
REGISTER_ACCESS(cr2)
REGISTER_ACCESS(cr3)
REGISTER_ACCESS(cr4)
REGISTER_ACCESS(dr0)
REGISTER_ACCESS(dr1)
REGISTER_ACCESS(dr2)
REGISTER_ACCESS(dr3)
REGISTER_ACCESS(dr6)
REGISTER_ACCESS(dr7)

/* The address register of a breakpoint. */
static inline void write_breakpoint(unsigned n, uintptr_t address)
{
    switch (n) {
    case 0:
        write_dr0(address);
        break;
    case 1:
        write_dr1(address);
        break;
    case 2:
        write_dr2(address);
        break;
    default:
        write_dr3(address);
        break;
    }
}

/* Registers of the mode's width: so many words of it. */
static inline void fill_words(uintptr_t address, uintptr_t word, size_t count)
{
    __asm__ volatile("rep stos %2, %%es:(%0)" : "+D"(address), "+c"(count) : "a"(word) : "memory");
}

static inline void invalidate_page(uintptr_t address)
{
    __asm__ volatile("invlpg (%0)" : : "r"(address) : "memory");
}

struct cpuid {
    uint32_t eax, ebx, ecx, edx;
};

static inline struct cpuid cpuid(uint32_t leaf, uint32_t subleaf)
{
    struct cpuid r;

    __asm__ volatile("cpuid" : "=a"(r.eax), "=b"(r.ebx), "=c"(r.ecx), "=d"(r.edx) : "a"(leaf), "c"(subleaf));
    return r;
}

#endif
