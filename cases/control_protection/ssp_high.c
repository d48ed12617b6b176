/*
 * Compatibility mode has an SSP of 32 bits: a far JMP or CALL to it with shadow stacks enabled and an SSP above 4 GiB is #GP(0). To 64-bit code, and
 * where SSP is below 4 GiB, it isn't. A far JMP leaves SSP as it is; a far CALL to the same privilege pushes CS, RIP and SSP, which RET takes back.
 */
#include <case.h>

#define TOKEN 0x7f8u

/* ARG0: where the shadow stack is. ARG1: the code selector. */
static void to(struct program p)
{
    uintptr_t page = map_page_at("shadow", ARG0, PAGE_PRESENT | PAGE_D);
    uint8_t *pointer;

    start.rbx = map_page("pointer", PAGE_PRESENT);
    pointer = frame_of(start.rbx);
    *(uint64_t *)pointer = label_of(p, "target");
    *(uint16_t *)(pointer + 8) = (uint16_t)ARG1;
    *(uint64_t *)frame_of(page + TOKEN) = page + TOKEN;
    write_cr4(read_cr4() | CR4_CET);
    write_msr(MSR_PL0_SSP, page + TOKEN);
    start.rcx = MSR_S_CET;
    start.rax = CET_SH_STK_EN;
    start.rdx = 0;
    run_program(p);
}

#define ON "wrmsr\nsetssbsy\n"
#define OFF "mov eax, 0\nwrmsr\n"

static void jump(void)
{
    to(ASSEMBLE(ON MARK(fault) "rex64 jmp fword ptr [rbx]\n" MARK(after) "nop\n" MARK(target) "rdsspq rdi\n" OFF));
}

static void call(void)
{
    to(ASSEMBLE(ON MARK(fault) "rex64 call fword ptr [rbx]\n" MARK(after) "rdsspq rsi\n" OFF "jmp program_end\n" MARK(target) "rdsspq rdi\nretfq\n"));
}

/* To 32-bit code and on to the end. */
static void jump_compat(void)
{
    to(ASSEMBLE(ON MARK(fault) "rex64 jmp fword ptr [rbx]\n" MARK(after) "ud2\n" MARK(target) ".code32\nrdsspd edi\n" OFF ".byte 0xea\n"
                                                                                              ".long program_end\n.word 0x8\n.code64\n"));
}

static void call_compat(void)
{
    to(ASSEMBLE(ON MARK(fault) "rex64 call fword ptr [rbx]\n" MARK(after) "ud2\n" MARK(target) "ud2\n"));
}

/* Shadow stacks are off again, and SSP stays what it is. */
static void disabled(void)
{
    to(ASSEMBLE(ON OFF MARK(fault) "rex64 jmp fword ptr [rbx]\n" MARK(after) "ud2\n" MARK(target) ".code32\n.byte 0xea\n"
                                                                                                  ".long program_end\n.word 0x8\n.code64\n"));
}

static void jump_gate(void)
{
    struct program p = ASSEMBLE(ON MARK(fault) "jmp fword ptr [rbp]\n" MARK(after) "nop\n" MARK(target) "rdsspq rdi\n" OFF);
    uint8_t *pointer;

    start.rbp = map_page("gate_pointer", PAGE_PRESENT);
    pointer = frame_of(start.rbp);
    *(uint16_t *)(pointer + 4) = (uint16_t)add_call_gate("gate", (struct call_gate){.offset = label_of(p, "target"), .selector = SEL_KERNEL_CODE64});
    to(p);
}

#define ROW(name_, run_, page, selector, about_, ...)                                                                                    \
    {                                                                                                                                    \
        VARIANT, .name = name_, .about = about_, .spec = "SDM 2A \"CALL-Call Procedure\", \"JMP-Jump\"", .run = run_, .needs = "cet_ss", \
                 .arg = {page, selector}, __VA_ARGS__                                                                                    \
    }
#define HIGH 0x100010000
#define BELOW 0x80010000
#define FAULTS .vector = VEC_GP, .error = 0, .saved_rip = AT_FAULT
#define PASSES .vector = NO_EXCEPTION

VARIANTS(ROW("jump_compat", jump_compat, HIGH, SEL_KERNEL_CODE32, "far JMP to compatibility mode at CPL 0, SSP above 4 GiB", FAULTS),
         ROW("call_compat", call_compat, HIGH, SEL_KERNEL_CODE32, "far CALL to compatibility mode at CPL 0, SSP above 4 GiB", FAULTS),
         ROW("jump_64bit", jump, HIGH, SEL_KERNEL_CODE64, "far JMP to 64-bit mode at CPL 0, SSP above 4 GiB", PASSES),
         ROW("call_64bit", call, HIGH, SEL_KERNEL_CODE64, "far CALL to 64-bit mode at CPL 0 and far RET, SSP above 4 GiB", PASSES),
         ROW("jump_compat_below", jump_compat, BELOW, SEL_KERNEL_CODE32, "far JMP to compatibility mode at CPL 0, SSP above 2 GiB", PASSES,
             .env = COMPAT32),
         ROW("jump_compat_disabled", disabled, HIGH, SEL_KERNEL_CODE32, "far JMP to compatibility mode at CPL 0, SSP above 4 GiB, no shadow stacks",
             PASSES, .env = COMPAT32),
         ROW("jump_gate", jump_gate, HIGH, SEL_KERNEL_CODE64, "far JMP through a gate at CPL 0", PASSES));
