/* #DF pushes an error code. */
/* error: incompatible */
#include <case.h>

__attribute__((interrupt)) static void machine_check(struct abort_frame *frame)
{
    (void)frame;
    for (;;)
        continue;
}

void run(void);
void run(void)
{
#ifdef CORRECTED
    set_handler(&idt.machine_check, machine_check);
#else
    set_handler(&idt.double_fault, machine_check); /* WRONG */
#endif
}
