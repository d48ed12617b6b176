/*
 * CR4.TSD=1 keeps RDTSC and RDTSCP from CPL 3: #GP(0). Where they read the counter its value is no fact of the case, so the
 * program tells of two readings what must be true: RAX=1, the second isn't below the first; R10 and R11, what the second
 * left in bits 63:32 of RAX and RDX.
 */
#include <case.h>

#define READ_TWICE()                                                       \
    PROGRAM("pushfq\n" MARK(fault) "rdtsc\n" MARK(after) "mov r8, rax\n"   \
                                                         "mov r9, rdx\n"   \
                                                         "rdtsc\n"         \
                                                         "mov r10, rax\n"  \
                                                         "shr r10, 32\n"   \
                                                         "mov r11, rdx\n"  \
                                                         "shr r11, 32\n"   \
                                                         "shl r9, 32\n"    \
                                                         "or r8, r9\n"     \
                                                         "shl rdx, 32\n"   \
                                                         "or rdx, rax\n"   \
                                                         "cmp rdx, r8\n"   \
                                                         "setae al\n"      \
                                                         "movzx eax, al\n" \
                                                         "mov edx, 0\n"    \
                                                         "mov r8d, 0\n"    \
                                                         "mov r9d, 0\n"    \
                                                         "popfq\n")

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
    READ_TWICE();
}

static void rdtsc_kernel(void)
{
    disable();
    READ_TWICE();
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
