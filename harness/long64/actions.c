/* actions.c: what a case may want to happen behind a capture; case.h says what each does. */
#include "case.h"

void resume(struct interrupt_frame *frame, struct capture *capture)
{
    (void)frame;
    (void)capture;
}

void resume_after(struct interrupt_frame *frame, struct capture *capture)
{
    (void)capture;
    frame->rip = recorded_label("after");
}

void stop_stepping(struct interrupt_frame *frame, struct capture *capture)
{
    (void)capture;
    frame->rflags &= ~(uint64_t)RFLAGS_TF;
}

void step_over_breakpoint(struct interrupt_frame *frame, struct capture *capture)
{
    (void)capture;
    frame->rflags |= RFLAGS_RF;
}
