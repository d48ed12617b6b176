/* start.c: what every program starts with, whatever lets it loose. */
#include "long64/trap.h"

struct start start;

uint64_t start_gpr(unsigned number)
{
    return (0xb0 + number) * (number < 8 && current_case->env == COMPAT32 ? 0x01010101 : 0x0101010101010101);
}

void start_patterns(void)
{
    uint64_t *gpr = &start.rax;

    for (unsigned i = 0; i < 16; i++)
        gpr[i] = start_gpr(i);
    start.rflags = RFLAGS_FIXED | RFLAGS_CF | RFLAGS_PF | RFLAGS_AF | RFLAGS_ZF | RFLAGS_SF | RFLAGS_OF | RFLAGS_IF;
    start.ds = SEL_DATA_DS;
    start.es = SEL_DATA_ES;
    start.fs = SEL_DATA_FS;
    start.gs = SEL_DATA_GS;
    if (current_case->env != COMPAT32) {
        start.fs_base = 0xf5ba5e0000;
        start.gs_base = 0x65ba5e0000;
    }
    start.cr2 = 0x5ca1ab1e0000;
    start.dr6 = DR6_START;
    start.dr7 = DR7_START;
}

void in_user_mode(void)
{
    start.cs = SEL_USER_CODE64;
    start.ss = SEL_USER_DATA;
    start.rsp = stack_top(STACK_USER);
    user_may_run_program();
}

void in_compat_user(void)
{
    in_user_mode();
    start.cs = SEL_USER_CODE32;
}
