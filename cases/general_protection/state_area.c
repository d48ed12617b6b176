/* Areas of FXSAVE, XSAVE and their kin that aren't aligned, in 64-bit mode. */
#include <case.h>

#define AX rax
#define BX rbx
#define DX rdx
#include "state_area.h"

#define DEFINE(name, bytes, prepare) \
    static void name(void)           \
    {                                \
        set_up();                    \
        prepare;                     \
        FAULT(".byte " bytes);       \
    }
DEFINE_ALL(DEFINE)

VARIANTS(ALL("", "at CPL 0", ));
