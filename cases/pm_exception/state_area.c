/* Areas of FXSAVE, XSAVE and their kin that aren't aligned, in 32-bit protected mode. */
#include <case32.h>

#define AX eax
#define BX ebx
#define DX edx
#include "../general_protection/state_area.h"

#define DEFINE(name, bytes, prepare) \
    static void name(void)           \
    {                                \
        set_up();                    \
        prepare;                     \
        FAULT(".byte " bytes);       \
    }
DEFINE_ALL(DEFINE)

VARIANTS(ALL("", "at CPL 0", ));
