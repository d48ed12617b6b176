/* A call gate of IA-32e mode copies no parameters. */
/* error: no (?:member|field)|does not refer */
#include <case.h>

void run(void);
void run(void)
{
#ifdef CORRECTED
    add_call_gate("gate", (struct call_gate){.selector = SEL_KERNEL_CODE64, .dpl = 3});
#else
    add_call_gate("gate", (struct call_gate){.selector = SEL_KERNEL_CODE64, .parameters = 2}); /* WRONG */
#endif
}
