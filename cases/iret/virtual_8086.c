/* In IA-32e mode there is no virtual-8086 mode: VM in the image of IRETD is ignored. */
#include <case.h>

CASE(.about = "IRETD in 64-bit mode at CPL 0, VM=1 in the image", .spec = "SDM 2A \"IRET/IRETD/IRETQ-Interrupt Return\"", .vector = NO_EXCEPTION);

void run(void)
{
    struct program p = ASSEMBLE(MARK(fault) "iretd\n" MARK(after) "nop\n");
    uint32_t *words = (uint32_t *)(start.rsp -= 5 * sizeof(uint32_t));

    words[0] = (uint32_t)label_of(p, "after");
    words[1] = SEL_KERNEL_CODE64;
    words[2] = (uint32_t)start.rflags | (1u << 17);
    words[3] = (uint32_t)start.rsp + 3 * sizeof(uint32_t); /* what it is too where these two words aren't popped */
    words[4] = SEL_KERNEL_DATA;
    run_program(p);
}
