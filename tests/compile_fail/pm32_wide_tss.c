/* A 16-bit TSS has no CR3. */
/* error: no member */
#include <case32.h>

void run(void);
void run(void)
{
#ifdef CORRECTED
    add_task("other")->tss.cr3 = 0;
#else
    add_task16("other")->tss16.cr3 = 0; /* WRONG */
#endif
}
