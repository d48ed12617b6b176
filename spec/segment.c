/* segment.c: loads of DS, ES, FS, GS and SS: SDM 2B "MOV-Move", "POP", SDM 2A "LDS/LES/LFS/LGS/LSS". */
#include "internal.h"

static bool load_ss(M *m, O *o, uint16_t selector)
{
    uint32_t error = error_code(selector, false, 0);
    struct descriptor d;

    if (is_null(selector)) {
        if (!is_64bit(m) || m->cpl == 3)
            return raise(o, GP, 0, RULE("segment.ss-null", "2B MOV"));
        if ((selector & 3) != m->cpl)
            return raise(o, GP, 0, RULE("segment.ss-null-rpl", "2B MOV, 64-Bit Mode Exceptions"));
        m->segment[SS] = null_segment(selector);
        m->segment[SS].dpl = m->cpl;
        return true;
    }
    if (!in_table(m, selector))
        return raise(o, GP, error, RULE("segment.beyond-limit", "2B MOV"));
    if (!read_descriptor(m, o, selector, GP, 0, &d))
        return false;
    if ((selector & 3) != m->cpl)
        return raise(o, GP, error, RULE("segment.ss-rpl", "2B MOV"));
    if (!is_writable_data(&d.segment))
        return raise(o, GP, error, RULE("segment.ss-type", "2B MOV"));
    if (d.segment.dpl != m->cpl)
        return raise(o, GP, error, RULE("segment.ss-dpl", "2B MOV"));
    if (!d.segment.p)
        return raise(o, STACK, error, RULE("segment.ss-not-present", "2B MOV"));
    return load_register(m, o, SS, &d);
}

void leave_base_open(const M *m, O *o, unsigned segment, const char *reason)
{
    if (is_ia32e(m) && segment >= FS)
        leave_open(o, segment == FS ? "fs_base" : "gs_base", ~0ull, reason);
}

static bool load_data_segment(M *m, O *o, unsigned which, uint16_t selector)
{
    uint32_t error = error_code(selector, false, 0);
    struct descriptor d;

    if (is_null(selector)) {
        m->segment[which] = null_segment(selector);
        leave_base_open(m, o, which, "SDM 2B \"MOV-Move\" loads a NULL selector, and doesn't speak of the base");
        return true;
    }
    if (!in_table(m, selector))
        return raise(o, GP, error, RULE("segment.beyond-limit", "2B MOV"));
    if (!read_descriptor(m, o, selector, GP, 0, &d))
        return false;
    if (!is_readable(&d.segment))
        return raise(o, GP, error, RULE("segment.data-type", "2B MOV"));
    if (!is_conforming(&d.segment) && ((selector & 3) > d.segment.dpl || m->cpl > d.segment.dpl))
        return raise(o, GP, error, RULE("segment.data-privilege", "2B MOV"));
    if (!d.segment.p)
        return raise(o, NP, error, RULE("segment.data-not-present", "2B MOV"));
    return load_register(m, o, which, &d);
}

void spec_load_segment(M *m, unsigned segment, uint16_t selector, O *o)
{
    bool done = true;

    begin(o);
    if (is_virtual_8086(m)) {
        m->segment[segment] = virtual_8086_segment(selector);
    } else if (!is_protected(m)) {
        load_8086_segment(m, segment, selector);
    } else {
        done = segment == SS ? load_ss(m, o, selector) : load_data_segment(m, o, segment, selector);
    }
    finish(o, done);
}

/* IRET and RET to an outer ring: data and non-conforming code that the new CPL may not use becomes NULL. */
void drop_inner_data_segments(M *m, O *o)
{
    for (unsigned i = ES; i <= GS; i++) {
        struct segment *s = &m->segment[i];

        if (i == CS || i == SS)
            continue;
        if (is_null(s->selector)) { /* whatever its base is, stays */
            s->selector = 0;
        } else if (s->dpl < m->cpl && !is_conforming(s)) {
            *s = null_segment(0);
            leave_base_open(m, o, i, "SDM 2A \"IRET/IRETD/IRETQ\" makes the selector NULL, and doesn't speak of the base");
        }
    }
}
