/* SAHF loads SF, ZF, AF, PF and CF from AH, and of its other bits nothing; LAHF stores bit 1 as 1, bits 3 and 5 as 0. */
#include <case.h>

/* ARG0: the bit of AH that is the other way round. */
static void sahf(void)
{
    start.rax = (start.rax & ~0xff00ull) | (uint64_t)((uint8_t)start.rflags ^ 1u << ARG0) << 8;
    FAULT("sahf");
}

static void user(void)
{
    in_user_mode();
    sahf();
}

/* ARG0: the flag that is 0. */
static void lahf(void)
{
    start.rflags &= ~(uint64_t)ARG0;
    FAULT("lahf");
}

#define SAHF "SDM 2B \"SAHF-Store AH into Flags\""
#define LAHF "SDM 2A \"LAHF-Load Status Flags into AH Register\""
#define ROW(name_, run_, arg0, spec_, about_)                                                                                          \
    {                                                                                                                                  \
        VARIANT, .name = name_, .about = about_, .spec = spec_, .vector = NO_EXCEPTION, .run = run_, .arg = {arg0}, .needs = "lahf_lm" \
    }
#define BIT(bit)                                                                    \
    ROW(#bit, sahf, bit, SAHF, "SAHF at CPL 0, bit " #bit " of AH isn't the flag"), \
        ROW("user_" #bit, user, bit, SAHF, "SAHF at CPL 3, bit " #bit " of AH isn't the flag")

VARIANTS(BIT(0), BIT(1), BIT(2), BIT(3), BIT(4), BIT(5), BIT(6), BIT(7), ROW("lahf", lahf, 0, LAHF, "LAHF of flags that are all 1"),
         ROW("lahf_cf", lahf, RFLAGS_CF, LAHF, "LAHF where CF=0"), ROW("lahf_pf", lahf, RFLAGS_PF, LAHF, "LAHF where PF=0"),
         ROW("lahf_af", lahf, RFLAGS_AF, LAHF, "LAHF where AF=0"), ROW("lahf_zf", lahf, RFLAGS_ZF, LAHF, "LAHF where ZF=0"),
         ROW("lahf_sf", lahf, RFLAGS_SF, LAHF, "LAHF where SF=0"));
