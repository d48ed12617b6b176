/* INT3 is a software interrupt: at CPL 3 a gate with DPL 0 refuses it, with a fault that names the gate. */
#include <case.h>

static void int3(void)
{
    in_user_mode();
    FAULT(".byte 0xcc");
}

static void two_bytes(void)
{
    in_user_mode();
    FAULT(".byte 0xcd, 3");
}

static void compat(void)
{
    in_compat_user();
    FAULT32(".byte 0xcc");
}

#define ROW(name_, env_, id_, about_)                                                                                                            \
    {                                                                                                                                            \
        VARIANT, .name = #name_, .env = env_, .about = about_, .spec = "SDM 2A \"INT n/INTO/INT3/INT1-Call to Interrupt Procedure\"", .id = id_, \
                 .vector = VEC_GP, .error = IDT_ERROR(VEC_BP), .saved_rip = AT_FAULT, .run = name_                                               \
    }

VARIANTS(ROW(int3, LONG64, "bp-int3-user-dpl0", "INT3 at CPL 3, gate 3 with DPL 0"),
         ROW(two_bytes, LONG64, "bp-cd03-user-dpl0", "INT 3 (CD 03) at CPL 3, gate 3 with DPL 0"),
         ROW(compat, COMPAT32, "", "INT3 in compatibility mode at CPL 3, gate 3 with DPL 0"));
