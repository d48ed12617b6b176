/* A stack switch saves the interrupted RSP, all 64 bits of it, and neither uses, aligns nor checks it. */
#include <case.h>

static void run(void)
{
    in_user_mode();
    set_gate(0x40, .dpl = 3);
    start.rsp = ARG0;
    FAULT("int 0x40");
}

VARIANTS({VARIANT, .name = "full_width", .about = "INT 0x40 at CPL 3 with RSP = 0x7fffffffe123", .spec = "SDM 3A \"Stack Switching in IA-32e Mode\"",
          .id = "frame-user-rsp-64bit", .vector = 0x40, .error = NO_ERROR, .saved_rip = AFTER, .run = run, .arg = {0x7fffffffe123}},
         {VARIANT, .name = "noncanonical", .about = "INT 0x40 at CPL 3 with RSP = 0x8000000000000000",
          .spec = "SDM 3A \"Stack Switching in IA-32e Mode\"", .id = "frame-user-rsp-garbage", .vector = 0x40, .error = NO_ERROR, .saved_rip = AFTER,
          .run = run, .arg = {0x8000000000000000}},
         {VARIANT, .name = "all_ones", .about = "INT 0x40 at CPL 3 with RSP = 0xffffffffffffffff",
          .spec = "SDM 3A \"Stack Switching in IA-32e Mode\"", .vector = 0x40, .error = NO_ERROR, .saved_rip = AFTER, .run = run,
          .arg = {0xffffffffffffffff}},
         {VARIANT, .name = "zero", .about = "INT 0x40 at CPL 3 with RSP = 0", .spec = "SDM 3A \"Stack Switching in IA-32e Mode\"", .vector = 0x40,
          .error = NO_ERROR, .saved_rip = AFTER, .run = run, .arg = {0}});
