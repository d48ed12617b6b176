/* #PF is a fault, whose handler returns. */
/* error: incompatible */
#include <case.h>

__attribute__((interrupt)) static void double_fault(struct abort_frame *frame, uint64_t error)
{
    (void)frame;
    (void)error;
    for (;;)
        continue;
}

void run(void);
void run(void)
{
#ifdef CORRECTED
    set_handler(&idt.double_fault, double_fault);
#else
    set_handler(&idt.page_fault, double_fault); /* WRONG */
#endif
}
