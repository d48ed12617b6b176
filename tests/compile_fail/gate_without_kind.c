/* A gate by its number has no kind: gate_of() is for capturing stubs and for wrong gates. */
/* error: not compatible with any (generic )?association */
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
    set_handler(&idt.page_fault, with_error);
#else
    set_handler(gate_of(VEC_PF), with_error); /* WRONG */
#endif
}
