/*
 * IRET in 64-bit mode with the smaller operand sizes pops five words of that size and zero-extends RIP and RSP. The 16-bit one leaves the
 * upper half of EFLAGS alone. INT3 at the target shows it all.
 */
#include <case.h>

#define LOW 0x8000u

static void size32(void)
{
    struct program p = ASSEMBLE("iretd\n" MARK(fault) "int3\n" MARK(after));
    uint32_t *image = (uint32_t *)(start.rsp -= 20);

    image[0] = (uint32_t)label_of(p, "fault");
    image[1] = SEL_KERNEL_CODE64;
    image[2] = RFLAGS_FIXED | RFLAGS_CF | RFLAGS_AC | RFLAGS_ID;
    image[3] = (uint32_t)stack_top(STACK_USER);
    image[4] = SEL_KERNEL_DATA;
    run_program(p);
}

/* To 64-bit code below 64 KiB; the two pages hold INT3 and a stack. */
static void size16(void)
{
    uint16_t *image = (uint16_t *)(start.rsp -= 10);
    uint64_t *word = (uint64_t *)(uintptr_t)LOW;

    for (unsigned i = 0; i < 2 * PAGE_SIZE / 8; i++)
        word[i] = 0xa5a5a5a5a5a5a5a5;
    *(uint8_t *)(uintptr_t)LOW = 0xcc;
    name_place("low", LOW, 2 * PAGE_SIZE);
    image[0] = LOW;
    image[1] = SEL_KERNEL_CODE64;
    image[2] = RFLAGS_FIXED | RFLAGS_CF;
    image[3] = LOW + 2 * PAGE_SIZE - 0x40;
    image[4] = SEL_KERNEL_DATA;
    start.rflags |= RFLAGS_AC | RFLAGS_ID;
    PROGRAM(MARK(fault) ".byte 0x66, 0xcf\n" MARK(after));
}

#define SIZE(name_)                                                                                                                                  \
    VARIANT, .name = #name_, .spec = "SDM 2A \"IRET/IRETD/IRETQ-Interrupt Return\"", .id = "iret-16bit-64mode", .vector = VEC_BP, .error = NO_ERROR, \
             .run = name_

VARIANTS({SIZE(size32), .about = "IRETD in 64-bit mode: five doublewords", .saved_rip = AFTER},
         {SIZE(size16), .about = "IRET with a 16-bit operand in 64-bit mode: five words"});
