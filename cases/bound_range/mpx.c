/*
 * #BR of MPX: BNDCL, BNDCU and BNDCN compare an address with a bound, and those outside are a fault. Registers BND4 to BND7 don't exist,
 * BNDMK takes no address relative to RIP, and without IA32_BNDCFGS.EN all of them do nothing.
 */
#include <case.h>

#define MSR_BNDCFGS 0xd90u
#define BNDCFGS_EN 1u
#define XCR0_BOUNDS (3u << 3)

/* BND0 is 0x1000 to 0x1fff in all programs. */
#define MAKE ".byte 0xf3, 0x0f, 0x1b, 0x83, 0xff, 0x0f, 0, 0\n" /* BNDMK BND0, [RBX + 0xfff]; Clang has dropped MPX */

static void enable(void)
{
    write_cr4(read_cr4() | CR4_OSXSAVE);
    write_xcr0(XCR0_X87 | XCR0_SSE | XCR0_BOUNDS);
    write_msr(MSR_BNDCFGS, ARG1 ? 0 : BNDCFGS_EN);
    start.rbx = 0x1000;
    start.rcx = ARG0;
}

#define CHECK(name, instruction)                                        \
    static void name(void)                                              \
    {                                                                   \
        enable();                                                       \
        PROGRAM(MAKE MARK(fault) instruction "\n" MARK(after) "nop\n"); \
    }

CHECK(bndcl, ".byte 0xf3, 0x0f, 0x1a, 0x01")
CHECK(bndcu, ".byte 0xf2, 0x0f, 0x1a, 0x01")
CHECK(bndcl_register, ".byte 0xf3, 0x0f, 0x1a, 0xc1")
CHECK(bndcu_register, ".byte 0xf2, 0x0f, 0x1a, 0xc1")
CHECK(bndcl_bnd4, ".byte 0xf3, 0x0f, 0x1a, 0x21")
CHECK(bndcu_bnd7, ".byte 0xf2, 0x0f, 0x1a, 0x39")
CHECK(bndmk_bnd4, ".byte 0xf3, 0x0f, 0x1b, 0x21")
CHECK(bndmk_rip, ".byte 0xf3, 0x0f, 0x1b, 0x05, 0, 0, 0, 0")
CHECK(bndmov_bnd4, ".byte 0x66, 0x0f, 0x1a, 0xc4")
CHECK(bndcl_lock, ".byte 0xf0, 0xf3, 0x0f, 0x1a, 0x01")

/* BNDCN takes the upper bound as it is in the register: here its complement of 0xfff, all ones above. */
static void bndcn(void)
{
    enable();
    PROGRAM(MAKE MARK(fault) ".byte 0xf2, 0x0f, 0x1b, 0x01\n" MARK(after) "nop\n");
}

#define ROW(name_, run_, about_, spec_, rcx, disabled, ...)                                                                      \
    {                                                                                                                            \
        VARIANT, .name = name_, .about = about_, .spec = spec_, .needs = "mpx", .run = run_, .arg = {rcx, disabled}, __VA_ARGS__ \
    }
#define FAULTS(vector_) .vector = vector_, .error = NO_ERROR, .saved_rip = AT_FAULT
#define PASSES .vector = NO_EXCEPTION
#define BNDCL "SDM 2A \"BNDCL-Check Lower Bound\""
#define BNDCU "SDM 2A \"BNDCU/BNDCN-Check Upper Bound\""
#define BNDMK "SDM 2A \"BNDMK-Make Bounds\""
#define BNDMOV "SDM 2A \"BNDMOV-Move Bounds\""

VARIANTS(ROW("below", bndcl, "BNDCL of an address one below", BNDCL, 0xfff, 0, FAULTS(VEC_BR)),
         ROW("lowest", bndcl, "BNDCL of the lowest address", BNDCL, 0x1000, 0, PASSES),
         ROW("above", bndcu, "BNDCU of an address one above", BNDCU, 0x2000, 0, FAULTS(VEC_BR)),
         ROW("highest", bndcu, "BNDCU of the highest address", BNDCU, 0x1fff, 0, PASSES),
         ROW("below_register", bndcl_register, "BNDCL of an address in a register", BNDCL, 0xfff, 0, FAULTS(VEC_BR)),
         ROW("above_register", bndcu_register, "BNDCU of an address in a register", BNDCU, 0x2000, 0, FAULTS(VEC_BR)),
         ROW("complement", bndcn, "BNDCN of an address above the complement that the register holds", BNDCU, 0xffffffffffffe001, 0, FAULTS(VEC_BR)),
         ROW("below_disabled", bndcl, "BNDCL of an address one below, BNDCFGS.EN=0", BNDCL, 0xfff, 1, PASSES),
         ROW("bndcl_bnd4", bndcl_bnd4, "BNDCL of BND4", BNDCL, 0x1000, 0, FAULTS(VEC_UD)),
         ROW("bndcu_bnd7", bndcu_bnd7, "BNDCU of BND7", BNDCU, 0x1000, 0, FAULTS(VEC_UD)),
         ROW("bndmk_bnd4", bndmk_bnd4, "BNDMK of BND4", BNDMK, 0x1000, 0, FAULTS(VEC_UD)),
         ROW("bndmk_rip", bndmk_rip, "BNDMK of an address relative to RIP", BNDMK, 0x1000, 0, FAULTS(VEC_UD)),
         ROW("bndmov_bnd4", bndmov_bnd4, "BNDMOV from BND4", BNDMOV, 0x1000, 0, FAULTS(VEC_UD)),
         ROW("bndcl_lock", bndcl_lock, "LOCK BNDCL", BNDCL, 0x1000, 0, FAULTS(VEC_UD)));
