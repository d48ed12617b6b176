/*
 * POPF changes each flag or leaves it, by operand size, CPL and IOPL: one flag, or one group of reserved bits, is the other way round in the image.
 * RF is 0 behind it, whatever the image says. VIP, VIF and VM stay, whichever they were.
 */
#include <case.h>

#include "popf.h"

POPF(popfq, "popfq", uint64_t)
POPF(popfw, ".byte 0x66, 0x9d", uint16_t)

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
