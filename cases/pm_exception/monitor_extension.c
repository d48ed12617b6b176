/* A bit of ECX that is no extension of MONITOR or MWAIT is #GP(0). */
#include <case32.h>

/* ARG0: ECX. */
static void set_up(void)
{
    start.eax = map_page("operand", PAGE_PRESENT | PAGE_WRITE);
    start.ecx = (uint32_t)ARG0;
    start.edx = 0;
}

static void monitor(void)
{
    set_up();
    FAULT("monitor");
}

static void mwait(void)
{
    set_up();
    FAULT("mwait");
}

#define ROW(name_, run_, ecx, spec_, about_)                                                                                                 \
    {                                                                                                                                        \
        VARIANT, .name = name_, .about = about_, .spec = spec_, .needs = "monitor", .run = run_, .arg = {ecx}, .vector = VEC_GP, .error = 0, \
                 .saved_rip = AT_FAULT                                                                                                       \
    }
#define MONITOR "SDM 2B \"MONITOR-Set Up Monitor Address\""
#define MWAIT "SDM 2B \"MWAIT-Monitor Wait\""

VARIANTS(ROW("monitor_0", monitor, 1, MONITOR, "MONITOR with ECX[0]=1"), ROW("monitor_31", monitor, 1u << 31, MONITOR, "MONITOR with ECX[31]=1"),
         ROW("mwait_1", mwait, 2, MWAIT, "MWAIT with ECX[1]=1"), ROW("mwait_31", mwait, 1u << 31, MWAIT, "MWAIT with ECX[31]=1"));
