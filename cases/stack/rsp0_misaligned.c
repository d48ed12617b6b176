/* RSP0 of the TSS is aligned like any other new RSP. */
#include <case.h>

static void run(void)
{
    in_user_mode();
    tss.rsp[0] = stack_top(STACK_RSP0) - 16 + ARG0;
    if (current_case->vector == VEC_GP)
        FAULT("hlt");
    set_gate(0x40, .dpl = 3);
    FAULT("int 0x40");
}

#define RSP0(k)                                                                                                                 \
    {                                                                                                                           \
        VARIANT, .name = #k, .about = "INT 0x40 at CPL 3, RSP0 = 16m+" #k, .spec = "SDM 3A \"64-Bit Mode Stack Frame\"",        \
                 .id = "frame-rsp0-misaligned-" #k, .vector = 0x40, .error = NO_ERROR, .saved_rip = AFTER, .run = run, .arg = { \
                     k                                                                                                          \
                 }                                                                                                              \
    }

VARIANTS(RSP0(1), RSP0(8), RSP0(15),
         {VARIANT, .name = "error_8", .about = "HLT at CPL 3, RSP0 = 16m+8", .spec = "SDM 3A \"64-Bit Mode Stack Frame\"", .vector = VEC_GP,
          .error = 0, .saved_rip = AT_FAULT, .run = run, .arg = {8}},
         {VARIANT, .name = "error_15", .about = "HLT at CPL 3, RSP0 = 16m+15", .spec = "SDM 3A \"64-Bit Mode Stack Frame\"", .vector = VEC_GP,
          .error = 0, .saved_rip = AT_FAULT, .run = run, .arg = {15}});
