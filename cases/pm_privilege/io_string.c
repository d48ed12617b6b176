/*
 * general_protection/io_string.c in 32-bit mode. OUTS from the stack's segment shows the order with the limit, too: #SS(0) would be that of the
 * operand.
 */
#include <case32.h>

#define WHERE "at CPL 3 with IOPL=2"
#define INSTRUCTION FAULT
#include "io_string.h"

static void set_up(void)
{
    in_user_mode();
    start.eflags |= EFLAGS_IOPL(2);
    open_ports();
    start.ecx = 3;
    start.edi = start.esi = map_page("operand", PAGE_WRITE | PAGE_USER) + 0x5c0;
}

/* The operand begins with the last byte of SS. */
static void outsw_limit(void)
{
    struct descriptor d = {.type = DATA_WRITABLE, .dpl = 3, .d = true, .base = stack_base(STACK_USER), .limit = 0xfff};

    set_up();
    start.ss = add_descriptor("stack", encode_descriptor(d)) | 3u;
    start.esp = 0x800;
    start.esi = 0xfff;
    FAULT("outs dx, word ptr ss:[esi]");
}

VARIANTS(ALL_ROWS, {VARIANT, .name = "outsw_limit_denied", .about = "OUTSW from beyond the limit of SS " WHERE ", the last port is denied",
                    .spec = OUTS, .run = outsw_limit, .arg = {DENIED, 2}, .vector = VEC_GP, .error = 0, .saved_rip = AT_FAULT});
