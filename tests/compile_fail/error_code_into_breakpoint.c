/* #BP pushes no error code: the handler would take one off that isn't there. */
/* error: incompatible */
#include <case.h>

__attribute__((interrupt)) static void with_error(struct interrupt_frame *frame, uint64_t error)
{
    (void)frame;
    (void)error;
}

void run(void);
void run(void)
{
#ifdef CORRECTED
    set_handler(&idt.page_fault, with_error);
#else
    set_handler(&idt.breakpoint, with_error); /* WRONG */
#endif
}
