/*
 * Every conditional branch, taken and not taken, for each way that its flags or its counter make it so, to the first address that no code may have:
 * one that is taken raises #GP(0) at itself, with the counter as it was; one that isn't has no target, and INT3 follows it.
 *
 * The file includes its mode's header before. place() maps a page of code whose last byte is the last one that may be executed, and has the program
 * begin `at` bytes behind its first.
 */
#include <wide.h>

#define AT 0xfc0u
#define INT3 0xcc
#define ALL_FLAGS (RFLAGS_CF | RFLAGS_PF | RFLAGS_ZF | RFLAGS_SF | RFLAGS_OF)
#define CF RFLAGS_CF
#define PF RFLAGS_PF
#define ZF RFLAGS_ZF
#define SF RFLAGS_SF
#define OF RFLAGS_OF

static uint8_t *place(unsigned at);

/* arg: flags; what the branch is, and the counter. */
enum { SHORT, NEAR, WORD, COUNTED, COUNTED67 };
#define OP(form, code) ((form) << 8 | (code))
#define COUNT(n) ((n) << 16)

static void run(void)
{
    unsigned form = ARG1 >> 8 & 0xff, code = ARG1 & 0xff, size = form == SHORT || form == COUNTED ? 2 : form == COUNTED67 ? 3 : form == WORD ? 5 : 6;
    uint8_t *bytes, *here;
    uint32_t distance = PAGE_SIZE - AT - size;

    set_gate(VEC_BP, .dpl = 3);
    bytes = place(AT);
    for (unsigned i = 0; i < PAGE_SIZE; i++)
        bytes[i] = INT3;
    here = &bytes[AT];
    if (form == WORD)
        *here++ = 0x66;
    if (form == COUNTED67)
        *here++ = 0x67;
    if (form == NEAR || form == WORD)
        *here++ = 0x0f;
    *here++ = (uint8_t)(code + (form == NEAR || form == WORD ? 0x10 : 0));
    for (unsigned i = 0; here < &bytes[AT + size]; i++)
        *here++ = (uint8_t)(distance >> 8 * i);
    start.R(cx) = ARG1 >> 16;
    start.R(flags) = (start.R(flags) & ~(uintptr_t)ALL_FLAGS) | ARG0;
    PROGRAM("");
}

#define SPEC "SDM 2A \"Jcc-Jump if Condition Is Met\", \"LOOP/LOOPcc-Loop According to ECX Counter\""
#define BRANCH(name_, about_, form_, code_, count_, flags_, ...) \
    {VARIANT, .name = name_, .about = ABOUT about_, .spec = SPEC, .run = run, .arg = {flags_, OP(form_, code_) | COUNT(count_)}, __VA_ARGS__},
#define GOES .vector = VEC_GP, .error = 0
#define STAYS .vector = VEC_BP, .error = NO_ERROR
/* Condition, name, flags, their name. */
#define IF_TAKEN(X, ...)                        \
    X(0, "jo", OF, "of", __VA_ARGS__)           \
    X(1, "jno", 0, "none", __VA_ARGS__)         \
    X(2, "jb", CF, "cf", __VA_ARGS__)           \
    X(3, "jnb", 0, "none", __VA_ARGS__)         \
    X(4, "jz", ZF, "zf", __VA_ARGS__)           \
    X(5, "jnz", 0, "none", __VA_ARGS__)         \
    X(6, "jbe", CF, "cf", __VA_ARGS__)          \
    X(6, "jbe", ZF, "zf", __VA_ARGS__)          \
    X(7, "jnbe", 0, "none", __VA_ARGS__)        \
    X(8, "js", SF, "sf", __VA_ARGS__)           \
    X(9, "jns", 0, "none", __VA_ARGS__)         \
    X(10, "jp", PF, "pf", __VA_ARGS__)          \
    X(11, "jnp", 0, "none", __VA_ARGS__)        \
    X(12, "jl", SF, "sf", __VA_ARGS__)          \
    X(12, "jl", OF, "of", __VA_ARGS__)          \
    X(13, "jnl", 0, "none", __VA_ARGS__)        \
    X(13, "jnl", SF | OF, "sf_of", __VA_ARGS__) \
    X(14, "jle", ZF, "zf", __VA_ARGS__)         \
    X(14, "jle", SF, "sf", __VA_ARGS__)         \
    X(14, "jle", OF, "of", __VA_ARGS__)         \
    X(15, "jnle", 0, "none", __VA_ARGS__)       \
    X(15, "jnle", SF | OF, "sf_of", __VA_ARGS__)
#define IF_NOT(X, ...)                          \
    X(0, "jo", 0, "none", __VA_ARGS__)          \
    X(1, "jno", OF, "of", __VA_ARGS__)          \
    X(2, "jb", 0, "none", __VA_ARGS__)          \
    X(3, "jnb", CF, "cf", __VA_ARGS__)          \
    X(4, "jz", 0, "none", __VA_ARGS__)          \
    X(5, "jnz", ZF, "zf", __VA_ARGS__)          \
    X(6, "jbe", 0, "none", __VA_ARGS__)         \
    X(7, "jnbe", CF, "cf", __VA_ARGS__)         \
    X(7, "jnbe", ZF, "zf", __VA_ARGS__)         \
    X(8, "js", 0, "none", __VA_ARGS__)          \
    X(9, "jns", SF, "sf", __VA_ARGS__)          \
    X(10, "jp", 0, "none", __VA_ARGS__)         \
    X(11, "jnp", PF, "pf", __VA_ARGS__)         \
    X(12, "jl", 0, "none", __VA_ARGS__)         \
    X(12, "jl", SF | OF, "sf_of", __VA_ARGS__)  \
    X(13, "jnl", SF, "sf", __VA_ARGS__)         \
    X(13, "jnl", OF, "of", __VA_ARGS__)         \
    X(14, "jle", 0, "none", __VA_ARGS__)        \
    X(14, "jle", SF | OF, "sf_of", __VA_ARGS__) \
    X(15, "jnle", ZF, "zf", __VA_ARGS__)        \
    X(15, "jnle", SF, "sf", __VA_ARGS__)        \
    X(15, "jnle", OF, "of", __VA_ARGS__)
#define TAKEN(condition, name, flags, which, form, suffix, operand, ...) \
    BRANCH(name "_" which suffix, name " " operand ", taken, flags: " which, form, 0x70 + (condition), 0, flags, GOES, __VA_ARGS__)
#define NOT_TAKEN(condition, name, flags, which, form, suffix, operand, ...) \
    BRANCH(name "_" which suffix "_stays", name " " operand ", not taken, flags: " which, form, 0x70 + (condition), 0, flags, STAYS, __VA_ARGS__)
#define CONDITION_ROWS(...) IF_TAKEN(TAKEN, __VA_ARGS__) IF_NOT(NOT_TAKEN, __VA_ARGS__)
#define SHORT_ROWS(...) CONDITION_ROWS(SHORT, "", "rel8", __VA_ARGS__)
#define NEAR_ROWS(...) CONDITION_ROWS(NEAR, "_near", "rel32", __VA_ARGS__)
#define WORD_ROWS(...) CONDITION_ROWS(WORD, "_word", "rel16", __VA_ARGS__)
#define COUNTED_ROWS(form, name, about, ...)                                                                  \
    BRANCH("loop_2" name, "LOOP" about ", 2", form, 0xe2, 2, 0, GOES, __VA_ARGS__)                            \
    BRANCH("loop_1" name "_stays", "LOOP" about ", 1", form, 0xe2, 1, 0, STAYS, __VA_ARGS__)                  \
    BRANCH("loope_2" name, "LOOPE" about ", 2 and ZF=1", form, 0xe1, 2, ZF, GOES, __VA_ARGS__)                \
    BRANCH("loope_1" name "_stays", "LOOPE" about ", 1 and ZF=1", form, 0xe1, 1, ZF, STAYS, __VA_ARGS__)      \
    BRANCH("loope_2_none" name "_stays", "LOOPE" about ", 2 and ZF=0", form, 0xe1, 2, 0, STAYS, __VA_ARGS__)  \
    BRANCH("loopne_2" name, "LOOPNE" about ", 2 and ZF=0", form, 0xe0, 2, 0, GOES, __VA_ARGS__)               \
    BRANCH("loopne_1" name "_stays", "LOOPNE" about ", 1 and ZF=0", form, 0xe0, 1, 0, STAYS, __VA_ARGS__)     \
    BRANCH("loopne_2_zf" name "_stays", "LOOPNE" about ", 2 and ZF=1", form, 0xe0, 2, ZF, STAYS, __VA_ARGS__) \
    BRANCH("jcxz_0" name, "JCXZ" about ", 0", form, 0xe3, 0, 0, GOES, __VA_ARGS__)                            \
    BRANCH("jcxz_1" name "_stays", "JCXZ" about ", 1", form, 0xe3, 1, 0, STAYS, __VA_ARGS__)
