/* An interrupt pushes no error code. */
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
    set_handler(&idt.general_protection, with_error);
#else
    set_handler(&idt.interrupts[0x40 - 32], with_error); /* WRONG */
#endif
}
