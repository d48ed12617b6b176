/*
 * POPF changes each flag or leaves it, by operand size, CPL and IOPL: one flag, or one group of reserved bits, is the other way round in the image.
 * RF is 0 behind it, whatever the image says. VIP, VIF and VM stay, whichever they were.
 */
#include <case.h>

#include "popf.h"

/* ARG0: RFLAGS besides the pattern; ARG1: what is the other way round in the image. The single-step trap is that of the NOP. */
#define RUN(name, text, word)                                                                           \
    static void name(void)                                                                              \
    {                                                                                                   \
        start.rflags |= ARG0;                                                                           \
        start.rsp -= sizeof(word);                                                                      \
        *(word *)start.rsp = (word)(start.rflags ^ ARG1);                                               \
        run_with_breakpoint(ASSEMBLE(MARK(fault) text "\n" MARK(after) "nop\n" MARK(stepped) "nop\n")); \
    }                                                                                                   \
    static void name##_user(void)                                                                       \
    {                                                                                                   \
        in_user_mode();                                                                                 \
        name();                                                                                         \
    }
RUN(popfq, "popfq", uint64_t)
RUN(popfw, ".byte 0x66, 0x9d", uint16_t)

#define QWORD(run, name, flags, about) \
    LOW(run, name, flags, about), HIGH(run, name, flags, about), ROW(name "_32", run, flags, 0xffffffff00000000u, about "bits 63:32 are 1", PASSES)
/* The upper half of the register is set; the image of a word has none. */
#define KEPT (RFLAGS_AC | RFLAGS_ID)
#define WORD(run, name, flags, about) LOW(run, name, (flags) | KEPT, about)

VARIANTS(QWORD(popfq, "q", 0, "POPFQ at CPL 0, in the image "), QWORD(popfq_user, "q_user", 0, "POPFQ at CPL 3, IOPL 0, in the image "),
         QWORD(popfq_user, "q_iopl3", RFLAGS_IOPL(3), "POPFQ at CPL 3, IOPL 3, in the image "),
         WORD(popfw, "w", 0, "POPF of a word at CPL 0, in the image "),
         WORD(popfw_user, "w_user", 0, "POPF of a word at CPL 3, IOPL 0, in the image "),
         WORD(popfw_user, "w_iopl3", RFLAGS_IOPL(3), "POPF of a word at CPL 3, IOPL 3, in the image "));
