/* defaults.c: the ordinary kernel that a question starts from, and what can't be asked. */
#include "ask.h"

struct places places_of(const struct question *q)
{
    if (in_ia32e(q))
        return (struct places){0xfffffe0000000000, 0xfffffe0000001000, 0xfffffe0000003000, 0xfffffe0000004000, 0xffffc90000000000};
    if (q->mode == MODE_REAL)
        return (struct places){0};
    return (struct places){0xc0400000, 0xc0401000, 0xc0403000, 0xc0404000, 0xc0500000};
}

static uint64_t kind_of(uint64_t vector)
{
    switch (vector) {
    case DB:
    case OF:
        return EVENT_TRAP;
    case NMI:
        return EVENT_NMI;
    case BP:
        return EVENT_INT3;
    case DF:
    case MC:
        return EVENT_ABORT;
    default:
        return vector < 32 ? EVENT_FAULT : EVENT_INTERRUPT;
    }
}

static uint64_t vector_of(const struct question *q, const struct question *given)
{
    if (!given->kind)
        return PF;
    switch (q->kind) {
    case EVENT_INT3:
        return BP;
    case EVENT_INTO:
        return OF;
    case EVENT_INT1:
    case EVENT_TRAP:
        return DB;
    case EVENT_NMI:
        return NMI;
    case EVENT_ABORT:
        return DF;
    case EVENT_INT_N:
        return 0x80;
    case EVENT_INTERRUPT:
        return 0x20;
    default:
        return PF;
    }
}

static bool is_exception(const struct question *q)
{
    return q->kind == EVENT_FAULT || q->kind == EVENT_TRAP || q->kind == EVENT_ABORT;
}

/* SDM 3A "Exception and Interrupt Vectors", the column "Error Code" */
static bool has_error(const struct question *q)
{
    return is_exception(q) && (q->vector == DF || (q->vector >= TS && q->vector <= PF) || q->vector == AC || q->vector == CP);
}

static uint64_t length_of(const struct question *q)
{
    switch (q->kind) {
    case EVENT_INT_N:
        return 2;
    case EVENT_INT3:
    case EVENT_INTO:
    case EVENT_INT1:
        return 1;
    default:
        return 0;
    }
}

static uint64_t user_or(const struct question *q, uint64_t user, uint64_t kernel)
{
    return q->cpl == 3 ? user : kernel;
}

static uint64_t stack_segment(const struct question *q)
{
    static const uint8_t selector[] = {DATA0, DATA1 | 1, DATA2 | 2, DATA3 | 3};

    return in_8086(q) ? 0x2000 : selector[q->cpl & 3];
}

/* In an order in which each finds what it depends on. */
#define DEFAULT(field, value)   \
    do {                        \
        if (!given->field)      \
            q->field = (value); \
    } while (0)

static void complete_event(struct question *q, const struct question *given)
{
    DEFAULT(vendor, VENDOR_INTEL);
    DEFAULT(mode, MODE_LONG);
    DEFAULT(cpl, q->mode == MODE_COMPAT || q->mode == MODE_VM86 ? 3 : 0);
    DEFAULT(vector, vector_of(q, given));
    DEFAULT(kind, kind_of(q->vector));
    DEFAULT(error, !has_error(q) ? NO_ERROR : q->vector == PF && q->cpl == 3 ? 4 : 0);
    DEFAULT(length, length_of(q));
    DEFAULT(cr2, user_or(q, 0xdead000, 0xdead000));
    DEFAULT(dr6, q->vector == DB && is_exception(q) ? 1u << 14 : 0);
}

static void complete_gates(struct question *q, const struct question *given)
{
    uint64_t handlers = in_ia32e(q) ? 0xffffffff81c00000 : 0xc0110000;

    DEFAULT(gate_p, 1);
    DEFAULT(gate_dpl, q->kind == EVENT_INT_N || q->kind == EVENT_INT3 || q->kind == EVENT_INTO ? 3 : 0);
    DEFAULT(gate_type, INTERRUPT_GATE32);
    DEFAULT(gate_selector, q->mode == MODE_REAL ? 0x0800 : q->gate_type == TASK_GATE ? TASK : CODE0);
    DEFAULT(gate_offset, (q->mode == MODE_REAL ? 0x100 : handlers) + 16 * q->vector);
    DEFAULT(gate_ist, 0);
    DEFAULT(gate_reserved, 0);
    DEFAULT(gate2_vector, DF);
    DEFAULT(gate2_p, 1);
    DEFAULT(gate2_dpl, 0);
    DEFAULT(gate2_type, INTERRUPT_GATE32);
    DEFAULT(gate2_selector, q->gate2_type == TASK_GATE ? TASK : CODE0);
    DEFAULT(gate2_ist, in_ia32e(q) && q->gate2_vector == DF ? 1 : 0);
}

static void complete_registers(struct question *q, const struct question *given)
{
    struct places at = places_of(q);

    if (in_8086(q)) {
        DEFAULT(rip, 0x100);
        DEFAULT(rsp, 0xffe);
    } else if (q->mode == MODE_LONG) {
        DEFAULT(rip, user_or(q, 0x401136, 0xffffffff81000136));
        DEFAULT(rsp, user_or(q, 0x7fffffffe3a8, at.stacks + 0x3f58));
    } else {
        DEFAULT(rip, user_or(q, 0x08048136, 0xc0100136));
        DEFAULT(rsp, user_or(q, 0xbfffe3a8, at.stacks + 0x3f58));
    }
    DEFAULT(ss, stack_segment(q));
    DEFAULT(rflags_if, 1);
    DEFAULT(rflags_tf, 0);
    DEFAULT(rflags_iopl, 0);
    DEFAULT(rflags_nt, 0);
    DEFAULT(rflags_rf, 0);
    DEFAULT(rflags_ac, 0);
    DEFAULT(rflags_vif, 0);
    DEFAULT(rflags_vip, 0);
    DEFAULT(idtr_limit, q->mode == MODE_REAL ? 0x3ff : in_ia32e(q) ? 0xfff : 0x7ff);
    DEFAULT(gdtr_limit, GDT_LAST);
    DEFAULT(cr0_wp, 1);
    DEFAULT(cr0_am, 0);
    DEFAULT(cr0_pg, q->mode != MODE_REAL);
    DEFAULT(cr4_vme, 0);
    DEFAULT(cr4_smap, 0);
}

static void complete_memory(struct question *q, const struct question *given)
{
    struct places at = places_of(q);

    DEFAULT(tss_limit, in_ia32e(q) ? 0x67 : 0x87); /* with the interrupt redirection bit map, which virtual-8086 mode has */
    DEFAULT(tss_type, 11);
    DEFAULT(tss_rsp0, at.stacks + 0x8000);
    DEFAULT(tss_rsp1, at.stacks + 0xc000);
    DEFAULT(tss_rsp2, at.stacks + 0x10000);
    DEFAULT(tss_ss0, DATA0);
    DEFAULT(tss_ss1, DATA1 | 1);
    DEFAULT(tss_ss2, DATA2 | 2);
    DEFAULT(tss_ist1, at.stacks + 0x22000);
    DEFAULT(tss_ist2, at.stacks + 0x24000);
    DEFAULT(tss_ist3, at.stacks + 0x26000);
    DEFAULT(tss_ist4, at.stacks + 0x28000);
    DEFAULT(tss_ist5, at.stacks + 0x2a000);
    DEFAULT(tss_ist6, at.stacks + 0x2c000);
    DEFAULT(tss_ist7, at.stacks + 0x2e000);
    DEFAULT(tss_redirection, 1);
    DEFAULT(code_type, 11);
    DEFAULT(code_dpl, 0);
    DEFAULT(code_p, 1);
    DEFAULT(code_s, 1);
    DEFAULT(code_l, in_ia32e(q));
    DEFAULT(code_d, !in_ia32e(q));
    DEFAULT(code_limit, LOW32);
    DEFAULT(data_type, 3);
    DEFAULT(data_dpl, 0);
    DEFAULT(data_p, 1);
    DEFAULT(data_b, 1);
    DEFAULT(data_limit, LOW32);
    DEFAULT(task_type, TSS32);
    DEFAULT(task_p, 1);
    DEFAULT(task_limit, 0x67);
    DEFAULT(stack_page_p, 1);
    DEFAULT(stack_page_rw, 1);
    DEFAULT(stack_page_us, 0);
    DEFAULT(idt_page_p, 1);
    DEFAULT(gdt_page_p, 1);
    DEFAULT(tss_page_p, 1);
}

void complete(struct question *q, const struct question *given)
{
    complete_event(q, given);
    complete_gates(q, given);
    complete_registers(q, given);
    complete_memory(q, given);
}

static const char *impossible_event(const struct question *q)
{
    if (q->kind == EVENT_INT3 && q->vector != BP)
        return "vector: INT3 has vector 3";
    if (q->kind == EVENT_INTO && q->vector != OF)
        return "vector: INTO has vector 4";
    if (q->kind == EVENT_INT1 && q->vector != DB)
        return "vector: INT1 has vector 1";
    if (q->kind == EVENT_NMI && q->vector != NMI)
        return "vector: an NMI has vector 2";
    if (is_exception(q) && q->vector >= 32)
        return "vector: exceptions have 0 to 31";
    if (has_error(q) && q->error == NO_ERROR)
        return "error: this exception has an error code";
    if (!has_error(q) && q->error != NO_ERROR)
        return "error: this event has none; #DF, #TS, #NP, #SS, #GP, #PF, #AC and #CP have";
    return 0;
}

static const char *impossible_mode(const struct question *q)
{
    if ((q->mode == MODE_VM86 || q->mode == MODE_COMPAT) && q->cpl != 3)
        return "cpl: 3 in virtual-8086 mode, and for the compatibility mode of this model";
    if (q->mode == MODE_REAL && q->cpl)
        return "cpl: 0 in real-address mode";
    if (!in_ia32e(q) && (q->gate_ist || q->gate2_ist))
        return "gate.ist, gate2.ist: only gates of IA-32e mode have one";
    if (!in_ia32e(q) && q->code_l)
        return "code.l: 0 outside IA-32e mode";
    if (in_ia32e(q) && !q->cr0_pg)
        return "cr0.pg: 1 in IA-32e mode";
    if (q->mode == MODE_REAL && q->cr0_pg)
        return "cr0.pg: 0 in real-address mode";
    return 0;
}

static bool wide(uint64_t value)
{
    return value > LOW32;
}

static const char *impossible_registers(const struct question *q)
{
    if (in_8086(q) && (q->rip > 0xffff || q->rsp > 0xffff))
        return "rip, rsp: 16 bits in this mode";
    if (q->mode != MODE_LONG && (wide(q->rip) || wide(q->rsp)))
        return "rip, rsp: 32 bits outside 64-bit mode";
    if (!in_ia32e(q) && (wide(q->cr2) || wide(q->gate_offset) || wide(q->tss_rsp0) || wide(q->tss_rsp1) || wide(q->tss_rsp2)))
        return "cr2, gate.offset, tss.rsp0 to tss.rsp2: 32 bits outside IA-32e mode";
    if (q->mode == MODE_REAL && q->gate_offset > 0xffff)
        return "gate.offset: 16 bits in real-address mode";
    return 0;
}

static const char *impossible_stack(const struct question *q)
{
    struct segment ss;

    if (in_8086(q) || (q->mode == MODE_LONG && q->cpl < 3 && is_null((uint16_t)q->ss)))
        return 0;
    ss = segment_of(q, (uint16_t)q->ss);
    if (!is_writable_data(&ss) || !ss.p || ss.dpl != q->cpl || (q->ss & 3) != q->cpl)
        return "ss: RPL and DPL have to be the CPL, and the segment has to be present and writable: 0x10, 0x61, 0x72, 0x23, or 0x50 by data.*";
    return 0;
}

const char *impossible(const struct question *q)
{
    const char *why = impossible_event(q);

    if (!why)
        why = impossible_mode(q);
    if (!why)
        why = impossible_registers(q);
    return why ? why : impossible_stack(q);
}
