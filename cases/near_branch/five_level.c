/* With CR4.LA57=1 linear addresses have 57 bits: a near branch to one that has become canonical comes to the fetch, one beyond is #GP(0). */
#include <case.h>

#define CANONICAL_57 0x00ff800000000000u /* bits 63:56 are alike, bits 56:47 aren't */

static void branch(struct program program)
{
    enter_5_level_paging();
    start.rbx = ARG0;
    name_place("target", ARG0, 1);
    start.rsp -= 8;
    *(uint64_t *)start.rsp = ARG0;
    run_program(program);
}

static void jmp(void)
{
    branch(ASSEMBLE(MARK(fault) "jmp rbx\n" MARK(after)));
}

static void ret(void)
{
    branch(ASSEMBLE(MARK(fault) "ret\n" MARK(after)));
}

#define ROW(name_, run_, target, vector_, error_, rip_, about_)                                                                               \
    {                                                                                                                                         \
        VARIANT, .name = name_, .about = "CR4.LA57=1, " about_, .spec = "SDM 1 \"Canonical Addressing\"", .vector = vector_, .error = error_, \
                 .saved_rip = rip_, .needs = "la57 nx", .run = run_, .arg = {                                                                 \
                     target                                                                                                                   \
                 }                                                                                                                            \
    }
VARIANTS(ROW("jmp", jmp, CANONICAL_57, VEC_PF, PF_I, "target", "JMP to an address whose bit 47 isn't bit 48"),
         ROW("jmp_beyond", jmp, NONCANONICAL_57, VEC_GP, 0, AT_FAULT, "JMP to an address whose bit 56 isn't bit 57"),
         ROW("ret", ret, CANONICAL_57, VEC_PF, PF_I, "target", "RET to an address whose bit 47 isn't bit 48"),
         ROW("ret_beyond", ret, NONCANONICAL_57, VEC_GP, 0, AT_FAULT, "RET to an address whose bit 56 isn't bit 57"));
