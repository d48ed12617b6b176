/* extension.h: ../extension/in_states.h in compatibility mode, CPL 0 and 3. */
#include "../extension/in_states.h"

#undef ROW_ENVIRONMENT
#define ROW_ENVIRONMENT .env = COMPAT32,
#define BX "ebx"
#define ASSEMBLE_FOR_MODE ASSEMBLE32

static void in_mode(void)
{
    start.rbx = start.rdi = map_page("operand", PAGE_PRESENT | PAGE_WRITE | PAGE_USER);
    fill_operand(frame_of(start.rbx));
    if (ARG0 == 3)
        in_compat_user();
    else
        in_compat_kernel();
}

#define IN_RINGS(name_, group, about_, needs_) \
    ROW_OF_STATES(name_, group, about_, needs_, 0), ROW_OF_STATES(name_ "_user", group, about_ " at CPL 3", needs_, 3)
