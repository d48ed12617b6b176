/* selector.c: instructions that look at a selector's descriptor: SDM 2A "LAR", "LSL", "LLDT", "LTR", "ARPL", SDM 2B "VERR/VERW". */
#include "internal.h"

#define BIT(type) (1u << (type))
/* Tables "Segment and Gate Types", "Segment and Gate Descriptor Types": the system types that are valid. */
#define TSS_TYPES (BIT(TSS32) | BIT(TSS32_BUSY))
#define TSS16_TYPES (BIT(TSS16) | BIT(TSS16_BUSY))
#define GATE_TYPES (BIT(CALL_GATE16) | BIT(TASK_GATE))

static bool is_valid_type(const M *m, enum spec_verify which, const struct segment *s)
{
    uint32_t lsl = BIT(LDT) | TSS_TYPES | (is_ia32e(m) ? 0 : TSS16_TYPES);
    uint32_t lar = lsl | BIT(CALL_GATE32) | (is_ia32e(m) ? 0 : GATE_TYPES);

    switch (which) {
    case VERIFY_LAR:
        return s->s || lar & BIT(s->type);
    case VERIFY_LSL:
        return s->s || lsl & BIT(s->type);
    case VERIFY_READ:
        return is_readable(s);
    default:
        return is_writable_data(s);
    }
}

static bool is_visible(const M *m, const struct segment *s)
{
    return is_conforming(s) || (m->cpl <= s->dpl && (s->selector & 3) <= s->dpl);
}

/* ZF := 0 */
static bool refuse(O *o, bool *found, const char *rule)
{
    note_rule(o, rule);
    *found = false;
    return true;
}

/* SDM 3A "Segment Descriptor Tables in IA-32e Mode", "TSS Descriptor in 64-bit mode", APM 2 "System Descriptors": of an LDT, a TSS. */
static bool second_half_counts(const M *m, O *o)
{
    return is_64bit(m) || !choose(m, o, CHOICE_SYSTEM_COMPAT);
}

/* False: a fault. Else `found` says whether the descriptor is one that the instruction can be told of. */
static bool find(M *m, O *o, enum spec_verify which, uint16_t selector, struct descriptor *d, bool *found)
{
    *found = true;
    if (is_null(selector))
        return refuse(o, found, RULE("verify.null", "2A LAR; 2A LSL; 2B VERR"));
    if (!in_table(m, selector))
        return refuse(o, found, RULE("verify.beyond-limit", "2A LAR; 2A LSL; 2B VERR"));
    if (!read_descriptor(m, o, selector, GP, 0, d))
        return false;
    if (!is_valid_type(m, which, &d->segment))
        return refuse(o, found, RULE("verify.type", "2A LAR; 2A LSL; 2B VERR"));
    if (!is_visible(m, &d->segment))
        return refuse(o, found, RULE("verify.privilege", "2A LAR; 2A LSL; 2B VERR"));
    if (!is_ia32e(m) || d->segment.s)
        return true;
    /* APM 3 "LAR": that of an LDT or a TSS counts in 64-bit mode, that of a call gate in long mode */
    if (which == VERIFY_LAR && ((!is_64bit(m) && d->segment.type != CALL_GATE32) || !choose(m, o, CHOICE_LAR_HALF)))
        return true;
    bool counts = d->segment.type == CALL_GATE32 || second_half_counts(m, o);

    if (!counts && !choose(m, o, CHOICE_SYSTEM_COMPAT_READ))
        return true;
    if (!in_table(m, selector + 8u))
        return refuse(o, found, RULE("verify.half-beyond-limit", "2A LSL; APM 3 LAR"));
    if (!read_half(m, o, d->linear + 8, GP, error_code(selector, false, 0), &d->high))
        return false;
    return counts && d->high >> 40 & 31 ? refuse(o, found, RULE("verify.upper-type", "2A LSL; APM 3 LAR")) : true;
}

static bool verify(M *m, O *o, enum spec_verify which, uint16_t selector, uint64_t *value, bool *found)
{
    struct descriptor d;

    if (!is_protected(m) || is_virtual_8086(m))
        return raise_plain(o, UD, RULE("verify.not-recognized", "2A LAR; 2A LSL; 2B VERR"));
    if (!find(m, o, which, selector, &d, found))
        return false;
    if (!*found)
        return true;
    if (which == VERIFY_LAR) {
        *value = d.raw >> 32 & 0xf0ff00;
        leave_open(o, "value", 0xf0000, "SDM 2A \"LAR\": bits 19:16 are undefined");
    } else if (which == VERIFY_LSL) {
        *value = d.segment.limit;
    }
    return true;
}

bool spec_verify(M *m, enum spec_verify which, uint16_t selector, uint64_t *value, O *o)
{
    bool found = false;

    begin(o);
    if (finish(o, verify(m, o, which, selector, value, &found)))
        m->rflags = (m->rflags & ~FL_ZF) | (found ? FL_ZF : 0);
    return found;
}

bool spec_adjust_rpl(M *m, uint16_t *selector, uint16_t than, O *o)
{
    bool less = (*selector & 3) < (than & 3);

    begin(o);
    if (!is_protected(m) || is_virtual_8086(m))
        return finish(o, raise_plain(o, UD, RULE("arpl.not-recognized", "2A ARPL")));
    m->rflags = (m->rflags & ~FL_ZF) | (less ? FL_ZF : 0);
    if (less)
        *selector = (uint16_t)((*selector & ~3u) | (than & 3));
    return less;
}

/* ---- LLDT, LTR: what both check is in the order of LTR's Operation. ---- */

static bool read_system_half(M *m, O *o, struct descriptor *d)
{
    if (!is_ia32e(m) || second_half_counts(m, o))
        return read_upper_half(m, o, d);
    if (choose(m, o, CHOICE_SYSTEM_COMPAT_READ) && !read_upper_half(m, o, d))
        return false;
    d->high = 0;
    d->segment.base &= LOW32;
    return true;
}

static bool check_system(M *m, O *o, bool tss, uint16_t selector, struct descriptor *d)
{
    uint32_t error = error_code(selector, false, 0);

    if (selector & 4 || !in_table(m, selector))
        return raise(o, GP, error, RULE("system-segment.beyond-gdt", "2A LLDT; 2A LTR"));
    if (!read_descriptor(m, o, selector, GP, 0, d))
        return false;
    bool type = tss ? d->segment.type == TSS32 || (d->segment.type == TSS16 && !is_ia32e(m)) : d->segment.type == LDT;

    if (d->segment.s || !type)
        return raise(o, GP, error, RULE("system-segment.type", "2A LLDT; 2A LTR"));
    if (!d->segment.p)
        return raise(o, NP, error, RULE("system-segment.not-present", "2A LLDT; 2A LTR"));
    if (!read_system_half(m, o, d))
        return false;
    if (d->high >> 40 & 31)
        return raise(o, GP, error, RULE("system-segment.upper-type", "2A LTR; 3A Segment Descriptor Tables in IA-32e Mode"));
    if (is_ia32e(m) && !is_canonical(m, d->segment.base))
        return raise(o, tss && choose(m, o, CHOICE_LTR_BASE) ? TS : GP, error,
                     RULE("system-segment.base-non-canonical", "3A Interrupt 10; APM 2 System Descriptors"));
    return true;
}

static bool load_system(M *m, O *o, unsigned segment, uint16_t selector)
{
    bool tss = segment == TR;
    struct descriptor d;

    if (!is_protected(m) || is_virtual_8086(m))
        return raise_plain(o, UD, RULE("system-segment.not-recognized", "2A LLDT; 2A LTR"));
    if (m->cpl != 0)
        return raise(o, GP, 0, RULE("system-segment.cpl", "2A LLDT; 2A LTR"));
    if (is_null(selector) && tss)
        return raise(o, GP, 0, RULE("system-segment.tr-null", "2A LTR"));
    if (is_null(selector)) {
        m->segment[LDTR] = null_segment(selector);
        leave_open(o, "ldtr", 3, "SDM 2A \"LLDT\": LDTR is marked invalid; what of the selector stays isn't said");
        return true;
    }
    if (!check_system(m, o, tss, selector, &d) || (tss && !set_busy(m, o, d.linear, d.raw, true)))
        return false;
    d.segment.type |= tss ? 2 : 0;
    m->segment[segment] = d.segment;
    return true;
}

void spec_load_system(M *m, unsigned segment, uint16_t selector, O *o)
{
    begin(o);
    finish(o, load_system(m, o, segment, selector));
}
