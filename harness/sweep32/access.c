/*
 * access.c: an operand in memory: SDM 3A "Type Checking", "Limit Checking", "Paging". The specification has no instruction
 * that needs it: those are their own affair.
 */
#include "internal.h"
#include "sweep32/own.h"

static bool check_segment(const struct segment *s, unsigned segment, uint32_t offset, unsigned size, bool write, struct outcome *o)
{
    if (!s->p)
        return raise(o, GP, 0, RULE("operand.null", "3A Segment Selectors"));
    if (write && !is_writable_data(s))
        return raise(o, GP, 0, RULE("operand.not-writable", "3A Type Checking"));
    if (!write && !is_readable(s))
        return raise(o, GP, 0, RULE("operand.not-readable", "3A Type Checking"));
    if (!within_limit(s, offset, size))
        return raise(o, segment == SS ? STACK : GP, 0, RULE("operand.beyond-limit", "3A Limit Checking"));
    return true;
}

static bool reachable(const struct machine *m, uint32_t linear, unsigned size, bool write, struct outcome *o)
{
    struct access first = {.linear = linear, .write = write, .user = m->cpl == 3}, rest = first;
    uint64_t physical;

    rest.linear = (linear + size - 1) & ~0xfffu; /* the second page, where there is one */
    return translate_access(m, &first, &physical, o) && ((linear & 0xfff) + size <= 0x1000 || translate_access(m, &rest, &physical, o));
}

void access_operand(struct machine *m, unsigned segment, uint32_t offset, unsigned size, bool write, struct outcome *o)
{
    const struct segment *s = &m->segment[segment];

    begin(o);
    finish(o, check_segment(s, segment, offset, size, write, o) && reachable(m, (uint32_t)(s->base + offset), size, write, o));
}

bool fetch_whole(const struct machine *m, unsigned length, struct outcome *o)
{
    return within_limit(&m->segment[CS], m->rip, length) || raise(o, GP, 0, RULE("operand.fetch-beyond-limit", "3A Limit Checking"));
}
