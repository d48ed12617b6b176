/* PUSHA and POPA in compatibility mode. */
#include <case.h>

#define ENVIRONMENT .env = COMPAT32,
static void into_ring_3(void)
{
    in_compat_user();
}

#include "../stack/all_registers.h"

VARIANTS(ROWS);
