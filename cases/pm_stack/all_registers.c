/* PUSHA and POPA in 32-bit protected mode. */
#include <case32.h>

#define ENVIRONMENT
static void into_ring_3(void)
{
    in_ring(3);
}

#include "../stack/all_registers.h"

VARIANTS(ROWS);
