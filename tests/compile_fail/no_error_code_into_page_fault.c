/* #PF pushes an error code: the handler would take it for RIP. */
/* error: incompatible */
#include <case.h>

__attribute__((interrupt)) static void plain(struct interrupt_frame *frame)
{
    (void)frame;
}

void run(void);
void run(void)
{
#ifdef CORRECTED
    set_handler(&idt.breakpoint, plain);
#else
    set_handler(&idt.page_fault, plain); /* WRONG */
#endif
}
