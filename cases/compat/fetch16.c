/* 16-bit code around offset 0xffff in compatibility mode. */
#include <case.h>

#undef ROW_ENVIRONMENT
#define ROW_ENVIRONMENT .env = COMPAT32,
#include "../pm_code_limit/fetch16.h"

static void enter_user(void)
{
    in_compat_user();
}

VARIANTS(ROWS(REFUSED, COMES), ROWS_ON);
