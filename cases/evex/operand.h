/*
 * operand.h: instructions with an EVEX prefix and an operand in memory, by RBX, or by RBP and a displacement of one byte, which counts in
 * multiples of N. RBP leads behind the operand, so that with another N it would be elsewhere.
 * With MASKED by K1, which is a state's, as in mask.h.
 */
#ifdef MASKED
/* By SEGMENT: of the elements those that are wanted. */
enum mask { NO_ELEMENT, LOWEST, ALL_BUT_LOWEST };
#define BEFORE_EACH "kmovq k1, r8\n"
#define KEEPS_MEMORY (SEGMENT == NO_ELEMENT)
#endif
#include "../operand/each.h"
#include "evex.h"

#define TEXT(...) #__VA_ARGS__
#define BY_DATA(width) BASE("bx")
#define BY_STACK(width) DISPLACED("bp", width)
#define BY_CODE(width) "cs:" BASE("bx")
#ifdef COMPAT
#define DISPLACED(base, width) "[e" base " - " TEXT(width) "]"
#else
#define DISPLACED(base, width) "[r" base " - " TEXT(width) "]"
#endif
#define POINTER(width) POINTER_TO(width) /* of what is a macro, too */
#define POINTER_TO(width) POINTER_##width
#define POINTER_1 "byte ptr "
#define POINTER_2 "word ptr "
#define POINTER_4 "dword ptr "
#define POINTER_8 "qword ptr "
#define POINTER_16 "xmmword ptr "
#define POINTER_32 "ymmword ptr "
#define POINTER_64 "zmmword ptr "

/* A name, what is in front of the operand and what is behind it. M: BY_DATA or BY_STACK. */
#define PLAIN(name, width, M, front, behind) "op_of 9, " name ", " TEXT(width) ", " front POINTER(width) M(width) behind "\n"
#define FORM(name, width, M, front, behind) PLAIN(name, width, M, "%{evex%} " front, behind)
/* LOAD: its destination, which may be masked, what follows, what is behind the operand. STORE_OF: what is behind the operand, masked. */
#ifdef MASKED
#define K "%{k1%}"
#define UNMASKED(name, width, M, front, behind) ""
#define UNMASKED_PLAIN UNMASKED
#else
#define K ""
#define UNMASKED FORM
#define UNMASKED_PLAIN PLAIN
#endif
#define LOAD(name, width, M, front, middle, behind) FORM(name, width, M, front K middle, behind)
#define STORE_OF(name, width, M, front, behind) FORM(name, width, M, front, K behind)
_Static_assert(BELOW_RBP == 9, "what op_of has in FORM");

#ifdef MASKED
static void set_mask(void)
{
    const uint64_t masks[] = {[NO_ELEMENT] = 0, [LOWEST] = 1, [ALL_BUT_LOWEST] = ~1ull};

    start.r8 = masks[SEGMENT];
}
#else
static void set_mask(void)
{
}
#endif

#define BY_ONE(name, instructions) \
    static void name(void)         \
    {                              \
        enable();                  \
        set_mask();                \
        EACH(instructions);        \
    }
#ifdef COMPAT
#define BY_EVEX(group, INSTRUCTIONS)              \
    BY_ONE(group##_data, INSTRUCTIONS(BY_DATA))   \
    BY_ONE(group##_stack, INSTRUCTIONS(BY_STACK)) \
    BY_ONE(group##_code, INSTRUCTIONS(BY_CODE))
#else
#define BY_EVEX(group, INSTRUCTIONS)            \
    BY_ONE(group##_data, INSTRUCTIONS(BY_DATA)) \
    BY_ONE(group##_stack, INSTRUCTIONS(BY_STACK))
#endif

#ifdef MASKED
#include "mask.h"
#else
#define SPEC_SCALED SPEC_PF "; SDM 2A \"Compressed Displacement (disp8*N) Support in EVEX\""
#define SCALED_BEFORE(name, group, about, needs)                                                                                           \
    ROW(name "_scaled_before", group##_stack, ALL_ON_FIRST, FLAT, MISSING_PAGE, about " by disp8*N in front of a page that isn't present", \
        SPEC_SCALED, needs)
/* Without alignment checks: what the manual says of them isn't the same in all places. */
#define IN_EVEX_UNCHECKED_STATES(name, group, about, needs)                                                                                     \
    IN_ALIGNED_STATES(name, group, about, needs),                                                                                               \
        ROW(name "_last_byte", group##_data, LAST_BYTE_ON_SECOND, FLAT, MISSING_PAGE, about " whose last byte is on a page that isn't present", \
            SPEC_PF, needs),                                                                                                                    \
        ROW(name "_scaled_last_byte", group##_stack, LAST_BYTE_ON_SECOND, FLAT, MISSING_PAGE,                                                   \
            about " by disp8*N whose last byte is on a page that isn't present", SPEC_SCALED, needs),                                           \
        SCALED_BEFORE(name, group, about, needs)
/* SDM 2A lists #AC for operands of up to 8 bytes, in the tables of types E3, E5, E6, E9, E10 and K21, and none for whole vectors. */
#define IN_EVEX_STATES(name, group, about, needs) \
    ROW_MISALIGNED(name, group##_data, about, needs), IN_EVEX_UNCHECKED_STATES(name, group, about, needs)
#define IN_EVEX_ALIGNED_STATES(name, group, about, needs)                                                                                        \
    ROW(name "_misaligned", group##_data, MISALIGNED, FLAT, USER_PAGE, about " at an odd address with AM=1 and AC=1", SPEC_GP, needs),           \
        IN_ALIGNED_STATES(name, group, about, needs),                                                                                            \
        ROW(name "_scaled_missing", group##_stack, ON_SECOND, FLAT, MISSING_PAGE, about " by disp8*N of a page that isn't present", SPEC_SCALED, \
            needs),                                                                                                                              \
        SCALED_BEFORE(name, group, about, needs)
#define IN_EVEX_BLOCK_STATES IN_EVEX_STATES
#endif
