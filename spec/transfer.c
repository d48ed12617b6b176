/* transfer.c: SDM 2A "CALL" and "JMP", far: to code segments, through call gates, to tasks. Labels are the Operation's. */
#include "internal.h"

static uint64_t return_address(const M *m, const struct far_transfer *t)
{
    return m->rip + t->length;
}

#define SELECTOR_PADDING(size) \
    ((size) == 2 ? 0 : ~0xffffull & ((size) == 4 ? LOW32 : ~0ull)) /* "padded with ... high-order bits", it isn't said which */

/* Push(CS), Push(return address). */
static bool push_return(M *m, O *o, const struct far_transfer *t, struct stack *s, unsigned size)
{
    struct word words[] = {{m->segment[CS].selector, SELECTOR_PADDING(size)}, {return_address(m, t), 0}};

    return push(m, o, s, size, words, 2);
}

/* Real-address or virtual-8086 mode. */
static bool transfer_8086(M *m, O *o, const struct far_transfer *t)
{
    unsigned size = t->operand_size / 8;
    struct stack s = current_stack(m);

    if (t->call && !has_room(m, &s, 2, size))
        return raise(o, STACK, 0, RULE("transfer.stack-no-room", "2A CALL"));
    if (!ip_within_limit(&m->segment[CS], t->offset))
        return raise(o, GP, 0, RULE("transfer.offset-beyond-limit", "2A CALL"));
    if (t->call) {
        if (!push_return(m, o, t, &s, size))
            return false;
        load_sp(m, &s, s.sp);
    }
    load_8086_segment(m, CS, t->selector);
    m->rip = t->offset;
    return true;
}

/* CONFORMING-CODE-SEGMENT, NONCONFORMING-CODE-SEGMENT */
static bool code_segment(M *m, O *o, const struct far_transfer *t, struct descriptor *cs)
{
    uint32_t error = error_code(t->selector, false, 0);
    bool long_target = is_ia32e(m) && cs->segment.l;
    unsigned size = t->operand_size / 8;
    struct stack s = current_stack(m);
    uint64_t offset = t->offset;

    if (is_ia32e(m) && cs->segment.l && cs->segment.db)
        return raise(o, GP, error, RULE("transfer.cs-l-and-d", "2A CALL"));
    if (is_conforming(&cs->segment) ? cs->segment.dpl > m->cpl : (t->selector & 3) > m->cpl || cs->segment.dpl != m->cpl)
        return raise(o, GP, error, RULE("transfer.cs-privilege", "2A CALL"));
    if (!cs->segment.p)
        return raise(o, NP, error, RULE("transfer.cs-not-present", "2A CALL"));
    if (t->call && !has_room(m, &s, 2, size))
        return raise(o, STACK, 0, RULE("transfer.stack-no-room", "2A CALL"));
    if (t->call && misaligned(m, &s, size))
        return raise(o, AC, 0, RULE("transfer.stack-misaligned", "2A CALL"));
    if (!long_target)
        offset &= LOW32;
    if (!long_target && !ip_within_limit(&cs->segment, offset))
        return raise(o, GP, 0, RULE("transfer.offset-beyond-limit", "2A CALL"));
    if (long_target && !is_canonical(m, offset))
        return raise(o, GP, 0, RULE("transfer.offset-non-canonical", "2A CALL"));
    if (!set_accessed(m, o, cs))
        return false;
    if (t->call && !push_return(m, o, t, &s, size))
        return false;
    if (shadow_stack_enabled(m, m->cpl) && !long_target && m->ssp >> 32)
        return raise(o, GP, 0, RULE("transfer.ssp-above-4g", "2A CALL; 2A JMP"));
    if (t->call && !shadow_enter(m, o, m->cpl, m->ssp, false, return_address(m, t)))
        return false;
    if (t->call)
        load_sp(m, &s, s.sp);
    m->segment[CS] = cs->segment;
    m->segment[CS].selector = (uint16_t)((t->selector & ~3u) | m->cpl);
    m->rip = offset;
    wait_for_endbranch(m);
    return true;
}

/* ---- CALL-GATE ---- */

static bool check_gate_code(M *m, O *o, const struct far_transfer *t, const struct gate *g, struct descriptor *cs)
{
    uint32_t error = error_code(g->selector, false, 0);

    if (is_null(g->selector))
        return raise(o, GP, 0, RULE("call-gate.cs-null", "2A CALL"));
    if (!in_table(m, g->selector))
        return raise(o, GP, error, RULE("call-gate.cs-beyond-limit", "2A CALL"));
    if (!read_descriptor(m, o, g->selector, GP, 0, cs))
        return false;
    if (!is_code(&cs->segment))
        return raise(o, GP, error, RULE("call-gate.cs-type", "2A CALL"));
    if (cs->segment.dpl > m->cpl || (!t->call && !is_conforming(&cs->segment) && cs->segment.dpl != m->cpl))
        return raise(o, GP, error, RULE("call-gate.cs-dpl", "2A CALL"));
    if (is_ia32e(m) && (!cs->segment.l || cs->segment.db))
        return raise(o, GP, error, RULE("call-gate.cs-not-64-bit", "2A CALL"));
    if (!cs->segment.p)
        return raise(o, NP, error, RULE("call-gate.cs-not-present", "2A CALL"));
    return true;
}

/* "Push(parameters from calling procedure's stack)": the last first, so that their order stays. */
static bool copy_parameters(M *m, O *o, struct stack *to, unsigned count, unsigned size)
{
    struct stack from = current_stack(m);

    for (unsigned i = count; i-- > 0;) {
        uint64_t value;

        if (!peek(m, o, &from, i * size, size, &value) || !push(m, o, to, size, &(struct word){value, 0}, 1))
            return false;
    }
    return true;
}

/* MORE-PRIVILEGE, SAME-PRIVILEGE */
static bool through_gate(M *m, O *o, const struct far_transfer *t, const struct gate *g, struct descriptor *cs)
{
    bool inner = t->call && !is_conforming(&cs->segment) && cs->segment.dpl < m->cpl;
    uint8_t cpl = inner ? cs->segment.dpl : m->cpl;
    unsigned size = is_ia32e(m) ? 8 : g->type & 8 ? 4 : 2, words = !t->call ? 0 : inner ? 4u + g->count : 2;
    struct stack s = current_stack(m);
    struct descriptor ss = {0};

    if (inner && !inner_stack(m, o, cpl, 0, 0, &s, &ss))
        return false;
    s.flat64 = is_ia32e(m);
    if (!has_room(m, &s, words, size))
        return raise(o, STACK, inner ? error_code(ss.segment.selector, false, 0) : 0, RULE("call-gate.stack-no-room", "2A CALL"));
    if (t->call && misaligned(m, &s, size))
        return raise(o, AC, 0, RULE("call-gate.stack-misaligned", "2A CALL"));
    if (is_ia32e(m) ? !is_canonical(m, g->offset) : !ip_within_limit(&cs->segment, g->offset))
        return raise(o, GP, 0, RULE("call-gate.offset", "2A CALL"));
    if (!set_accessed(m, o, cs) || (inner && ss.segment.p && !set_accessed(m, o, &ss)))
        return false;
    struct word old_stack[] = {{m->segment[SS].selector, SELECTOR_PADDING(size)}, {m->gpr[RSP], 0}};

    if (inner && (!push(m, o, &s, size, old_stack, 2) || !copy_parameters(m, o, &s, g->count, size)))
        return false;
    if (t->call && !push_return(m, o, t, &s, size))
        return false;
    if (t->call && !shadow_enter(m, o, cpl, m->pl_ssp[cpl], inner, return_address(m, t)))
        return false;
    m->cpl = cpl;
    if (inner)
        m->segment[SS] = ss.segment;
    m->segment[CS] = cs->segment;
    m->segment[CS].selector = (uint16_t)((g->selector & ~3u) | cpl);
    m->rip = g->offset;
    if (inner && stack_mask(&s) == 0xffff)
        m->gpr[RSP] = s.sp; /* loaded from the TSS whole */
    else if (t->call)
        load_sp(m, &s, s.sp);
    wait_for_endbranch(m);
    return true;
}

static bool call_gate(M *m, O *o, const struct far_transfer *t, struct descriptor *d)
{
    uint32_t error = error_code(t->selector, false, 0);
    struct descriptor cs;

    if (d->segment.dpl < m->cpl || (t->selector & 3) > d->segment.dpl)
        return raise(o, GP, error, RULE("call-gate.dpl", "2A CALL"));
    if (!d->segment.p)
        return raise(o, NP, error, RULE("call-gate.not-present", "2A CALL"));
    if (!read_upper_half(m, o, d))
        return false;
    if (d->high >> 40 & 31)
        return raise(o, GP, error, RULE("call-gate.upper-type", "3A IA-32e Mode Call Gates"));
    struct gate g = decode_gate(d->raw, d->high, is_ia32e(m));

    return check_gate_code(m, o, t, &g, &cs) && through_gate(m, o, t, &g, &cs);
}

/* ---- TASK-GATE, TASK-STATE-SEGMENT ---- */

static bool to_task(M *m, O *o, const struct far_transfer *t, const struct descriptor *d)
{
    bool gate = d->segment.type == TASK_GATE;
    uint32_t error = error_code(t->selector, false, 0);

    if (d->segment.dpl < m->cpl || d->segment.dpl < (t->selector & 3))
        return raise(o, GP, error, gate ? RULE("task-gate.dpl", "2A CALL") : RULE("task.tss-dpl", "2A CALL"));
    if (gate && !d->segment.p)
        return raise(o, NP, error, RULE("task-gate.not-present", "2A CALL"));
    uint16_t selector = gate ? (uint16_t)(d->raw >> 16) : t->selector;
    struct resumption r = {{return_address(m, t), 0}, {m->rflags, 0}, 0};

    if (!task_switch(m, o, selector, t->call ? TASK_CALL : TASK_JMP, 0, &r))
        return false;
    return ip_within_limit(&m->segment[CS], m->rip) || raise(o, GP, 0, RULE("task.eip-beyond-limit", "2A CALL"));
}

static bool transfer(M *m, O *o, const struct far_transfer *t)
{
    uint32_t error = error_code(t->selector, false, 0);
    struct descriptor d;

    if (!is_protected(m) || is_virtual_8086(m))
        return transfer_8086(m, o, t);
    if (is_null(t->selector))
        return raise(o, GP, 0, RULE("transfer.selector-null", "2A CALL"));
    if (!in_table(m, t->selector))
        return raise(o, GP, error, RULE("transfer.selector-beyond-limit", "2A CALL"));
    if (!read_descriptor(m, o, t->selector, GP, 0, &d))
        return false;
    if (is_code(&d.segment))
        return code_segment(m, o, t, &d);
    if (!d.segment.s && (d.segment.type == CALL_GATE32 || (d.segment.type == CALL_GATE16 && !is_ia32e(m))))
        return call_gate(m, o, t, &d);
    if (!d.segment.s && !is_ia32e(m) && (d.segment.type == TASK_GATE || (d.segment.type & 5) == 1))
        return to_task(m, o, t, &d);
    return raise(o, GP, error, RULE("transfer.type", "2A CALL"));
}

void spec_far_transfer(M *m, const struct far_transfer *t, O *o)
{
    begin(o);
    if (finish(o, transfer(m, o, t)))
        m->sti_shadow = m->mov_ss_shadow = 0;
}
