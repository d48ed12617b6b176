/* pm_privilege/io_string.c in virtual-8086 mode, where the map is asked whatever IOPL is: here it is 3. */
#include <case32.h>

#define WHERE "in virtual-8086 mode with IOPL=3"
#define INSTRUCTION FAULT16
#include "../pm_privilege/io_string.h"

#define MISSING 0x10000u
#define OPERAND (MISSING + 0x800u)

static void set_up(void)
{
    in_vm86();
    start.eflags |= EFLAGS_IOPL(3);
    open_ports();
    change_page(MISSING, PAGE_PRESENT, PAGE_USER);
    name_place("operand", MISSING, PAGE_SIZE);
    start.ecx = 0xb1b10003;
    start.esi = OPERAND - 16 * REAL_DS;
    start.edi = OPERAND - 16 * REAL_ES;
}

/* The operand's second byte is beyond the limit of SS. */
static void outsw_limit(void)
{
    set_up();
    start.esi = 0xffff;
    FAULT16("outs dx, word ptr ss:[si]");
}

VARIANTS(ALL_ROWS, {VARIANT, .name = "outsw_limit_denied", .about = "OUTSW from beyond the limit of SS " WHERE ", the last port is denied",
                    .spec = OUTS, .run = outsw_limit, .arg = {DENIED, 2}, .vector = VEC_GP, .error = 0, .saved_rip = AT_FAULT});
