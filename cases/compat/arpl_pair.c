/* ARPL in compatibility mode. */
#include <case.h>

#define BX rbx
#define CX rcx
#define DX rdx
#define FLAGS rflags
#define ZF RFLAGS_ZF
#include "../pm_access_rights/arpl_pair.h"

static void reg(void)
{
    in_compat_kernel();
    set_up();
    FAULT32("arpl cx, dx");
}

static void memory(void)
{
    in_compat_user();
    set_up();
    FAULT32("arpl word ptr [ebx], dx");
}

VARIANTS(PAIRS("register", reg, "ARPL of a register at CPL 0 in compatibility mode", .env = COMPAT32),
         PAIRS("memory", memory, "ARPL of memory at CPL 3 in compatibility mode", .env = COMPAT32));
