/*
 * deliver.c: SDM 3A, chapter "Interrupt and Exception Handling", and the Operation of SDM 2A "INT n/INTO/INT3/INT1", which
 * holds for every event. Labels of the Operation are functions here, in its order.
 */
#include "internal.h"

struct delivery {
    const struct event *event;
    uint32_t ext;
    uint64_t rip;        /* the address in the frame */
    uint64_t flags;      /* the image in the frame */
    uint64_t flags_open; /* its bits that are left open */
    bool abort;          /* CS and RIP of the frame are undefined */
};

#define IDT_ERROR(d) error_code((d)->event->vector, true, (d)->ext)
#define SELECTOR_ERROR(d, selector) error_code(selector, false, (d)->ext)

static bool is_software(const struct event *e)
{
    return e->kind == EVENT_INT_N || e->kind == EVENT_INT3 || e->kind == EVENT_INTO;
}

/* SDM 2A "INT n", the pseudovariable EXT; SDM 3A "Error Code". */
static uint32_t ext_of(const M *m, O *o, const struct event *e)
{
    switch (e->kind) {
    case EVENT_INT_N:
    case EVENT_INT3:
    case EVENT_INTO:
        return 0;
    case EVENT_INT1:
        return choose(m, o, CHOICE_EXT_INT1);
    case EVENT_INTERRUPT:
    case EVENT_NMI:
        return 1;
    default:
        return choose(m, o, CHOICE_EXT_EXCEPTION);
    }
}

/* SDM 3B "Instruction-Breakpoint Exception Condition": the value of RF in the image. */
static void set_image(const M *m, O *o, struct delivery *d)
{
    const struct event *e = d->event;

    d->flags = m->rflags;
    if (e->kind == EVENT_ABORT) {
        d->flags |= FL_RF;
        d->flags_open = FL_RF; /* faults, traps and interrupts are spoken of, aborts aren't */
        d->abort = true;
    } else if (e->kind == EVENT_FAULT && e->vector == DB && !e->breakpoint) { /* general detect */
        if (!choose(m, o, CHOICE_DB_GENERAL_DETECT))
            d->flags |= FL_RF;
    } else if ((e->kind == EVENT_FAULT && !e->breakpoint) || e->between_repeats) {
        d->flags |= FL_RF;
    }
}

/* ---- SDM 3A "Interrupt 8-Double Fault Exception (#DF)" ---- */

enum exception_class { BENIGN, CONTRIBUTORY, PAGE_FAULT, DOUBLE_FAULT };
enum { SERIALLY, GENERATE_DOUBLE_FAULT, ENTER_SHUTDOWN };

static enum exception_class class_of(const struct event *e)
{
    if (e->kind != EVENT_FAULT && e->kind != EVENT_ABORT)
        return BENIGN; /* INT n, INTR, NMI and traps of any vector */
    switch (e->vector) {
    case DE:
    case TS:
    case NP:
    case STACK:
    case GP:
    case CP: /* later editions */
        return CONTRIBUTORY;
    case PF:
    case VE:
        return PAGE_FAULT;
    case DF:
        return DOUBLE_FAULT;
    default:
        return BENIGN;
    }
}

/* Table "Conditions for Generating a Double Fault": first exception, second exception. */
static const uint8_t double_fault_table[4][3] = {
    [BENIGN] = {SERIALLY, SERIALLY, SERIALLY},
    [CONTRIBUTORY] = {SERIALLY, GENERATE_DOUBLE_FAULT, SERIALLY},
    [PAGE_FAULT] = {SERIALLY, GENERATE_DOUBLE_FAULT, GENERATE_DOUBLE_FAULT},
    [DOUBLE_FAULT] = {SERIALLY, ENTER_SHUTDOWN, ENTER_SHUTDOWN},
};

/* ---- Stacks ---- */

/* INTER-PRIVILEGE-LEVEL-INTERRUPT, first half; CALL's MORE-PRIVILEGE has the same. */
bool inner_stack(M *m, O *o, unsigned dpl, unsigned ist, uint32_t ext, struct stack *s, struct descriptor *ss)
{
    const struct segment *tss = &m->segment[TR];
    uint32_t tss_error = error_code(tss->selector, false, ext);
    bool wide = is_ia32e(m) || tss->type & 8;
    uint32_t at = ist ? (ist << 3) + 28 : wide ? (dpl << 3) + 4 : (dpl << 2) + 2;
    uint64_t value;

    s->cpl = (uint8_t)dpl;
    if (at + (is_ia32e(m) ? 7 : wide ? 5 : 3) > tss->limit)
        return raise(o, TS, tss_error, RULE("stack.tss-limit", "2A INT n; 3A Interrupt 10"));
    if (is_ia32e(m)) {
        if (!are_canonical(m, tss->base + at, 8))
            return raise(o, TS, tss_error, RULE("stack.tss-non-canonical", "3A Interrupt 10"));
        s->flat64 = true;
        ss->segment = null_segment((uint16_t)dpl); /* NULL selector with RPL = new CPL */
        ss->segment.dpl = (uint8_t)dpl;
        return load(m, o, tss->base + at, 8, AS_SYSTEM, &s->sp);
    }
    if (!load(m, o, tss->base + at, wide ? 4 : 2, AS_SYSTEM, &s->sp) || !load(m, o, tss->base + at + (wide ? 4 : 2), 2, AS_SYSTEM, &value))
        return false;
    uint16_t selector = (uint16_t)value;
    uint32_t error = error_code(selector, false, ext);

    if (is_null(selector))
        return raise(o, TS, ext, RULE("stack.ss-null", "2A INT n; 3A Interrupt 10"));
    if (!in_table(m, selector))
        return raise(o, TS, error, RULE("stack.ss-beyond-limit", "2A INT n; 3A Interrupt 10"));
    if ((selector & 3) != dpl)
        return raise(o, TS, error, RULE("stack.ss-rpl", "2A INT n; 3A Interrupt 10"));
    if (!read_descriptor(m, o, selector, TS, ext, ss))
        return false;
    if (ss->segment.dpl != dpl)
        return raise(o, TS, error, RULE("stack.ss-dpl", "2A INT n; 3A Interrupt 10"));
    if (!is_writable_data(&ss->segment))
        return raise(o, TS, error, RULE("stack.ss-type", "2A INT n; 3A Interrupt 10"));
    if (!ss->segment.p)
        return raise(o, STACK, error, RULE("stack.ss-not-present", "2A INT n; 3A Interrupt 12"));
    s->ss = ss->segment;
    return true;
}

/* ---- TRAP-OR-INTERRUPT-GATE ---- */

static bool check_code_segment(M *m, O *o, const struct delivery *d, const struct gate *g, struct descriptor *cs)
{
    uint32_t error = SELECTOR_ERROR(d, g->selector);

    if (is_null(g->selector))
        return raise(o, GP, d->ext, RULE("gate.cs-null", "2A INT n"));
    if (!in_table(m, g->selector))
        return raise(o, GP, error, RULE("gate.cs-beyond-limit", "2A INT n"));
    if (!read_descriptor(m, o, g->selector, GP, d->ext, cs))
        return false;
    if (!is_code(&cs->segment))
        return raise(o, GP, error, RULE("gate.cs-type", "2A INT n"));
    if (cs->segment.dpl > m->cpl)
        return raise(o, GP, error, RULE("gate.cs-dpl", "2A INT n"));
    bool wrong_mode = is_ia32e(m) && (!cs->segment.l || cs->segment.db);

    if (wrong_mode && (cs->segment.p || !choose(m, o, CHOICE_GATE_CS_ORDER)))
        return raise(o, GP, choose(m, o, CHOICE_GATE_CS_MODE_ERROR) ? IDT_ERROR(d) : error, RULE("gate.cs-not-64-bit", "3A 64-Bit Mode IDT"));
    if (!cs->segment.p)
        return raise(o, NP, error, RULE("gate.cs-not-present", "2A INT n"));
    if (is_virtual_8086(m) && (is_conforming(&cs->segment) || cs->segment.dpl != 0))
        return raise(
            o, GP, error,
            RULE("gate.cs-from-virtual-8086", "2A INT n; 3B Handling an Interrupt or Exception Through a Protected-Mode Trap or Interrupt Gate"));
    return true;
}

#define FRAME_WORDS 10
/* What a selector's and an error code's padding holds is said for IA-32e mode only (SDM 3A "64-Bit Mode Stack Frame"). */
#define PADDING(size) ((size) == 4 ? 0xffff0000ull : 0)

/* SDM 3A figures "Stack Usage on Transfers to Interrupt and Exception-Handling Routines", "64-Bit Mode Stack Usage". */
static unsigned make_frame(const M *m, const struct delivery *d, unsigned size, bool with_stack, struct word frame[FRAME_WORDS])
{
    const struct event *e = d->event;
    uint64_t padding = PADDING(size), abort = d->abort ? ~0ull : 0;
    unsigned n = 0;

    if (is_virtual_8086(m)) {
        frame[n++] = (struct word){m->segment[GS].selector, padding};
        frame[n++] = (struct word){m->segment[FS].selector, padding};
        frame[n++] = (struct word){m->segment[DS].selector, padding};
        frame[n++] = (struct word){m->segment[ES].selector, padding};
    }
    if (with_stack) {
        frame[n++] = (struct word){m->segment[SS].selector, padding};
        frame[n++] = (struct word){m->gpr[RSP], 0};
    }
    frame[n++] = (struct word){d->flags, d->flags_open};
    frame[n++] = (struct word){m->segment[CS].selector, padding | abort};
    frame[n++] = (struct word){d->rip, abort};
    if (e->has_error)
        frame[n++] = (struct word){e->error, e->vector == PF ? 0 : padding};
    return n;
}

/* NewSSP */
static bool new_ssp(M *m, O *o, unsigned cpl, unsigned ist, uint64_t *ssp)
{
    *ssp = m->pl_ssp[cpl];
    return !ist || !shadow_stack_enabled(m, cpl) || load(m, o, m->interrupt_ssp_table + (uint64_t)ist * 8, 8, AS_SYSTEM, ssp);
}

static bool trap_or_interrupt_gate(M *m, O *o, const struct delivery *d, const struct gate *g)
{
    struct descriptor cs, ss;
    struct stack s = current_stack(m);

    if (!check_code_segment(m, o, d, g, &cs))
        return false;
    bool inner = !is_conforming(&cs.segment) && cs.segment.dpl < m->cpl;
    uint8_t cpl = inner ? cs.segment.dpl : m->cpl;
    unsigned size = is_ia32e(m) ? 8 : g->type & 8 ? 4 : 2;
    bool with_stack = inner || is_ia32e(m); /* "64-Bit Mode Stack Frame": unconditionally */
    struct word frame[FRAME_WORDS];
    unsigned words = make_frame(m, d, size, with_stack, frame);
    uint64_t offset = size == 2 ? g->offset & 0xffff : g->offset, ssp = 0;
    bool switched = inner || g->ist;

    if (switched && !inner_stack(m, o, cpl, g->ist, d->ext, &s, &ss))
        return false;
    if (m->cr4 & CR4_CET && !new_ssp(m, o, cpl, g->ist, &ssp))
        return false;
    if (is_ia32e(m)) {
        s.flat64 = true;
        if (!is_canonical(m, s.sp))
            return raise(o, STACK, d->ext, RULE("stack.non-canonical", "2A INT n"));
        if (!is_canonical(m, offset))
            return raise(o, GP, d->ext, RULE("gate.offset-non-canonical", "2A INT n"));
        s.sp &= ~15ull;
        note_rule(o, RULE("stack.aligned", "3A 64-Bit Mode Stack Frame"));
        if (!is_canonical(m, s.sp - words * size)) /* and what lies between is so, too */
            return raise(o, STACK, d->ext, RULE("stack.push-non-canonical", "2A INT n, 64-Bit Mode Exceptions"));
    } else {
        if (!has_room(m, &s, words, size))
            return raise(o, STACK, inner ? SELECTOR_ERROR(d, ss.segment.selector) : d->ext, RULE("stack.no-room", "2A INT n"));
        if (!ip_within_limit(&cs.segment, offset))
            return raise(o, GP, d->ext, RULE("gate.offset-beyond-limit", "2A INT n"));
        if (misaligned(m, &s, size))
            return raise(o, AC, d->ext, RULE("stack.push-misaligned", "2A INT n"));
    }
    if (!set_accessed(m, o, &cs) || (inner && !is_ia32e(m) && !set_accessed(m, o, &ss)))
        return false;
    if (!push(m, o, &s, size, frame, words))
        return false;
    if (m->cr4 & CR4_CET && !shadow_enter(m, o, cpl, ssp, switched, d->rip))
        return false;

    /* Nothing can fault from here on. */
    if (is_virtual_8086(m))
        for (unsigned i = ES; i <= GS; i++)
            if (i != CS && i != SS)
                m->segment[i] = null_segment(0);
    if (inner) {
        m->segment[SS] = ss.segment;
        if (is_ia32e(m) && choose(m, o, CHOICE_INNER_SS_RPL))
            m->segment[SS].selector = 0;
    } else if (g->ist && choose(m, o, CHOICE_IST_SS)) {
        m->segment[SS] = ss.segment;
    }
    m->cpl = cpl;
    m->segment[CS] = cs.segment;
    m->segment[CS].selector = (uint16_t)((g->selector & ~3u) | cpl);
    m->rip = offset;
    if (is_ia32e(m) || (switched && !m->segment[SS].db)) {
        m->gpr[RSP] = s.sp; /* of a 16-bit stack, too: loaded from the TSS whole */
    } else {
        s.ss = m->segment[SS];
        load_sp(m, &s, s.sp);
    }
    m->rflags &= ~(FL_TF | FL_NT | FL_RF | FL_VM);
    if (!(g->type & 1))
        m->rflags &= ~FL_IF;
    note_rule(o, g->type & 1 ? RULE("gate.trap-keeps-if", "3A Flag Usage By Exception- or Interrupt-Handler Procedure")
                             : RULE("gate.interrupt-clears-if", "3A Flag Usage By Exception- or Interrupt-Handler Procedure"));
    wait_for_endbranch(m);
    return true;
}

/* ---- TASK-GATE ---- */

static bool task_gate(M *m, O *o, const struct delivery *d, const struct gate *g)
{
    uint64_t abort = d->abort ? ~0ull : 0;
    /* RF is spoken of where a frame is pushed, and no EFLAGS is pushed here. */
    struct resumption r = {{d->rip, abort}, {d->flags, (d->flags ^ m->rflags) & FL_RF}, abort};

    if (!task_switch(m, o, g->selector, TASK_INTERRUPT, d->ext, &r))
        return false;
    uint64_t sp = m->gpr[RSP];

    if (d->event->has_error) {
        struct stack s = current_stack(m);
        unsigned size = m->segment[TR].type & 8 ? 4 : 2;

        if (!has_room(m, &s, 1, size))
            return raise(o, STACK, d->ext, RULE("task-gate.error-code-no-room", "2A INT n"));

        struct word error = {d->event->error, d->event->vector == PF ? 0 : PADDING(size)};

        if (!push(m, o, &s, size, &error, 1))
            return false;
        load_sp(m, &s, s.sp);
    }
    if (!ip_within_limit(&m->segment[CS], m->rip)) {
        m->gpr[RSP] = sp; /* "the original event is not delivered" */
        return raise(o, GP, d->ext, RULE("task-gate.eip-beyond-limit", "2A INT n"));
    }
    return true;
}

/* ---- IA-32e-MODE ---- */

static bool ia32e_mode(M *m, O *o, const struct delivery *d)
{
    const struct event *e = d->event;
    uint64_t at = m->idtr.base + e->vector * 16u, low, high;

    if (e->kind == EVENT_INTO && is_64bit(m))
        return raise_plain(o, UD, RULE("into.64-bit", "2A INT n"));
    if (e->vector * 16u + 15 > m->idtr.limit)
        return raise(o, GP, IDT_ERROR(d), RULE("idt.beyond-limit", "2A INT n"));
    if (!are_canonical(m, at, 16))
        return raise(o, GP, IDT_ERROR(d), RULE("idt.non-canonical", "2A INT n, 64-Bit Mode Exceptions"));
    if (!load_16(m, o, at, &low, &high))
        return false;
    struct gate g = decode_gate(low, high, true);

    if (g.s || (g.type != INTERRUPT_GATE32 && g.type != TRAP_GATE32)) {
        bool small = !g.s && (g.type == INTERRUPT_GATE16 || g.type == TRAP_GATE16);

        return raise(o, GP, small && choose(m, o, CHOICE_GATE_16BIT_ERROR) ? 0 : IDT_ERROR(d), RULE("idt.gate.type", "2A INT n"));
    }
    if (g.reserved && choose(m, o, CHOICE_GATE_RESERVED))
        return raise(o, GP, IDT_ERROR(d), RULE("idt.gate.reserved", "3A 64-Bit Mode IDT"));
    if (is_software(e) && g.dpl < m->cpl)
        return raise(o, GP, IDT_ERROR(d), RULE("idt.gate.dpl", "2A INT n"));
    if (!g.p)
        return raise(o, NP, IDT_ERROR(d), RULE("idt.gate.not-present", "2A INT n"));
    return trap_or_interrupt_gate(m, o, d, &g);
}

/* ---- PROTECTED-MODE ---- */

static bool protected_mode(M *m, O *o, const struct delivery *d)
{
    const struct event *e = d->event;
    uint64_t raw;

    if (e->vector * 8u + 7 > m->idtr.limit)
        return raise(o, GP, IDT_ERROR(d), RULE("idt.beyond-limit", "2A INT n"));
    if (!load(m, o, m->idtr.base + e->vector * 8u, 8, AS_SYSTEM, &raw))
        return false;
    struct gate g = decode_gate(raw, 0, false);

    if (g.s || (g.type != TASK_GATE && (g.type & 6) != 6)) /* 6, 7, E, F */
        return raise(o, GP, IDT_ERROR(d), RULE("idt.gate.type", "2A INT n"));
    if (is_software(e) && g.dpl < m->cpl)
        return raise(o, GP, IDT_ERROR(d), RULE("idt.gate.dpl", "2A INT n"));
    if (!g.p)
        return raise(o, NP, IDT_ERROR(d), RULE("idt.gate.not-present", "2A INT n"));
    return g.type == TASK_GATE ? task_gate(m, o, d, &g) : trap_or_interrupt_gate(m, o, d, &g);
}

/* ---- REAL-ADDRESS-MODE, and what VME makes of INT n in virtual-8086 mode: the handler of the 8086 program ---- */

static bool interrupt_8086(M *m, O *o, const struct delivery *d, uint64_t table, uint64_t image)
{
    struct stack s = current_stack(m);
    uint64_t vector;

    if (!has_room(m, &s, 3, 2))
        return raise(o, STACK, 0, RULE("real.stack-no-room", "2A INT n"));
    if (!load(m, o, table + d->event->vector * 4u, 4, AS_CPL, &vector))
        return false;
    uint64_t abort = d->abort ? ~0ull : 0;
    struct word frame[] = {{image & 0xffff, 0}, {m->segment[CS].selector, abort}, {d->rip & 0xffff, abort}};

    if (!push(m, o, &s, 2, frame, 3))
        return false;
    load_sp(m, &s, s.sp);
    load_8086_segment(m, CS, (uint16_t)(vector >> 16));
    m->rip = vector & 0xffff;
    return true;
}

static bool real_address_mode(M *m, O *o, const struct delivery *d)
{
    if (d->event->vector * 4u + 3 > m->idtr.limit)
        return raise(o, GP, 0, RULE("real.idt-beyond-limit", "2A INT n"));
    if (!interrupt_8086(m, o, d, m->idtr.base, d->flags))
        return false;
    m->rflags &= ~(FL_IF | FL_TF | FL_AC | FL_RF); /* "No error codes are pushed in real-address mode" */
    leave_open(o, "rflags", FL_RF, "SDM 2A \"INT n\", REAL-ADDRESS-MODE: IF, TF and AC are cleared, RF isn't spoken of");
    return true;
}

/* SDM 3B "Class 3-Software Interrupt Handling in Virtual-8086 Mode": bit n of the map below the I/O permission bit map. */
static bool redirected(M *m, O *o, unsigned vector, bool *to_8086)
{
    const struct segment *tss = &m->segment[TR];
    uint64_t base, byte;

    if (tss->limit < 0x67)
        return raise(o, GP, 0, RULE("virtual-8086.no-map-base", "3A Task-State Segment (TSS)"));
    if (!load(m, o, tss->base + 0x66, 2, AS_SYSTEM, &base))
        return false;
    if (base - 32 + vector / 8 > tss->limit)
        return raise(o, GP, 0, RULE("virtual-8086.map-beyond-limit", "3B Software Interrupt Redirection Bit Map"));
    if (!load(m, o, tss->base + base - 32 + vector / 8, 1, AS_SYSTEM, &byte))
        return false;
    *to_8086 = !(byte >> (vector & 7) & 1);
    return true;
}

static bool virtual_8086_int_n(M *m, O *o, const struct delivery *d)
{
    bool to_8086 = false;

    if (m->cr4 & CR4_VME && !redirected(m, o, d->event->vector, &to_8086))
        return false;
    if (!to_8086) {
        if (iopl(m) < 3)
            return raise(o, GP, 0, RULE("virtual-8086.int-n-iopl", "2A INT n"));
        return protected_mode(m, o, d);
    }
    bool trusted = iopl(m) == 3;
    uint64_t image = trusted ? d->flags : (d->flags & ~FL_IF) | FL_IOPL | (flag(m, FL_VIF) ? FL_IF : 0);

    if (!interrupt_8086(m, o, d, 0, image))
        return false;
    m->rflags &= ~(FL_TF | (trusted ? FL_IF : FL_VIF));
    note_rule(o, RULE("virtual-8086.redirected", "3B Redirection of Software Interrupts to the 8086 Program"));
    return true;
}

/* ---- Any mode ---- */

static bool call_handler(M *m, O *o, const struct event *e)
{
    struct delivery d = {.event = e, .ext = ext_of(m, o, e), .rip = m->rip + e->length};

    set_image(m, o, &d);
    if (!is_64bit(m))
        d.rip &= LOW32; /* in 16-bit code, too: only branches of 16 bits cut it */
    if (!is_protected(m))
        return real_address_mode(m, o, &d);
    if (is_virtual_8086(m) && e->kind == EVENT_INT_N)
        return virtual_8086_int_n(m, o, &d);
    return is_ia32e(m) ? ia32e_mode(m, o, &d) : protected_mode(m, o, &d);
}

/*
 * What an event has done before its handler is called, and if that fails, too (SDM 3C "Architectural State Before a VM Exit",
 * of events that cause an exit indirectly).
 */
static void take(M *m, O *o, const struct event *e)
{
    bool exception = e->kind == EVENT_FAULT || e->kind == EVENT_TRAP;

    m->sti_shadow = m->mov_ss_shadow = 0;
    if (e->kind == EVENT_NMI)
        m->nmi_blocked = 1; /* SDM 3A "Handling Multiple NMIs" */
    if (exception && e->vector == PF)
        m->cr2 = e->cr2;                                           /* SDM 3A "Interrupt 14-Page-Fault Exception (#PF)" */
    if (e->kind == EVENT_INT1 || (exception && e->vector == DB)) { /* SDM 3B "Debug Status Register (DR6)", "Debug Control Register (DR7)" */
        if (m->dr6 & 0xf & ~e->dr6)
            leave_open(o, "dr6", m->dr6 & 0xf & ~e->dr6, "SDM 3B \"Debug Status Register (DR6)\": certain debug exceptions may clear bits 0-3");
        m->dr6 |= e->dr6;
        m->dr7 &= ~(1ull << 13);
        m->debugctl &= ~3ull;
    }
}

void spec_deliver(M *m, const struct event *event, O *o)
{
    struct event now = *event;

    begin(o);
    for (;;) {
        uint8_t stores = o->store_count;

        note_event(o, &now);
        take(m, o, &now);
        if (call_handler(m, o, &now)) {
            o->event = now;
            return;
        }
        struct event second = o->event;

        leave_stores_open(o, stores);
        switch (double_fault_table[class_of(&now)][class_of(&second)]) {
        case ENTER_SHUTDOWN:
            note_rule(o, RULE("double-fault.shutdown", "3A Interrupt 8"));
            o->end = END_SHUTDOWN;
            return;
        case GENERATE_DOUBLE_FAULT:
            note_rule(o, RULE("double-fault.generated", "3A Interrupt 8"));
            if (second.vector == PF)
                m->cr2 = second.cr2;
            now = (struct event){.kind = EVENT_ABORT, .vector = DF, .has_error = 1};
            break;
        default:
            note_rule(o, RULE("double-fault.serially", "3A Interrupt 8"));
            now = second;
        }
    }
}
