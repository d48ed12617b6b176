/* in_rings.h: ../extension/in_states.h in 32-bit protected mode, CPL 0 and 3. */
#include "../extension/in_states.h"

#define BX "ebx"
#define ASSEMBLE_FOR_MODE ASSEMBLE32

static void in_mode(void)
{
    start.ebx = start.edi = map_page("operand", PAGE_PRESENT | PAGE_WRITE | PAGE_USER);
    fill_operand(frame_of(start.ebx));
    in_ring((unsigned)ARG0);
}

#define IN_RINGS(name_, group, about_, needs_) \
    ROW_OF_STATES(name_, group, about_, needs_, 0), ROW_OF_STATES(name_ "_user", group, about_ " at CPL 3", needs_, 3)
