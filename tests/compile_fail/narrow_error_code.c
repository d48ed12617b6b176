/* The error code is an 8-byte word on the stack. */
/* error: incompatible */
#include <case.h>

static void narrow(struct interrupt_frame *frame, uint32_t error)
{
    (void)frame;
    (void)error;
}
__attribute__((interrupt)) static void with_error(struct interrupt_frame *frame, uint64_t error)
{
    (void)frame;
    (void)error;
}

void run(void);
void run(void)
{
#ifdef CORRECTED
    narrow(NULL, 0), set_handler(&idt.page_fault, with_error);
#else
    set_handler(&idt.page_fault, narrow); /* WRONG */
#endif
}
