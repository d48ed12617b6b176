/*
 * POPFD and POPF change each flag or leave it, by CPL and IOPL: one flag, or one group of reserved bits, is the other way round in the image. RF is 0
 * behind it, whatever the image says. VIP, VIF and VM stay, whichever they were.
 */
#include <case32.h>

#include "../flags/popf.h"

POPF(popfd, "popfd", uint32_t)
POPF(popfw, ".byte 0x66, 0x9d", uint16_t)

static void popfd_1(void)
{
    in_ring(1);
    popfd();
}

#define BOTH(run, name, flags, about) LOW(run, name, flags, about), HIGH(run, name, flags, about)

VARIANTS(BOTH(popfd, "d", 0, "POPFD at CPL 0, in the image "), BOTH(popfd_user, "d_user", 0, "POPFD at CPL 3, IOPL 0, in the image "),
         BOTH(popfd_user, "d_iopl3", RFLAGS_IOPL(3), "POPFD at CPL 3, IOPL 3, in the image "),
         LOW(popfd_1, "d_ring1", RFLAGS_IOPL(1), "POPFD at CPL 1, IOPL 1, in the image "),
         LOW(popfw, "w", 0, "POPF of a word at CPL 0, in the image "),
         LOW(popfw_user, "w_user", 0, "POPF of a word at CPL 3, IOPL 0, in the image "));
