/* 16-bit code around offset 0xffff in protected mode. */
#include <case32.h>

#include "fetch16.h"

static void enter_user(void)
{
    in_ring(3);
}

VARIANTS(ROWS(REFUSED, COMES), ROWS_ON);
