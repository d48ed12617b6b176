/* What an abort's frame holds is undefined, and named so. */
/* error: no member */
#include <case.h>

__attribute__((interrupt)) static void double_fault(struct abort_frame *frame, uint64_t error)
{
    (void)error;
#ifdef CORRECTED
    note("rip", frame->undefined.rip);
#else
    note("rip", frame->rip); /* WRONG */
#endif
    for (;;)
        continue;
}

void run(void);
void run(void)
{
    set_handler(&idt.double_fault, double_fault);
}
