/* actions.c: what a case may want to happen behind a capture; shared.h says what each does. */
#include "case32.h"

void resume(struct interrupt_frame *frame, struct capture *capture)
{
    (void)frame;
    (void)capture;
}

void resume_after(struct interrupt_frame *frame, struct capture *capture)
{
    (void)capture;
    frame->eip = recorded_label("after") - (start.eflags & EFLAGS_VM || current_case->env == REAL16 ? 16 * frame->cs : 0);
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
