/* MONITOR knows no extension: any bit of RCX is #GP(0), in 64-bit mode those of its upper half, too; elsewhere ECX is all of it. MWAIT knows bit 0.
 * An interrupt is pending behind STI, so that who ignores a bit of MWAIT isn't left to wait. */
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

static void mwait(void)
{
    set_up();
    enable_apic();
    send_self(0x60);
    start.rflags &= ~(uint64_t)RFLAGS_IF;
    PROGRAM("sti\n" MARK(fault) "mwait\n" MARK(after) "nop\n");
}

#define MONITOR "SDM 2B \"MONITOR-Set Up Monitor Address\""
#define MWAIT "SDM 2B \"MWAIT-Monitor Wait\""
#define ROW(name_, run_, rcx, spec_, about_, ...)                                                                               \
    {                                                                                                                           \
        VARIANT, .name = name_, .about = about_, .spec = spec_, .needs = "apic monitor", .run = run_, .arg = {rcx}, __VA_ARGS__ \
    }
#define REFUSED .vector = VEC_GP, .error = 0, .saved_rip = AT_FAULT
#define COMPAT .env = COMPAT32

VARIANTS(ROW("monitor_1", monitor, 2, MONITOR, "MONITOR with RCX[1]=1", REFUSED),
         ROW("monitor_31", monitor, 1u << 31, MONITOR, "MONITOR with RCX[31]=1", REFUSED),
         ROW("monitor_32", monitor, 1ull << 32, MONITOR, "MONITOR with RCX[32]=1", REFUSED),
         ROW("monitor_63", monitor, 1ull << 63, MONITOR, "MONITOR with RCX[63]=1", REFUSED),
         ROW("mwait_1", mwait, 2, MWAIT, "MWAIT with RCX[1]=1", REFUSED), ROW("mwait_31", mwait, 1u << 31, MWAIT, "MWAIT with RCX[31]=1", REFUSED),
         ROW("mwait_32", mwait, 1ull << 32, MWAIT, "MWAIT with RCX[32]=1", REFUSED),
         ROW("mwait_63", mwait, 1ull << 63, MWAIT, "MWAIT with RCX[63]=1", REFUSED),
         ROW("compat_monitor_0", compat_monitor, 1, MONITOR, "MONITOR with ECX[0]=1 in compatibility mode", REFUSED, COMPAT),
         ROW("compat_monitor_31", compat_monitor, 1u << 31, MONITOR, "MONITOR with ECX[31]=1 in compatibility mode", REFUSED, COMPAT),
         ROW("compat_monitor_32", compat_monitor, 1ull << 32, MONITOR, "MONITOR with RCX[32]=1, ECX=0 in compatibility mode", .vector = NO_EXCEPTION,
             COMPAT),
         ROW("compat_mwait_1", compat_mwait, 2, MWAIT, "MWAIT with ECX[1]=1 in compatibility mode", REFUSED, COMPAT),
         ROW("compat_mwait_31", compat_mwait, 1u << 31, MWAIT, "MWAIT with ECX[31]=1 in compatibility mode", REFUSED, COMPAT));
