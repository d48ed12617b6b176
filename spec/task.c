/* task.c: SDM 3A, chapter "Task Management": the steps of "Task Switching", numbered as there. */
#include "internal.h"

/* Figures "32-Bit Task-State Segment (TSS)" and "16-Bit TSS Format": where each register lies. */
struct tss_format {
    uint8_t size; /* of a register, in bytes */
    uint8_t ip, flags, gpr, selectors, ldt, segments, minimum;
};
static const struct tss_format format16 = {
    .size = 2, .ip = 0x0e, .flags = 0x10, .gpr = 0x12, .selectors = 0x22, .ldt = 0x2a, .segments = 4, .minimum = 0x2b};
static const struct tss_format format32 = {
    .size = 4, .ip = 0x20, .flags = 0x24, .gpr = 0x28, .selectors = 0x48, .ldt = 0x60, .segments = 6, .minimum = 0x67};
#define TSS_LINK 0
#define TSS_CR3 0x1c
#define TSS_T 0x64
#define TSS_SSP 0x68 /* APM 2 "Legacy Task-State Segment" */

static const struct tss_format *format_of(const struct segment *tss)
{
    return tss->type & 8 ? &format32 : &format16;
}

static bool read_tss(M *m, O *o, const struct segment *tss, unsigned at, unsigned size, uint64_t *value)
{
    return load(m, o, tss->base + at, size, AS_SYSTEM, value);
}

static bool write_tss(M *m, O *o, const struct segment *tss, unsigned at, unsigned size, struct word word)
{
    return store_word(m, o, tss->base + at, size, AS_SYSTEM, STORE_TSS, &word);
}

/* Steps 1 to 4: table "Exception Conditions Checked During a Task Switch", up to the TSS's limit. */
static bool check_new_tss(M *m, O *o, uint16_t selector, enum task_cause cause, uint32_t ext, struct descriptor *d)
{
    bool back = cause == TASK_IRET;
    unsigned vector = back ? TS : GP;
    uint32_t error = error_code(selector, false, ext);

    if (back && is_null(selector))
        return raise(o, TS, error, RULE("task.link-null", "3A Interrupt 10"));
    if (is_null(selector))
        return raise(o, GP, error, RULE("task.selector-null", "2A INT n; 2A JMP; 2A CALL"));
    if (selector & 4)
        return raise(o, vector, error, RULE("task.selector-local", "3A Task Switching"));
    if (!in_table(m, selector))
        return raise(o, vector, error, RULE("task.selector-beyond-limit", "3A Task Switching"));
    if (!read_descriptor(m, o, selector, vector, ext, d))
        return false;
    if (d->segment.s || (d->segment.type & ~8u & ~2u) != 1)
        return raise(o, vector, error, RULE("task.not-a-tss", "2A CALL; 3A Interrupt 10"));
    if (!(d->segment.type & 2) == back)
        return raise(o, vector, error, back ? RULE("task.link-not-busy", "3A Task Switching") : RULE("task.busy", "3A Task Switching"));
    if (!d->segment.p)
        return raise(o, NP, error, RULE("task.not-present", "3A Task Switching"));
    if (d->segment.limit < format_of(&d->segment)->minimum)
        return raise(o, TS, error, RULE("task.tss-limit", "3A Task Switching"));
    if (back && shadow_stack_enabled(m, m->cpl) && m->ssp & 7)
        return raise(o, TS, error_code(m->segment[TR].selector, false, ext), RULE("task.ssp-alignment", "APM 2 Switching Tasks"));
    if (m->cr4 & CR4_CET && d->segment.limit < TSS_SSP + 3)
        return raise(o, TS, error, RULE("task.tss-limit-ssp", "APM 2 Switching Tasks"));
    return true;
}

/* Step 8. */
static bool save_state(M *m, O *o, const struct resumption *r, uint64_t cleared)
{
    const struct segment *tss = &m->segment[TR];
    const struct tss_format *f = format_of(tss);
    struct word flags = {r->flags.value & ~cleared, r->flags.open};

    if (!write_tss(m, o, tss, f->ip, f->size, r->rip) || !write_tss(m, o, tss, f->flags, f->size, flags))
        return false;
    for (unsigned i = 0; i < 8; i++)
        if (!write_tss(m, o, tss, f->gpr + i * f->size, f->size, (struct word){m->gpr[i], 0}))
            return false;
    for (unsigned i = 0; i < f->segments; i++)
        if (!write_tss(m, o, tss, f->selectors + i * f->size, 2, (struct word){m->segment[i].selector, i == CS ? r->cs_open : 0}))
            return false;
    return true;
}

/* Step 12, before the commit point: all is read first, so that a page fault comes in the old task. */
struct tss_image {
    uint64_t ip, flags, cr3, trap, ldt, ssp;
    uint64_t gpr[8], selector[6];
};

static bool read_image(M *m, O *o, const struct segment *tss, struct tss_image *image)
{
    const struct tss_format *f = format_of(tss);

    *image = (struct tss_image){0};
    if (!read_tss(m, o, tss, f->ip, f->size, &image->ip) || !read_tss(m, o, tss, f->flags, f->size, &image->flags))
        return false;
    for (unsigned i = 0; i < 8; i++)
        if (!read_tss(m, o, tss, f->gpr + i * f->size, f->size, &image->gpr[i]))
            return false;
    for (unsigned i = 0; i < f->segments; i++) /* a 16-bit TSS has none for FS and GS: NULL */
        if (!read_tss(m, o, tss, f->selectors + i * f->size, 2, &image->selector[i]))
            return false;
    if (!read_tss(m, o, tss, f->ldt, 2, &image->ldt))
        return false;
    if (m->cr4 & CR4_CET && !read_tss(m, o, tss, TSS_SSP, 4, &image->ssp))
        return false;
    return f->size == 2 || (read_tss(m, o, tss, TSS_CR3, 4, &image->cr3) && read_tss(m, o, tss, TSS_T, 2, &image->trap));
}

static void load_registers(M *m, O *o, const struct tss_image *image, bool wide, bool nested)
{
    m->rip = image->ip;
    m->rflags = (image->flags & (wide ? 0x3f7fd5 : 0x7fd5)) | FL_ONE | (nested ? FL_NT : 0);
    for (unsigned i = 0; i < 8; i++)
        m->gpr[i] = wide ? image->gpr[i] : image->gpr[i] | 0xffff0000;
    if (!wide)
        leave_open(o, "gprs", 0xffff0000, "SDM 3A \"16-Bit Task-State Segment (TSS)\": it holds 16 bits of each register");
    for (unsigned i = 0; i < 6; i++)
        m->segment[i] = null_segment((uint16_t)image->selector[i]);
    m->segment[LDTR] = null_segment((uint16_t)image->ldt);
    if (wide && m->cr0 & CR0_PG) {
        if (m->cr3 != image->cr3 && m->cr4 & CR4_PAE) /* SDM 3A "PDPTE Registers"; what a reserved bit does isn't said */
            for (unsigned i = 0; i < 4; i++)
                m->pdpte[i] = read_physical(m, o, (image->cr3 & ~31u) + 8 * i, 8);
        m->cr3 = image->cr3;
    }
    m->cr0 |= CR0_TS;
    m->dr7 &= ~0x55ull; /* SDM 3B "Debug Control Register (DR7)": L0 to L3 */
}

/* ---- Step 13: the descriptors. Errors come in the new task. ---- */
/* The table goes back and forth between segments, in the order of one family; here each is done with before the next. */

static bool load_ldt(M *m, O *o, uint32_t ext)
{
    struct descriptor d;
    uint16_t selector = m->segment[LDTR].selector;
    uint32_t error = error_code(selector, false, ext);

    if (is_null(selector))
        return true;
    if (selector & 4 || !in_table(m, selector))
        return raise(o, TS, error, RULE("task.ldt-selector", "3A Task Switching"));
    if (!read_descriptor(m, o, selector, TS, ext, &d))
        return false;
    if (d.segment.s || d.segment.type != LDT)
        return raise(o, TS, error, RULE("task.ldt-type", "3A Task Switching"));
    if (!d.segment.p)
        return raise(o, TS, error, RULE("task.ldt-not-present", "3A Task Switching"));
    m->segment[LDTR] = d.segment;
    return true;
}

static bool load_code(M *m, O *o, uint32_t ext)
{
    struct descriptor d;
    uint16_t selector = m->segment[CS].selector;
    uint32_t error = error_code(selector, false, ext);

    if (is_null(selector) || !in_table(m, selector))
        return raise(o, TS, error, RULE("task.cs-selector", "3A Task Switching"));
    if (!read_descriptor(m, o, selector, TS, ext, &d))
        return false;
    if (!is_code(&d.segment))
        return raise(o, TS, error, RULE("task.cs-type", "3A Task Switching"));
    if (is_conforming(&d.segment) ? d.segment.dpl > (selector & 3) : d.segment.dpl != (selector & 3))
        return raise(o, TS, error, RULE("task.cs-dpl", "3A Task Switching"));
    if (!d.segment.p)
        return raise(o, NP, error, RULE("task.cs-not-present", "3A Task Switching"));
    return load_register(m, o, CS, &d);
}

static bool load_stack(M *m, O *o, uint32_t ext)
{
    struct descriptor d;
    uint16_t selector = m->segment[SS].selector;
    uint32_t error = error_code(selector, false, ext);

    if (is_null(selector) || !in_table(m, selector))
        return raise(o, TS, error, RULE("task.ss-selector", "3A Task Switching"));
    if (!read_descriptor(m, o, selector, TS, ext, &d))
        return false;
    if (!is_writable_data(&d.segment))
        return raise(o, TS, error, RULE("task.ss-type", "3A Task Switching"));
    if (!d.segment.p)
        return raise(o, STACK, error, RULE("task.ss-not-present", "3A Task Switching"));
    if (d.segment.dpl != m->cpl)
        return raise(o, TS, error, RULE("task.ss-dpl", "3A Task Switching"));
    if ((selector & 3) != m->cpl)
        return raise(o, TS, error, RULE("task.ss-rpl", "3A Task Switching"));
    return load_register(m, o, SS, &d);
}

static bool load_data(M *m, O *o, unsigned which, uint32_t ext)
{
    struct descriptor d;
    uint16_t selector = m->segment[which].selector;
    uint32_t error = error_code(selector, false, ext);

    if (is_null(selector))
        return true;
    if (!in_table(m, selector))
        return raise(o, TS, error, RULE("task.data-selector", "3A Task Switching"));
    if (!read_descriptor(m, o, selector, TS, ext, &d))
        return false;
    if (!is_readable(&d.segment))
        return raise(o, TS, error, RULE("task.data-type", "3A Task Switching"));
    if (!d.segment.p)
        return raise(o, NP, error, RULE("task.data-not-present", "3A Task Switching"));
    if (!is_conforming(&d.segment) && (d.segment.dpl < m->cpl || d.segment.dpl < (selector & 3)))
        return raise(o, TS, error, RULE("task.data-dpl", "3A Task Switching"));
    return load_register(m, o, which, &d);
}

static bool load_descriptors(M *m, O *o, uint32_t ext)
{
    if (flag(m, FL_VM)) {
        m->cpl = 3;
        for (unsigned i = 0; i < 6; i++)
            m->segment[i] = virtual_8086_segment(m->segment[i].selector);
        return load_ldt(m, o, ext);
    }
    m->cpl = m->segment[CS].selector & 3;
    return load_ldt(m, o, ext) && load_code(m, o, ext) && load_stack(m, o, ext) && load_data(m, o, DS, ext) && load_data(m, o, ES, ext) &&
           load_data(m, o, FS, ext) && load_data(m, o, GS, ext);
}

bool task_switch(M *m, O *o, uint16_t selector, enum task_cause cause, uint32_t ext, const struct resumption *r)
{
    bool nested = cause == TASK_CALL || cause == TASK_INTERRUPT;
    struct segment old = m->segment[TR];
    struct tss_image image;
    struct task_shadow shadow = {.error = error_code(selector, false, ext)};
    struct descriptor d;
    uint64_t old_raw, old_at = m->gdtr.base + (old.selector & 0xfff8u);

    if (!check_new_tss(m, o, selector, cause, ext, &d))
        return false;
    uint8_t stores = o->store_count;
    bool leaves = cause == TASK_JMP || cause == TASK_IRET;
    bool done = read_image(m, o, &d.segment, &image) && /* 5: what isn't in memory is met on the way */
                (!leaves || (load(m, o, old_at, 8, AS_SYSTEM, &old_raw) && set_busy(m, o, old_at, old_raw, false))) && /* 6 */
                save_state(m, o, r, cause == TASK_IRET ? FL_NT : 0) &&                                                 /* 7, 8 */
                (!nested || write_tss(m, o, &d.segment, TSS_LINK, 2, (struct word){old.selector, 0})) &&
                (cause == TASK_IRET || set_busy(m, o, d.linear, d.raw, true)); /* 10 */

    if (!done) {
        for (unsigned i = stores; i < o->store_count; i++)
            o->store[i].maybe = 1;
        return false;
    }
    if (!shadow_leave_task(m, o, cause, image.flags & FL_VM ? 3 : image.selector[CS] & 3, r->rip.value, &shadow))
        return false;
    d.segment.type |= 2;
    m->segment[TR] = d.segment;                                             /* 11 */
    load_registers(m, o, &image, format_of(&d.segment)->size == 4, nested); /* 9, 12 */
    note_rule(o, RULE("task.committed", "3A Task Switching"));
    if (!load_descriptors(m, o, ext) || !shadow_enter_task(m, o, cause, image.ssp, &shadow)) /* 13 */
        return false;
    if (image.trap & 1)
        note_rule(o, RULE("task.debug-trap", "3B Task-Switch Exception Condition")); /* spec_boundary: pending BT */
    return true;
}
