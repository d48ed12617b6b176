/* Areas of FXSAVE64, XSAVE64 and their kin that aren't aligned. */
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
        FAULT(".byte 0x48, " bytes); \
    }
DEFINE_ALL(DEFINE)

VARIANTS(ALL("64", "at CPL 0", ));
