/* A misspelt option is no option. */
/* error: no (?:member|field)|does not refer */
#include <case.h>

__attribute__((interrupt)) static void plain(struct interrupt_frame *frame)
{
    (void)frame;
}

void run(void);
void run(void)
{
#ifdef CORRECTED
    set_handler(&idt.breakpoint, plain, .ist = 1);
#else
    set_handler(&idt.breakpoint, plain, .stack = 1); /* WRONG */
#endif
}
