/* RETF imm16 releases the parameters behind the return address, and where it goes to an outer level those on the stack that it loads, too. */
#include <case.h>

#define PARAMETERS 16u                           /* bytes, as the instruction below says */
#define RETF_16 ".byte 0x48, 0xca, 0x10, 0x00\n" /* of 8-byte words */

static void return_to(uint16_t selector, uintptr_t rsp, uint16_t ss)
{
    struct program p = ASSEMBLE(MARK(fault) RETF_16 MARK(after));
    uint64_t *words = (uint64_t *)(start.rsp -= 32 + PARAMETERS);

    user_may_run_program();
    words[0] = label_of(p, "after");
    words[1] = selector;
    words[4] = rsp;
    words[5] = ss;
    run_program(p);
}

static void same(void)
{
    return_to(SEL_KERNEL_CODE64, 0, 0);
}

static void outer(void)
{
    return_to(SEL_USER_CODE64, stack_top(STACK_USER) - 2 * PARAMETERS, SEL_USER_DATA);
}

/* StackAddressSize is 64 in 64-bit mode, whatever the operand size: ESP from the stack and the immediate make more than 32 bits. */
static void carry(void)
{
    struct program p = ASSEMBLE(MARK(fault) ".byte 0xca, 0x10, 0x00\n" MARK(after)); /* of 4-byte words */
    uint32_t *words = (uint32_t *)(start.rsp -= 16 + PARAMETERS);

    user_may_run_program();
    words[0] = (uint32_t)label_of(p, "after");
    words[1] = SEL_USER_CODE64;
    words[6] = 0xfffffff8;
    words[7] = SEL_USER_DATA;
    run_program(p);
}

#define ROW(run_, about_)                                                                                                            \
    {                                                                                                                                \
        VARIANT, .name = #run_, .about = about_, .spec = "SDM 2B \"RET-Return From Procedure\"", .vector = NO_EXCEPTION, .run = run_ \
    }

VARIANTS(ROW(same, "RETF 16 to the same level"), ROW(outer, "RETF 16 to CPL 3: both stacks are released"),
         ROW(carry, "RETF 16 with a 32-bit operand to 64-bit CPL 3, whose ESP is 8 bytes below 4 GiB: RSP is above it"));
