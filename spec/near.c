/* near.c: SDM 2A "CALL", "JMP", SDM 2B "RET", near; Jcc, LOOPcc, JCXZ that are taken are near JMPs. */
#include "internal.h"

#define NEAR_RET 1u /* error code of #CP */

static bool check_target(const M *m, O *o, uint64_t target)
{
    if (is_64bit(m))
        return is_canonical(m, target) || raise(o, GP, 0, RULE("near.target-non-canonical", "2A CALL; 2A JMP; 2B RET"));
    return ip_within_limit(&m->segment[CS], target) || raise(o, GP, 0, RULE("near.target-beyond-limit", "2A CALL; 2A JMP; 2B RET"));
}

static bool near_call(M *m, O *o, const struct near_branch *b, unsigned size)
{
    uint64_t back = low_bytes(m->rip + b->length, size);
    struct stack s = current_stack(m);

    if (!push_one(m, o, &s, size, back))
        return false;
    if (shadow_stack_enabled(m, m->cpl) && !b->next && !shadow_push_near(m, o, size, back))
        return false;
    load_sp(m, &s, s.sp);
    return true;
}

static bool near_return(M *m, O *o, const struct near_branch *b, unsigned size, uint64_t *target)
{
    struct stack s = current_stack(m);
    uint64_t shadow;

    if (!peek(m, o, &s, 0, size, target))
        return false;
    if (size == 2 && !check_target(m, o, *target))
        return false;
    if (shadow_stack_enabled(m, m->cpl)) {
        if (!load(m, o, m->ssp, size == 8 ? 8 : 4, AS_SHADOW, &shadow))
            return false;
        if (shadow != *target)
            return raise(o, CP, NEAR_RET, RULE("near.return-shadow", "2B RET"));
    }
    if (!check_target(m, o, *target))
        return false;
    if (shadow_stack_enabled(m, m->cpl))
        m->ssp += size == 8 ? 8 : 4;
    load_sp(m, &s, s.sp + size + b->release);
    return true;
}

static bool near_branch(M *m, O *o, const struct near_branch *b)
{
    unsigned size = b->operand_size / 8;
    uint64_t target = low_bytes(b->target, size);

    if (b->kind == NEAR_RETURN) {
        if (!near_return(m, o, b, size, &target))
            return false;
    } else if (!check_target(m, o, target) || (b->kind == NEAR_CALL && !near_call(m, o, b, size))) {
        return false;
    }
    m->rip = target;
    if (b->indirect)
        track_branch(m, b->no_track);
    return true;
}

void spec_near_branch(M *m, const struct near_branch *b, O *o)
{
    begin(o);
    finish(o, near_branch(m, o, b));
}
