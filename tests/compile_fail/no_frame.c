/* A handler takes the frame. */
/* error: incompatible */
#include <case.h>

static void nothing(void)
{
}
__attribute__((interrupt)) static void plain(struct interrupt_frame *frame)
{
    (void)frame;
}

void run(void);
void run(void)
{
#ifdef CORRECTED
    nothing(), set_handler(&idt.breakpoint, plain);
#else
    set_handler(&idt.breakpoint, nothing); /* WRONG */
#endif
}
