/* machine.c: the machine that a question describes. Memory has no bytes: what a read finds is said by the question. */
#include "ask.h"

/* ---- Descriptors, as in the figures of SDM 3A "Segment Descriptors" and "IDT Descriptors". ---- */

static uint64_t descriptor(uint64_t type, uint64_t s, uint64_t dpl, uint64_t p, uint64_t base, uint64_t limit)
{
    uint64_t g = limit > 0xfffff;

    if (g)
        limit >>= 12;
    return (limit & 0xffff) | (base & 0xffffff) << 16 | type << 40 | s << 44 | dpl << 45 | p << 47 | (limit >> 16 & 15) << 48 | g << 55 |
           (base >> 24 & 0xff) << 56;
}

#define CODE 11u
#define DATA 3u
#define LONG_MODE (1ull << 53)
#define DEFAULT_32 (1ull << 54)

static uint64_t code_of(const struct question *q, uint64_t dpl)
{
    return descriptor(CODE, 1, dpl, 1, 0, LOW32) | (in_ia32e(q) ? LONG_MODE : DEFAULT_32);
}

static uint64_t data_of(uint64_t dpl)
{
    return descriptor(DATA, 1, dpl, 1, 0, LOW32) | DEFAULT_32;
}

static uint64_t gdt_entry(const struct question *q, unsigned selector)
{
    struct places at = places_of(q);

    switch (selector) {
    case CODE0:
        return code_of(q, 0);
    case CODE1:
        return code_of(q, 1);
    case CODE2:
        return code_of(q, 2);
    case CODE3:
        return code_of(q, 3);
    case CODE3_32:
        return descriptor(CODE, 1, 3, 1, 0, LOW32) | DEFAULT_32;
    case DATA0:
        return data_of(0);
    case DATA1:
        return data_of(1);
    case DATA2:
        return data_of(2);
    case DATA3:
        return data_of(3);
    case TSS:
        return descriptor(q->tss_type, 0, 0, 1, at.tss, q->tss_limit);
    case TSS + 8:
        return in_ia32e(q) ? at.tss >> 32 : 0;
    case TASK:
        return descriptor(q->task_type, 0, 0, q->task_p, at.task, q->task_limit);
    case OWN_CODE:
        return descriptor(q->code_type, q->code_s, q->code_dpl, q->code_p, 0, q->code_limit) | (q->code_l ? LONG_MODE : 0) |
               (q->code_d ? DEFAULT_32 : 0);
    case OWN_DATA:
        return descriptor(q->data_type, 1, q->data_dpl, q->data_p, 0, q->data_limit) | (q->data_b ? DEFAULT_32 : 0);
    default:
        return 0;
    }
}

/* The hidden part, as a load of the selector leaves it. */
struct segment segment_of(const struct question *q, uint16_t selector)
{
    return decode_segment(selector, gdt_entry(q, selector & 0xfff8u));
}

static uint64_t gate(uint64_t offset, uint64_t selector, uint64_t type, uint64_t dpl, uint64_t p, uint64_t low_bits)
{
    return (offset & 0xffff) | (selector & 0xffff) << 16 | low_bits << 32 | type << 40 | dpl << 45 | p << 47 | (offset >> 16 & 0xffff) << 48;
}

/* The 8 or 16 bytes of a gate; `half` 1: the upper ones. */
static uint64_t idt_entry(const struct question *q, uint64_t vector, unsigned half)
{
    uint64_t base = in_ia32e(q) ? 0xffffffff81c00000 : 0xc0110000, offset = base + 16 * vector;

    if (vector == q->vector) {
        if (half)
            return q->gate_offset >> 32;
        return gate(q->gate_offset, q->gate_selector, q->gate_type, q->gate_dpl, q->gate_p, q->gate_ist | (in_ia32e(q) ? q->gate_reserved << 3 : 0));
    }
    if (half)
        return offset >> 32;
    if (vector == q->gate2_vector)
        return gate(offset, q->gate2_selector, q->gate2_type, q->gate2_dpl, q->gate2_p, q->gate2_ist);
    return gate(offset, CODE0, INTERRUPT_GATE32, 0, 1, 0);
}

/* ---- Task-state segments: SDM 3A "64-Bit Task-State Segment", "32-Bit Task-State Segment (TSS)", "16-Bit Task-State Segment". ---- */

static uint64_t tss64(const struct question *q, uint64_t at)
{
    const uint64_t stacks[] = {q->tss_rsp0, q->tss_rsp1, q->tss_rsp2, 0,           q->tss_ist1, q->tss_ist2,
                               q->tss_ist3, q->tss_ist4, q->tss_ist5, q->tss_ist6, q->tss_ist7};

    return at >= 4 && (at - 4) / 8 < sizeof(stacks) / sizeof(*stacks) ? stacks[(at - 4) / 8] >> 8 * ((at - 4) % 8) : 0;
}

#define REDIRECTION 0x68u /* the map, 32 bytes below the I/O permission bit map */

static uint64_t tss32(const struct question *q, uint64_t at)
{
    const uint64_t words[] = {q->tss_rsp0, q->tss_ss0, q->tss_rsp1, q->tss_ss1, q->tss_rsp2, q->tss_ss2};

    if (at >= REDIRECTION && at < REDIRECTION + 32)
        return q->tss_redirection ? 0xff : 0;
    if (at >= 0x64 && at < 0x68)
        return (uint64_t)(REDIRECTION + 32) << 16 >> 8 * (at - 0x64);
    return at >= 4 && (at - 4) / 4 < sizeof(words) / sizeof(*words) ? words[(at - 4) / 4] >> 8 * ((at - 4) % 4) : 0;
}

static uint64_t tss16(const struct question *q, uint64_t at)
{
    const uint64_t words[] = {q->tss_rsp0, q->tss_ss0, q->tss_rsp1, q->tss_ss1, q->tss_rsp2, q->tss_ss2};

    return at >= 2 && (at - 2) / 2 < sizeof(words) / sizeof(*words) ? words[(at - 2) / 2] >> 8 * ((at - 2) % 2) : 0;
}

/* The task of a task gate: a handler of its own, with a stack of its own. */
static uint64_t task_state(const struct question *q, uint64_t at)
{
    struct places places = places_of(q);
    uint64_t esp = places.stacks + 0x20000;
    /* from 1CH: CR3, EIP, EFLAGS, EAX to EDI with ESP, ES to GS, LDT */
    const uint64_t words[] = {
        [0] = 0xfffff000, [1] = 0xc0120000, [2] = 2, [7] = esp, [11] = DATA0, [12] = CODE0, [13] = DATA0, [14] = DATA0, [15] = DATA0, [16] = DATA0};
    /* from 0EH: IP, FLAG, AX to DI with SP, ES to DS */
    const uint64_t words16[] = {[0] = 0x2000, [1] = 2, [6] = 0x8000, [10] = DATA0, [11] = CODE0, [12] = DATA0, [13] = DATA0};

    if (!(q->task_type & 8))
        return at >= 0xe && (at - 0xe) / 2 < sizeof(words16) / sizeof(*words16) ? words16[(at - 0xe) / 2] >> 8 * (at % 2) : 0;
    return at >= 0x1c && (at - 0x1c) / 4 < sizeof(words) / sizeof(*words) ? words[(at - 0x1c) / 4] >> 8 * (at % 4) : 0;
}

/* ---- Memory: a byte at a linear address. ---- */

static uint8_t byte_at(const struct question *q, uint64_t linear)
{
    struct places at = places_of(q);
    uint64_t size = in_ia32e(q) ? 16 : 8;

    if (q->mode == MODE_REAL) { /* the interrupt table */
        uint64_t entry = linear / 4 == q->vector ? q->gate_selector << 16 | q->gate_offset : 0x0800ull << 16 | (0x100 + 16 * (linear / 4));

        return linear < 0x400 ? entry >> 8 * (linear & 3) & 0xff : 0;
    }
    if (linear - at.idt < 256 * size)
        return idt_entry(q, (linear - at.idt) / size, (linear - at.idt) % size >= 8) >> 8 * (linear & 7) & 0xff;
    if (linear - at.gdt <= GDT_LAST)
        return gdt_entry(q, (linear - at.gdt) & ~7u) >> 8 * (linear & 7) & 0xff;
    if (linear - at.tss < 0x1000)
        return (in_ia32e(q) ? tss64 : q->tss_type & 8 ? tss32 : tss16)(q, linear - at.tss) & 0xff;
    if (linear - at.task < 0x1000)
        return task_state(q, linear - at.task) & 0xff;
    if (linear < 0x400) /* the 8086 program's interrupt table: F000:100 and so on */
        return (0xf0000000u | (0x100 + 16 * (linear / 4))) >> 8 * (linear & 3) & 0xff;
    return 0;
}

/* ---- Paging: linear addresses are physical ones, and each page has an entry of its own. ---- */

#define ENTRY_P 1u
#define ENTRY_RW 2u
#define ENTRY_US 4u
#define ENTRY_AD 0x60u
#define PAGE_OF(linear) ((linear) >> 12)

/* The stack that the event's own gate leads to, so that a question can spoil the page of its first word. */
static uint64_t first_stack_pointer(const struct question *q)
{
    const uint64_t inner[] = {q->tss_rsp0, q->tss_rsp1, q->tss_rsp2};
    const uint64_t ist[] = {q->tss_ist1, q->tss_ist2, q->tss_ist3, q->tss_ist4, q->tss_ist5, q->tss_ist6, q->tss_ist7};
    struct segment cs = segment_of(q, (uint16_t)q->gate_selector);

    if (q->gate_ist)
        return ist[q->gate_ist - 1];
    return !is_conforming(&cs) && cs.dpl < q->cpl ? inner[cs.dpl] : q->rsp;
}

static uint64_t page_flags(const struct question *q, uint64_t linear)
{
    struct places at = places_of(q);
    uint64_t page = PAGE_OF(linear), sp = first_stack_pointer(q) - 1;
    bool user = in_ia32e(q) ? !(linear >> 47 & 1) : linear < 0xc0000000;
    uint64_t present = 1, us = user ? ENTRY_US : 0;

    if (page == PAGE_OF(in_ia32e(q) ? sp & 0xffffffffffff : sp))
        return (q->stack_page_p ? ENTRY_P : 0) | (q->stack_page_rw ? ENTRY_RW : 0) | (q->stack_page_us ? ENTRY_US : us) | ENTRY_AD;
    if (in_ia32e(q))
        at = (struct places){at.idt & 0xffffffffffff, at.gdt & 0xffffffffffff, at.tss & 0xffffffffffff, 0, 0};
    if (page == PAGE_OF(at.idt))
        present = q->idt_page_p;
    if (page == PAGE_OF(at.gdt))
        present = q->gdt_page_p;
    if (page == PAGE_OF(at.tss))
        present = q->tss_page_p;
    return (present ? ENTRY_P : 0) | ENTRY_RW | us | ENTRY_AD;
}

/*
 * Four levels: an entry of level n lies at n * 2^48 + 8 * its number among all of its level, so that its table is that of the
 * entry above. Bits 47:0 of the linear address are the physical one.
 */
static uint64_t entry_long(const struct question *q, uint64_t physical)
{
    uint64_t level = physical >> 48, number = (physical & 0xffffffffffff) / 8;

    if (level == 1)
        return number << 12 | page_flags(q, number << 12);
    return (level - 1) << 48 | number << 12 | ENTRY_P | ENTRY_RW | ENTRY_US | ENTRY_AD;
}

/* Two levels, the directory being the last of the tables that it refers to. */
#define TABLES_32 0xffc00000u
#define DIRECTORY_32 0xfffff000u

static uint64_t entry_32(const struct question *q, uint64_t physical)
{
    uint64_t number = (physical - TABLES_32) / 4;

    if (physical >= DIRECTORY_32)
        return number << 12 | ENTRY_P | ENTRY_RW | ENTRY_US | ENTRY_AD;
    return number << 12 | page_flags(q, number << 12);
}

uint64_t read_question(void *context, uint64_t physical, uint32_t size)
{
    const struct question *q = context;
    uint64_t value = 0;

    if (in_ia32e(q) && physical >> 48)
        return entry_long(q, physical);
    if (!in_ia32e(q) && q->cr0_pg && physical >= TABLES_32)
        return entry_32(q, physical);
    for (uint32_t i = 0; i < size; i++) {
        uint64_t at = physical + i;

        if (in_ia32e(q) && at >> 47 & 1)
            at |= 0xffff000000000000;
        value |= (uint64_t)byte_at(q, at) << 8 * i;
    }
    return value;
}

/* ---- Registers. ---- */

static void load_segments(const struct question *q, struct machine *m)
{
    static const uint8_t code[] = {CODE0, CODE1 | 1, CODE2 | 2, CODE3 | 3}, data[] = {DATA0, DATA1 | 1, DATA2 | 2, DATA3 | 3};

    if (in_8086(q)) {
        for (unsigned i = ES; i <= GS; i++)
            m->segment[i] = virtual_8086_segment(0x1000);
        m->segment[SS] = virtual_8086_segment((uint16_t)q->ss);
    } else {
        for (unsigned i = ES; i <= GS; i++)
            m->segment[i] = segment_of(q, data[q->cpl]);
        m->segment[CS] = segment_of(q, q->mode == MODE_COMPAT ? CODE3_32 | 3 : code[q->cpl]);
        m->segment[SS] = is_null((uint16_t)q->ss) ? null_segment((uint16_t)q->ss) : segment_of(q, (uint16_t)q->ss);
    }
    if (q->mode != MODE_REAL) {
        m->segment[TR] = segment_of(q, TSS);
        m->segment[TR].base = places_of(q).tss;
    }
}

void build_machine(const struct question *q, struct machine *m)
{
    struct places at = places_of(q);

    *m = (struct machine){.physical_bits = 52, .features = FEATURE_PAGE_1G};
    spec_choices(m, (enum spec_vendor)q->vendor);
    m->gpr[RSP] = q->rsp;
    m->rip = q->rip;
    m->rflags = FL_ONE | q->rflags_if << 9 | q->rflags_tf << 8 | q->rflags_iopl << 12 | q->rflags_nt << 14 | q->rflags_rf << 16 | q->rflags_ac << 18 |
                q->rflags_vif << 19 | q->rflags_vip << 20 | (q->mode == MODE_VM86 ? FL_VM : 0);
    m->cr0 = 0x30 | (q->mode == MODE_REAL ? 0 : CR0_PE) | q->cr0_wp << 16 | q->cr0_am << 18 | q->cr0_pg << 31;
    m->cr4 = q->cr4_vme | q->cr4_smap << 21;
    if (in_ia32e(q)) {
        m->cr3 = 4ull << 48;
        m->cr4 |= CR4_PAE;
        m->efer = EFER_LMA | 1ull << 8 | EFER_NXE;
    } else {
        m->cr3 = DIRECTORY_32;
    }
    m->dr6 = 0xffff0ff0;
    m->dr7 = 0x400;
    m->cpl = (uint8_t)q->cpl;
    m->idtr = (struct table){at.idt, q->idtr_limit};
    m->gdtr = (struct table){at.gdt, q->gdtr_limit};
    load_segments(q, m);
    m->read = read_question;
    m->context = (void *)(uintptr_t)q;
}
