/* #MC is an abort: there is no place to return to. */
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
    set_handler(&idt.nmi, plain);
#else
    set_handler(&idt.machine_check, plain); /* WRONG */
#endif
}
