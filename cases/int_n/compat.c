/* INT n in compatibility mode goes through the same 16-byte gates, to 64-bit code. At CPL 0: stack/compat_kernel. */
#include <case.h>

#define SPEC "SDM 2A \"INT n/INTO/INT3/INT1-Call to Interrupt Procedure\""

static void user(void)
{
    in_compat_user();
    set_gate(0x80, .dpl = (unsigned)ARG0);
    FAULT32("int 0x80");
}

VARIANTS({VARIANT, .name = "user", .env = COMPAT32, .about = "INT 0x80 at CPL 3 in compatibility mode, gate DPL 3", .spec = SPEC,
          .id = "int-compat-user", .vector = 0x80, .error = NO_ERROR, .saved_rip = AFTER, .run = user, .arg = {3}},
         {VARIANT, .name = "user_dpl_0", .env = COMPAT32, .about = "INT 0x80 at CPL 3 in compatibility mode, gate DPL 0", .spec = SPEC,
          .vector = VEC_GP, .error = IDT_ERROR(0x80), .saved_rip = AT_FAULT, .run = user, .arg = {0}});
