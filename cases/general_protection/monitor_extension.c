/* MONITOR knows no extension: any bit of RCX is #GP(0), in 64-bit mode those of its upper half, too; elsewhere ECX is all of it. MWAIT knows bit 0:
 * its other bits are only tried in compatibility mode, since in 64-bit mode an emulator that ignores the upper half waits for ever. */
#include <case.h>

/* ARG0: RCX. */
static void set_up(void)
{
    start.rax = map_page("operand", PAGE_PRESENT | PAGE_WRITE);
    start.rcx = ARG0;
    start.rdx = 0;
}

static void monitor(void)
{
    set_up();
    FAULT("monitor");
}

static void compat_monitor(void)
{
    in_compat_kernel();
    set_up();
    FAULT32("monitor");
}

static void compat_mwait(void)
{
    in_compat_kernel();
    set_up();
    FAULT32("mwait");
}

#define MONITOR "SDM 2B \"MONITOR-Set Up Monitor Address\""
#define MWAIT "SDM 2B \"MWAIT-Monitor Wait\""
#define ROW(name_, run_, rcx, spec_, about_, ...)                                                                          \
    {                                                                                                                      \
        VARIANT, .name = name_, .about = about_, .spec = spec_, .needs = "monitor", .run = run_, .arg = {rcx}, __VA_ARGS__ \
    }
#define REFUSED .vector = VEC_GP, .error = 0, .saved_rip = AT_FAULT
#define COMPAT .env = COMPAT32

VARIANTS(ROW("monitor_1", monitor, 2, MONITOR, "MONITOR with RCX[1]=1", REFUSED),
         ROW("monitor_31", monitor, 1u << 31, MONITOR, "MONITOR with RCX[31]=1", REFUSED),
         ROW("monitor_32", monitor, 1ull << 32, MONITOR, "MONITOR with RCX[32]=1", REFUSED),
         ROW("monitor_63", monitor, 1ull << 63, MONITOR, "MONITOR with RCX[63]=1", REFUSED),
         ROW("compat_monitor_0", compat_monitor, 1, MONITOR, "MONITOR with ECX[0]=1 in compatibility mode", REFUSED, COMPAT),
         ROW("compat_monitor_31", compat_monitor, 1u << 31, MONITOR, "MONITOR with ECX[31]=1 in compatibility mode", REFUSED, COMPAT),
         ROW("compat_monitor_32", compat_monitor, 1ull << 32, MONITOR, "MONITOR with RCX[32]=1, ECX=0 in compatibility mode", .vector = NO_EXCEPTION,
             COMPAT),
         ROW("compat_mwait_1", compat_mwait, 2, MWAIT, "MWAIT with ECX[1]=1 in compatibility mode", REFUSED, COMPAT),
         ROW("compat_mwait_31", compat_mwait, 1u << 31, MWAIT, "MWAIT with ECX[31]=1 in compatibility mode", REFUSED, COMPAT));
