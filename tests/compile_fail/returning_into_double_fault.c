/* #DF is an abort: there is no place to return to. */
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
    set_handler(&idt.page_fault, with_error, .ist = 1);
#else
    set_handler(&idt.double_fault, with_error, .ist = 1); /* WRONG */
#endif
}
