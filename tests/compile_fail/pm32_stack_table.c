/* A gate of 8 bytes has no IST. */
/* error: no (?:member|field)|does not refer */
#include <case32.h>

void run(void);
void run(void)
{
#ifdef CORRECTED
    set_gate(VEC_GP, .dpl = 3);
#else
    set_gate(VEC_GP, .ist = 1); /* WRONG */
#endif
}
