/* CR4.TSD=1 keeps RDTSC and RDTSCP from CPL 3: #GP(0). */
#include <case.h>

static void disable(void)
{
    write_cr4(read_cr4() | CR4_TSD);
}

static void rdtsc_user(void)
{
    in_user_mode();
    disable();
    FAULT("rdtsc");
}

static void rdtscp_user(void)
{
    in_user_mode();
    disable();
    FAULT("rdtscp");
}

static void rdtsc_user_allowed(void)
{
    in_user_mode();
    FAULT("rdtsc");
}

static void rdtsc_kernel(void)
{
    disable();
    FAULT("rdtsc");
}

#define RDTSC "SDM 2B \"RDTSC-Read Time-Stamp Counter\""
#define RDTSCP "SDM 2B \"RDTSCP-Read Time-Stamp Counter and Processor ID\""
#define ROW(run_, id_, about_, spec_, ...)                                                          \
    {                                                                                               \
        VARIANT, .name = #run_, .about = about_, .spec = spec_, .id = id_, .run = run_, __VA_ARGS__ \
    }
#define FAULTS .vector = VEC_GP, .error = 0, .saved_rip = AT_FAULT

VARIANTS(ROW(rdtsc_user, "gp-priv-rdtsc-tsd", "RDTSC at CPL 3 with CR4.TSD=1", RDTSC, FAULTS),
         ROW(rdtscp_user, "gp-priv-rdtscp-tsd", "RDTSCP at CPL 3 with CR4.TSD=1", RDTSCP, FAULTS, .needs = "rdtscp"),
         ROW(rdtsc_user_allowed, "gp-priv-rdtsc-allowed", "RDTSC at CPL 3 with CR4.TSD=0", RDTSC, .vector = NO_EXCEPTION),
         ROW(rdtsc_kernel, "", "RDTSC at CPL 0 with CR4.TSD=1", RDTSC, .vector = NO_EXCEPTION));
