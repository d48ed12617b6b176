/* Code at the end of a segment in real mode. */
#include <case16.h>

#include "fetch.h"

static uintptr_t enter(void)
{
    start.cs = REAL_FREE >> 4;
    return REAL_FREE; /* the bytes before it are those that GS leads to */
}

#define PUSHED "SDM 3B \"Interrupt and Exception Handling\" of \"8086 Emulation\""
#define REFUSED(name, offset, bytes, spec, id, about) ROW(name, offset, bytes, VEC_GP, NO_ERROR, spec, id, about)
#define COMES(name, offset, bytes, vector, spec, about) ROW(name, offset, bytes, vector, NO_ERROR, spec, "", about)
VARIANTS(ROWS(REFUSED, COMES));
