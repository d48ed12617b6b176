/* actions.c: what a case may want to happen behind a capture; shared.h says what each does. */
#include "pm32/trap.h"

void resume(struct interrupt_frame *frame, struct capture *capture)
{
    (void)frame;
    (void)capture;
}

void resume_after(struct interrupt_frame *frame, struct capture *capture)
{
    bool by_segment = frame->eflags & EFLAGS_VM || current_case->env == REAL16;

    (void)capture;
    frame->eip = recorded_label("after") - (by_segment ? 16 * frame->cs : segment_of(frame->cs).base);
}

void stop_stepping(struct interrupt_frame *frame, struct capture *capture)
{
    (void)capture;
    frame->eflags &= ~EFLAGS_TF;
}

void step_over_breakpoint(struct interrupt_frame *frame, struct capture *capture)
{
    (void)capture;
    frame->eflags |= EFLAGS_RF;
}
