/*
 * Fields of VEX that an instruction hasn't: a length (L) or a W that is not in its entry, and vvvv other than 1111b where it names no register. AVX
 * is enabled. Another W of VPEXTRB, VPEXTRW, VPINSRB, VPINSRW, VPERMQ and VPERMPD isn't here: an AMD processor executes the last two with W=0.
 */
#include <case.h>

#define PREPARE                                     \
    do {                                            \
        write_cr4(read_cr4() | CR4_OSXSAVE);        \
        write_xcr0(XCR0_X87 | XCR0_SSE | XCR0_AVX); \
    } while (0)
#include "opcode_user.h"
#include "vex_fields.h"

#define SPEC "SDM 2A \"Intel AVX Instruction Format\", \"Instruction Exception Specification\""
#define FIELD(name_, about_, ...)  \
    {VARIANT,                      \
     .name = #name_,               \
     .about = about_,              \
     .spec = SPEC,                 \
     .vector = VEC_UD,             \
     .error = NO_ERROR,            \
     .saved_rip = "code",          \
     .run = run,                   \
     .arg = {OPCODE(__VA_ARGS__)}, \
     .needs = "avx2 f16c bmi1 bmi2"},

VARIANTS(VEX_LENGTHS(FIELD) VEX_OPERANDS(FIELD) VEX_MORE_OPERANDS(FIELD) VEX_WIDTHS(FIELD));
