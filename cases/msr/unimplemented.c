/* RDMSR and WRMSR of an address that no processor has: #GP(0). */
#include <case.h>

#define NOWHERE 0x1234u

static void rdmsr(void)
{
    start.rcx = NOWHERE;
    FAULT("rdmsr");
}

static void wrmsr(void)
{
    start.rcx = NOWHERE;
    start.rax = start.rdx = 0;
    FAULT("wrmsr");
}

#define ROW(run_, id_, about_, spec_)                                                                                                            \
    {                                                                                                                                            \
        VARIANT, .name = #run_, .about = about_ " of an unimplemented address at CPL 0", .spec = spec_, .id = id_, .vector = VEC_GP, .error = 0, \
                 .saved_rip = AT_FAULT, .run = run_                                                                                              \
    }

VARIANTS(ROW(rdmsr, "msr-rdmsr-unimplemented", "RDMSR", "SDM 2B \"RDMSR-Read from Model Specific Register\""),
         ROW(wrmsr, "msr-wrmsr-unimplemented", "WRMSR", "SDM 2D \"WRMSR-Write to Model Specific Register\""));
