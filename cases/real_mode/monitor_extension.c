/* A bit of ECX that is no extension of MONITOR or MWAIT is #GP in real mode, too. */
#include <case16.h>

#define EXTENSIONS(X)                                                                                         \
    X(monitor_0, 1, "monitor", "MONITOR with ECX[0]=1", "SDM 2B \"MONITOR-Set Up Monitor Address\"")          \
    X(monitor_31, 1u << 31, "monitor", "MONITOR with ECX[31]=1", "SDM 2B \"MONITOR-Set Up Monitor Address\"") \
    X(mwait_1, 2, "mwait", "MWAIT with ECX[1]=1", "SDM 2B \"MWAIT-Monitor Wait\"")                            \
    X(mwait_31, 1u << 31, "mwait", "MWAIT with ECX[31]=1", "SDM 2B \"MWAIT-Monitor Wait\"")

/* An interrupt is pending behind STI, so that who ignores a bit of MWAIT isn't left to wait. */
static void set_up(uint32_t ecx)
{
    enable_apic();
    send_self(0x60);
    start.eflags &= ~EFLAGS_IF;
    start.eax = 0;
    start.ecx = ecx;
    start.edx = 0;
}

#define DEFINE(name, ecx, instruction, about_, spec_)                      \
    static void name(void)                                                 \
    {                                                                      \
        set_up(ecx);                                                       \
        PROGRAM("sti\n" MARK(fault) instruction "\n" MARK(after) "nop\n"); \
    }
EXTENSIONS(DEFINE)

#define ROW(name_, ecx, instruction, about_, spec_)                                                      \
    {VARIANT,          .name = #name_,    .about = about_,       .spec = spec_, .needs = "apic monitor", \
     .vector = VEC_GP, .error = NO_ERROR, .saved_rip = AT_FAULT, .run = name_},
VARIANTS(EXTENSIONS(ROW));
