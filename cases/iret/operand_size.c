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

/* To CPL 3, with an ESP that looks negative. */
static void size32_user(void)
{
    struct program p = ASSEMBLE("iretd\n" MARK(fault) "int3\n" MARK(after));
    uint32_t *image = (uint32_t *)(start.rsp -= 20);

    user_may_run_program();
    set_gate(VEC_BP, .dpl = 3);
    image[0] = (uint32_t)label_of(p, "fault");
    image[1] = SEL_USER_CODE64;
    image[2] = RFLAGS_FIXED | RFLAGS_CF | RFLAGS_AC | RFLAGS_ID;
    image[3] = 0x87654320;
    image[4] = SEL_USER_DATA;
    run_program(p);
}

/* To 32-bit code of CPL 3 that begins at 1 MiB, where the program is. */
static void size16_user(void)
{
    struct program p = ASSEMBLE(".byte 0x66, 0xcf\n" MARK(fault) "int3\n" MARK(after));
    struct descriptor code = {.base = 0x100000, .limit = 0xffff, .d = true, .type = CODE_READABLE, .dpl = 3};
    uint16_t *image = (uint16_t *)(start.rsp -= 10);

    user_may_run_program();
    set_gate(VEC_BP, .dpl = 3);
    image[0] = (uint16_t)label_of(p, "fault");
    image[1] = add_descriptor("code", encode_descriptor(code)) | 3;
    image[2] = RFLAGS_FIXED | RFLAGS_CF;
    image[3] = 0x4320;
    image[4] = SEL_USER_DATA;
    start.rflags |= RFLAGS_AC | RFLAGS_ID;
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

VARIANTS({SIZE(size32_user), .about = "IRETD in 64-bit mode to CPL 3: RSP is zero-extended", .saved_rip = AFTER},
         {SIZE(size16_user), .about = "IRET with a 16-bit operand in 64-bit mode to 32-bit code at CPL 3: the upper half of EFLAGS is kept"},
         {SIZE(size32), .about = "IRETD in 64-bit mode: five doublewords", .saved_rip = AFTER},
         {SIZE(size16), .about = "IRET with a 16-bit operand in 64-bit mode: five words"});
