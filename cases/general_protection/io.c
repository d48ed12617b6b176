/* IN and OUT at a CPL above IOPL need a 0 in the TSS's I/O map; here its base lies beyond the TSS's limit: every port is denied. */
#include <case.h>

static void in_imm8(void)
{
    in_user_mode();
    FAULT("in al, 0x80");
}

static void in_dx(void)
{
    in_user_mode();
    start.rdx = 0x80;
    FAULT("in al, dx");
}

static void out_dx(void)
{
    in_user_mode();
    start.rdx = 0x80;
    FAULT("out dx, al");
}

static void iopl(void)
{
    in_user_mode();
    start.rflags |= RFLAGS_IOPL(3);
    FAULT("out 0x80, al");
}

#define ROW(name_, id_, about_, spec_, ...)                                                           \
    {                                                                                                 \
        VARIANT, .name = #name_, .about = about_, .spec = spec_, .id = id_, .run = name_, __VA_ARGS__ \
    }
#define IN "SDM 2A \"IN-Input from Port\""
#define OUT "SDM 2B \"OUT-Output to Port\""
#define FAULTS .vector = VEC_GP, .error = 0, .saved_rip = AT_FAULT

VARIANTS(ROW(in_imm8, "gp-priv-in-imm8", "IN AL, 0x80 at CPL 3 with IOPL=0", IN, FAULTS),
         ROW(in_dx, "gp-priv-in-dx", "IN AL, DX at CPL 3 with IOPL=0", IN, FAULTS),
         ROW(out_dx, "gp-priv-out-dx", "OUT DX, AL at CPL 3 with IOPL=0", OUT, FAULTS),
         ROW(iopl, "gp-io-iopl3", "OUT 0x80, AL at CPL 3 with IOPL=3", OUT, .vector = NO_EXCEPTION));
