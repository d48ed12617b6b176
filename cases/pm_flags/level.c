/* POPFD changes IF where CPL isn't above IOPL, and IOPL at CPL 0 only; elsewhere both stay, without an exception. */
#include <case32.h>

/* ARG0: CPL, ARG1: IOPL. The image has the other IF, and IOPL 2 or 1. */
static void run(void)
{
    in_ring((unsigned)ARG0);
    start.eflags |= EFLAGS_IOPL(ARG1);
    FAULT("pushfd\nxor dword ptr [esp], 0x3200\npopfd");
}

#define ROW(cpl, iopl, about_)                                                                                                      \
    {                                                                                                                               \
        VARIANT, .name = "cpl_" #cpl "_iopl_" #iopl, .about = "POPFD at CPL " #cpl ", IOPL " #iopl ": " about_,                     \
                 .spec = "SDM 2B \"POPF/POPFD/POPFQ-Pop Stack into EFLAGS Register\"", .vector = NO_EXCEPTION, .run = run, .arg = { \
                     cpl,                                                                                                           \
                     iopl                                                                                                           \
                 }                                                                                                                  \
    }
VARIANTS(ROW(0, 0, "both change"), ROW(1, 0, "both stay"), ROW(1, 1, "IF changes"), ROW(1, 3, "IF changes"), ROW(2, 1, "both stay"),
         ROW(2, 3, "IF changes"), ROW(3, 2, "both stay"), ROW(3, 3, "IF changes"));
