/* Areas of FXSAVE, XSAVE and their kin that aren't aligned, in compatibility mode. */
#include <case.h>

#define AX rax
#define BX rbx
#define DX rdx
#include "../general_protection/state_area.h"

#define DEFINE(name, bytes, prepare) \
    static void name(void)           \
    {                                \
        in_compat_kernel();          \
        set_up();                    \
        prepare;                     \
        FAULT32(".byte " bytes);     \
    }
DEFINE_ALL(DEFINE)

VARIANTS(ALL("", "in compatibility mode", .env = COMPAT32));
