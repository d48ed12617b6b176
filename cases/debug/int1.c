/* INT1 (F1) is a debug exception without a bit in DR6 and without a check of the gate's DPL; INT 1 (CD 01) is an INT n. */
#include <case.h>

static void int1(void)
{
    FAULT(".byte 0xf1");
}

static void prefixed(void)
{
    FAULT(".byte 0x2e, 0x2e, 0xf1");
}

static void user(void)
{
    in_user_mode();
    set_gate(VEC_DB, .dpl = (unsigned)ARG0);
    FAULT(".byte 0xf1");
}

static void compat_user(void)
{
    in_compat_user();
    FAULT32(".byte 0xf1");
}

static void resumed(void)
{
    watch_sse();
    on_exception(VEC_DB, resume);
    FAULT(".byte 0xf1");
}

static void sticky(void)
{
    start.dr6 |= DR6_BS | DR6_BT;
    FAULT(".byte 0xf1");
}

static void rf(void)
{
    start.rflags |= RFLAGS_RF;
    FAULT(".byte 0xf1");
}

static void guarded(void)
{
    start.dr7 |= DR7_GD;
    FAULT(".byte 0xf1");
}

static void int_1(void)
{
    FAULT("int 1");
}

static void int_1_user(void)
{
    in_user_mode();
    set_gate(VEC_DB, .dpl = (unsigned)ARG0);
    FAULT("int 1");
}

#define SOFTWARE "SDM 2A \"INT n/INTO/INT3/INT1-Call to Interrupt Procedure\""
#define RAISED(n, f, what, ids, ...)                                                                                                        \
    {                                                                                                                                       \
        VARIANT, .name = #n, .about = what, .spec = SOFTWARE, .id = ids, .vector = VEC_DB, .error = NO_ERROR, .saved_rip = AFTER, .run = f, \
                 __VA_ARGS__                                                                                                                \
    }

VARIANTS(RAISED(kernel, int1, "INT1 (F1) at CPL 0", "db-icebp"),
         RAISED(user_dpl0, user, "INT1 (F1) at CPL 3, gate 1 with DPL 0: no check", "db-icebp-user-dpl0", .arg = {0}),
         RAISED(user_dpl3, user, "INT1 (F1) at CPL 3, gate 1 with DPL 3", "", .arg = {3}),
         RAISED(compat_user, compat_user, "INT1 (F1) in compatibility mode at CPL 3", "", .env = COMPAT32),
         RAISED(prefixed, prefixed, "INT1 (F1) with two prefixes", "db-icebp-prefixed"),
         RAISED(resumed, resumed, "INT1 (F1) at CPL 0, IRETQ", "", .resumes = 1),
         RAISED(sticky, sticky, "INT1 (F1) with BS and BT already set in DR6", ""), RAISED(rf, rf, "INT1 (F1) with RF=1: the image has RF=0", ""),
         RAISED(guarded, guarded, "INT1 (F1) with DR7.GD=1: clear in the handler", ""), RAISED(int_1, int_1, "INT 1 (CD 01) at CPL 0", "db-int1"),
         RAISED(int_1_user_dpl3, int_1_user, "INT 1 (CD 01) at CPL 3, gate 1 with DPL 3", "", .arg = {3}),
         {VARIANT, .name = "int_1_user_dpl0", .about = "INT 1 (CD 01) at CPL 3, gate 1 with DPL 0", .spec = SOFTWARE, .id = "db-int1-user-dpl0",
          .vector = VEC_GP, .error = IDT_ERROR(VEC_DB), .saved_rip = AT_FAULT, .run = int_1_user, .arg = {0}});
