/*
 * RDFSBASE, RDGSBASE, WRFSBASE and WRGSBASE, of 32 and 64 bits: #UD with CR4.FSGSBASE=0 at every CPL and outside 64-bit mode.
 */
#include <case.h>

/* ARG0: which of the four, and REX.W; ARG1: how it is executed. */
enum { OFF, OFF_USER, COMPAT, COMPAT_USER };

static void run(void)
{
    struct program wide = ASSEMBLE(MARK(fault) ".byte 0xf3, 0x0f, 0xae, 0xc0, 0x90\n" MARK(after) "nop\n"),
                   narrow = ASSEMBLE32(MARK(fault) ".byte 0xf3, 0x0f, 0xae, 0xc0, 0x90\n" MARK(after) "nop\n"),
                   p = ARG1 == COMPAT || ARG1 == COMPAT_USER ? narrow : wide;
    uint8_t *at = (uint8_t *)label_of(p, "fault"), modrm = (uint8_t)(0xc0 | (ARG0 & 3) << 3);

    if (ARG1 == OFF || ARG1 == OFF_USER)
        write_cr4(read_cr4() & ~(uint64_t)CR4_FSGSBASE);
    else
        write_cr4(read_cr4() | CR4_FSGSBASE);
    if (ARG1 == OFF_USER)
        in_user_mode();
    if (ARG1 == COMPAT)
        in_compat_kernel();
    if (ARG1 == COMPAT_USER)
        in_compat_user();
    if (ARG0 & 4)
        at[1] = 0x48, at[2] = 0x0f, at[3] = 0xae, at[4] = modrm;
    else
        at[3] = modrm;
    start.rax = 0x1000;
    run_program(p);
}

#define ROW(name_, number_, how_, env_, about_)                                                                                       \
    {                                                                                                                                 \
        VARIANT, .name = name_, .env = env_, .about = about_, .spec = SPEC, .needs = "fsgsbase", .vector = VEC_UD, .error = NO_ERROR, \
                 .saved_rip = AT_FAULT, .run = run, .arg = {                                                                          \
                     number_,                                                                                                         \
                     how_                                                                                                             \
                 }                                                                                                                    \
    }
#define SPEC "SDM 2B \"RDFSBASE/RDGSBASE-Read FS/GS Segment Base\", \"WRFSBASE/WRGSBASE-Write FS/GS Segment Base\""
#define BOTH(name, number, about)                                        \
    ROW(name "_off", number, OFF, LONG64, about " with CR4.FSGSBASE=0"), \
        ROW(name "_off_user", number, OFF_USER, LONG64, about " with CR4.FSGSBASE=0, at CPL 3")
#define EACH(name, number, about)                                                                   \
    BOTH(name "32", number, about " of 32 bits"), BOTH(name "64", number | 4, about " of 64 bits"), \
        ROW(name "_compat", number, COMPAT, COMPAT32, "compatibility mode: " about),                \
        ROW(name "_compat_user", number, COMPAT_USER, COMPAT32, "compatibility mode at CPL 3: " about)
VARIANTS(EACH("rdfsbase", 0, "RDFSBASE"), EACH("rdgsbase", 1, "RDGSBASE"), EACH("wrfsbase", 2, "WRFSBASE"), EACH("wrgsbase", 3, "WRGSBASE"));
