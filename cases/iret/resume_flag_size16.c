/*
 * The 16-bit IRET loads no RF, having but 16 bits of flags. As RF is cleared at the start of each instruction, a breakpoint on the instruction
 * returned to is met even where RF=1 let IRET itself pass.
 */
#include <case.h>

#define LOW 0x8000u

/* To 64-bit code below 64 KiB, a NOP and a stack. */
static void run(void)
{
    uint16_t *image = (uint16_t *)(start.rsp -= 10);

    name_place("low", LOW, 2 * PAGE_SIZE);
    fill_words(LOW, 0xa5a5a5a5a5a5a5a5, 2 * PAGE_SIZE / 8);
    *(uint8_t *)(uintptr_t)LOW = 0x90;
    image[0] = LOW;
    image[1] = SEL_KERNEL_CODE64;
    image[2] = RFLAGS_FIXED | RFLAGS_CF;
    image[3] = LOW + 2 * PAGE_SIZE - 0x40;
    image[4] = SEL_KERNEL_DATA;
    start.rflags |= ARG0;
    set_breakpoint(0, LOW, BREAK_EXECUTE, LENGTH_1);
    PROGRAM(MARK(fault) ".byte 0x66, 0xcf\n" MARK(after));
}

#define ROW(name_, rf, about_)                                                                                                                    \
    {                                                                                                                                             \
        VARIANT, .name = name_, .about = about_ " to an instruction with a breakpoint",                                                           \
                 .spec = "SDM 3B \"Instruction-Breakpoint Exception Condition\"; SDM 2A \"IRET/IRETD/IRETQ-Interrupt Return\"", .vector = VEC_DB, \
                 .error = NO_ERROR, .run = run, .arg = {                                                                                          \
                     rf                                                                                                                           \
                 }                                                                                                                                \
    }

VARIANTS(ROW("clear", 0, "16-bit IRET with RF=0"), ROW("set", RFLAGS_RF, "16-bit IRET with RF=1"));
