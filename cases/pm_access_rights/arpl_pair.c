/* ARPL in 32-bit protected mode. */
#include <case32.h>

#define BX ebx
#define CX ecx
#define DX edx
#define FLAGS eflags
#define ZF EFLAGS_ZF
#include "arpl_pair.h"

static void reg(void)
{
    in_user_mode();
    set_up();
    FAULT("arpl cx, dx");
}

static void memory(void)
{
    set_up();
    FAULT("arpl word ptr [ebx], dx");
}

VARIANTS(PAIRS("register", reg, "ARPL of a register at CPL 3", ), PAIRS("memory", memory, "ARPL of memory at CPL 0", ));
