/*
 * LFS, LGS and LSS of m16:64, with REX.W: eight bytes are the offset and two behind them the selector. When the selector faults, the register keeps
 * its 64 bits. AMD's processors have no far pointer with a 64-bit offset: for them the same selector stands behind four bytes, too.
 */
#include <case.h>

#define OFFSET 0x4433221100000000ull

/* The selector lies where each vendor's processors read it; the offset's other bytes are 0 and a part that only 64 bits have. */
static void pointer(uint16_t selector)
{
    uint8_t *at;

    start.rbx = map_page("pointer", PAGE_PRESENT | PAGE_WRITE | PAGE_USER);
    at = frame_of(start.rbx);
    *(uint64_t *)at = OFFSET;
    *(uint16_t *)(at + 4) = selector;
    *(uint16_t *)(at + 8) = selector;
    start.rax = 0xa5a5a5a5a5a5a5a5;
}

#define LFS ".byte 0x48, 0x0f, 0xb4, 0x03" /* RAX, [RBX] */
#define LGS ".byte 0x48, 0x0f, 0xb5, 0x03"
#define LSS ".byte 0x48, 0x0f, 0xb2, 0x03"

/* ARG0: what the selector names. */
enum { DATA, CODE, ABSENT, BEYOND, RPL3, NULL_AT_CPL_3 };

static uint16_t selector(void)
{
    struct descriptor d = {
        .type = ARG0 == CODE ? CODE_EXECUTE_ONLY : DATA_WRITABLE, .limit = 0xfffff, .d = true, .g = true, .not_present = ARG0 == ABSENT};

    if (ARG0 == BEYOND)
        return GDT_LIMIT + 1;
    if (ARG0 == RPL3)
        return SEL_KERNEL_DATA | 3;
    if (ARG0 != NULL_AT_CPL_3)
        return add_descriptor("data", encode_descriptor(d));
    in_user_mode();
    return 0;
}

#define FORM(name, instruction) \
    static void name(void)      \
    {                           \
        pointer(selector());    \
        FAULT(instruction);     \
    }
FORM(lfs, LFS)
FORM(lgs, LGS)
FORM(lss, LSS)

#define SPEC "SDM 2A \"LDS/LES/LFS/LGS/LSS-Load Far Pointer\""
#define ROW(name_, run_, what, about_, ...)                                                                         \
    {                                                                                                               \
        VARIANT, .name = name_, .about = about_ " of m16:64", .spec = SPEC, .run = run_, .arg = {what}, __VA_ARGS__ \
    }
#define FAULTS(vector_, error_) .vector = vector_, .error = error_, .saved_rip = AT_FAULT
VARIANTS(ROW("lfs_user", lfs, NULL_AT_CPL_3, "LFS of NULL at CPL 3", .vector = NO_EXCEPTION),
         ROW("lgs_user", lgs, NULL_AT_CPL_3, "LGS of NULL at CPL 3", .vector = NO_EXCEPTION), ROW("lfs", lfs, DATA, "LFS", .vector = NO_EXCEPTION),
         ROW("lgs", lgs, DATA, "LGS", .vector = NO_EXCEPTION), ROW("lss", lss, DATA, "LSS", .vector = NO_EXCEPTION),
         ROW("lfs_beyond", lfs, BEYOND, "LFS of a selector beyond the GDT's limit", FAULTS(VEC_GP, GDT_LIMIT + 1)),
         ROW("lgs_absent", lgs, ABSENT, "LGS of a segment that isn't present", FAULTS(VEC_NP, SEL_FREE)),
         ROW("lss_absent", lss, ABSENT, "LSS of a segment that isn't present", FAULTS(VEC_SS, SEL_FREE)),
         ROW("lss_code", lss, CODE, "LSS of code", FAULTS(VEC_GP, SEL_FREE)),
         ROW("lss_rpl", lss, RPL3, "LSS with RPL 3 at CPL 0", FAULTS(VEC_GP, SEL_KERNEL_DATA)),
         ROW("lgs_code", lgs, CODE, "LGS of execute-only code", FAULTS(VEC_GP, SEL_FREE)));
