/* Code at the end of a segment in virtual-8086 mode. */
#include <case32.h>

#undef PROGRAM
#define PROGRAM(text) PROGRAM16(text)
#include "../real_mode/fetch.h"

static uintptr_t enter(void)
{
    in_vm86();
    start.eflags |= EFLAGS_IOPL(3);
    set_gate(0x40, .dpl = 3);
    set_gate(VEC_BP, .dpl = 3);
    set_gate(VEC_OF, .dpl = 3);
    for (uintptr_t page = 0x10000; page < 0x21000; page += PAGE_SIZE)
        change_page(page, 0, PAGE_USER);
    start.cs = 0x1010;
    return 0x10100;
}

#define PUSHED "SDM 3B \"Handling an Interrupt or Exception Through a Protected-Mode Trap or Interrupt Gate\""
#define REFUSED(name, offset, bytes, spec, id, about) ROW(name, offset, bytes, VEC_GP, 0, spec, "", about)
#define COMES(name, offset, bytes, vector, spec, about) ROW(name, offset, bytes, vector, NO_ERROR, spec, "", about)
VARIANTS(ROWS(REFUSED, COMES));
