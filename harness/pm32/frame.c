/* frame.c: a frame of whatever shape, as five 32-bit words, and back. */
#include "pm32/trap.h"

#define VECTORS_WITH_ERROR (1u << VEC_DF | 1u << VEC_TS | 1u << VEC_NP | 1u << VEC_SS | 1u << VEC_GP | 1u << VEC_PF | 1u << VEC_AC)

bool vector_has_error_code(unsigned vector)
{
    return vector < 32 && VECTORS_WITH_ERROR >> vector & 1;
}

static bool is_short(const struct capture *c)
{
    return c->is_real || c->type == GATE_INTERRUPT16 || c->type == GATE_TRAP16;
}

static bool is_task(const struct capture *c)
{
    return c->type == GATE_TASK;
}

static uint32_t read_word(const struct capture *c, unsigned i)
{
    return is_short(c) ? ((const uint16_t *)c->slots_at)[i] : ((const uint32_t *)c->slots_at)[i];
}

static void write_word(const struct capture *c, unsigned i, uint32_t value)
{
    if (is_short(c))
        ((uint16_t *)c->slots_at)[i] = (uint16_t)value;
    else
        ((uint32_t *)c->slots_at)[i] = value;
}

/* The new TSS's word of ESP is what the task began with: an error code lies below. */
static bool task_has_error_code(const struct capture *c)
{
    const struct task *task = task_of(c->at.tr);

    return task && (task->is_16bit ? task->tss16.sp != (c->at.r.esp & 0xffff) : task->tss.esp != c->at.r.esp);
}

/* Nothing in a frame says it: with one, the interrupted CS is the third word, else the second; and else the vector's rule counts. */
bool has_error_code(const struct capture *c)
{
    uint32_t cs = c->interrupts ? captures[c->interrupts - 1].at.r.cs : start.cs;
    bool fits_without, fits_with;

    if (c->is_real)
        return false;
    if (is_task(c))
        return task_has_error_code(c);
    fits_without = (read_word(c, 1) & 0xffff) == cs;
    fits_with = (read_word(c, 2) & 0xffff) == cs;
    if (fits_without != fits_with)
        return fits_with;
    return vector_has_error_code(c->vector);
}

static bool has_stack(const struct capture *c, const struct interrupt_frame *frame)
{
    return !c->is_real && (frame->eflags & EFLAGS_VM || (frame->cs & 3) > (c->at.r.cs & 3));
}

static bool is_tss32(struct segment s)
{
    return s.type == SYSTEM_TSS_AVAILABLE || s.type == SYSTEM_TSS_BUSY;
}

/* The link is the first word of a TSS of either size. A handler's action can reach an old task of 32 bits only. */
static struct tss32 *old_tss(const struct capture *c)
{
    struct segment new = segment_of(c->at.tr), old = {0};

    if (is_tss32(new) || new.type == SYSTEM_TSS16_AVAILABLE || new.type == SYSTEM_TSS16_BUSY)
        old = segment_of(*(const uint16_t *)new.base);
    return is_tss32(old) ? (struct tss32 *)old.base : NULL;
}

struct interrupt_frame load_frame(const struct capture *c)
{
    struct interrupt_frame frame = {0};
    const struct tss32 *old = is_task(c) ? old_tss(c) : NULL;
    unsigned i = has_error_code(c);

    if (old)
        return (struct interrupt_frame){old->eip, old->cs, old->eflags, old->esp, old->ss};
    if (is_task(c))
        return frame;
    frame.eip = read_word(c, i);
    frame.cs = read_word(c, i + 1) & 0xffff;
    frame.eflags = read_word(c, i + 2);
    if (has_stack(c, &frame)) {
        frame.esp = read_word(c, i + 3);
        frame.ss = read_word(c, i + 4) & 0xffff;
    } else {
        frame.esp = c->at.r.esp + (i + 3) * (is_short(c) ? 2 : 4);
        frame.ss = c->at.r.ss;
    }
    return frame;
}

void store_frame(const struct capture *c, struct interrupt_frame frame)
{
    struct tss32 *old = is_task(c) ? old_tss(c) : NULL;
    unsigned i = has_error_code(c);

    if (old) {
        old->eip = frame.eip;
        old->cs = frame.cs;
        old->eflags = frame.eflags;
        old->esp = frame.esp;
        old->ss = frame.ss;
    }
    if (is_task(c))
        return;
    write_word(c, i, frame.eip);
    write_word(c, i + 1, frame.cs);
    write_word(c, i + 2, frame.eflags);
    if (has_stack(c, &frame)) {
        write_word(c, i + 3, frame.esp);
        write_word(c, i + 4, frame.ss);
    }
}
