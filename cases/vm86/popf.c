/* POPF and POPFD in virtual-8086 mode with IOPL 3: one flag, or one group of reserved bits, is the other way round in the image. IOPL and VM stay. */
#include <case32.h>

#include "../flags/popf.h"

/* ARG0: EFLAGS besides the pattern; ARG1: what is the other way round in the image. The single-step trap is that of the NOP. */
#define RUN(name, text, word)                                                                             \
    static void name(void)                                                                                \
    {                                                                                                     \
        in_vm86();                                                                                        \
        start.eflags |= EFLAGS_IOPL(3) | (uint32_t)ARG0;                                                  \
        start.esp -= sizeof(word);                                                                        \
        *(word *)(uintptr_t)(start.ss * 16 + start.esp) = (word)(start.eflags ^ ARG1);                    \
        run_with_breakpoint(ASSEMBLE16(MARK(fault) text "\n" MARK(after) "nop\n" MARK(stepped) "nop\n")); \
    }
RUN(popfd, "popfd", uint32_t)
RUN(popfw, "popf", uint16_t)

VARIANTS(LOW(popfd, "d", 0, "POPFD in virtual-8086 mode, IOPL 3, in the image "),
         HIGH(popfd, "d", 0, "POPFD in virtual-8086 mode, IOPL 3, in the image "),
         LOW(popfw, "w", 0, "POPF in virtual-8086 mode, IOPL 3, in the image "));
