/* LOCK in real mode. */
#include <case16.h>

#include "../invalid_opcode/lock16.h"

static void set_up(void)
{
    set_ivt(VEC_UD, ASSEMBLE("mov esi, 1\npush bp\nmov bp, sp\ncmp [bp + 2], di\nje 3f\nmov esi, 2\n3: mov [bp + 2], cx\npop bp\niret\n"));
    start.ebx = 0;
    at_end(note_outcomes);
}

static void refused(void)
{
    set_up();
    PROGRAM(REFUSED(TRY) CLEAR);
}

static void allowed(void)
{
    set_up();
    PROGRAM(ALLOWED(TRY) CLEAR);
}

VARIANTS(ROWS);
