/*
 * SYSRET goes to CPL 3 without a stack: RIP from RCX, RFLAGS from R11 but RF, VM and reserved bits, CS and SS from IA32_STAR with
 * RPL 3. A 64-bit RCX has to be canonical: Intel's processors check it first, still at CPL 0; AMD's return, then fault at CPL 3.
 * AMD's processors take SS's RPL from IA32_STAR, and none of SS from a descriptor.
 */
#include <case.h>

#define SYSRETD ".byte 0x0f, 0x07\n" /* no mnemonic that every assembler knows */
#define FLAGS (RFLAGS_FIXED | RFLAGS_IF | RFLAGS_CF)
#define END32 ".byte 0xea\n.long program_end\n.word 0x2b\n.code64\n"

static void to_64bit(void)
{
    struct program program = ASSEMBLE("sysretq\n" MARK(after) "ud2\n" MARK(target) "mov r8d, cs\nmov r9d, ss\n");

    user_may_run_program();
    write_msr(MSR_STAR, (uint64_t)ARG1 << 48 | (uint64_t)SEL_KERNEL_CODE64 << 32);
    start.rcx = label_of(program, "target");
    start.r11 = ARG0;
    run_program(program);
}

/* PUSHF would hide RF and VM, a frame doesn't. */
static void flags(void)
{
    struct program program = ASSEMBLE("sysretq\n" MARK(after) "ud2\n" MARK(target) "ud2\n");

    user_may_run_program();
    start.rcx = label_of(program, "target");
    start.r11 = ARG0;
    run_program(program);
}

/* The high half of RCX is no part of the 32-bit target. */
static void to_32bit(void)
{
    struct program program = ASSEMBLE(SYSRETD MARK(after) "ud2\n" MARK(target) ".code32\nmov ecx, cs\nmov edx, ss\n" END32);

    user_may_run_program();
    start.rcx = label_of(program, "target") | ARG0;
    start.r11 = FLAGS;
    run_program(program);
}

/* AMD's processors load SS's selector only: what made SS NULL stays, and a push faults. */
static void to_32bit_null_ss(void)
{
    struct program program = ASSEMBLE(SYSRETD MARK(after) "ud2\n" MARK(target) ".code32\n" MARK(fault) "push eax\n" END32);

    user_may_run_program();
    start.ss = 0;
    start.rsp = map_page_at("stack", 0x40010000, PAGE_PRESENT | PAGE_WRITE | PAGE_USER) + 0x100; /* of 16 bits it would lie in page 0 */
    start.rcx = label_of(program, "target");
    start.r11 = FLAGS;
    run_program(program);
}

static void to_32bit_fault(void)
{
    struct program program = ASSEMBLE(SYSRETD MARK(after) "ud2\n" MARK(target) "ud2\n");

    user_may_run_program();
    start.rcx = label_of(program, "target") | ARG0;
    start.r11 = FLAGS;
    run_program(program);
}

static void noncanonical(void)
{
    user_may_run_program();
    start.rcx = NONCANONICAL;
    start.r11 = FLAGS;
    FAULT("sysretq");
}

static void user(void)
{
    in_user_mode();
    FAULT("sysretq");
}

static void user_32bit(void)
{
    in_user_mode();
    FAULT(SYSRETD);
}

static void disabled(void)
{
    write_msr(MSR_EFER, read_msr(MSR_EFER) & ~(uint64_t)EFER_SCE);
    FAULT("sysretq");
}

static void disabled_user(void)
{
    in_user_mode();
    disabled();
}

#define ROW(name_, run_, id_, about_, ...)                                                                                                     \
    {                                                                                                                                          \
        VARIANT, .name = name_, .about = about_, .spec = "SDM 2B \"SYSRET-Return From Fast System Call\"", .id = id_, .run = run_, __VA_ARGS__ \
    }
#define RETURNS .vector = NO_EXCEPTION
#define REFUSED .vector = VEC_GP, .error = 0, .saved_rip = AT_FAULT
#define UNKNOWN .vector = VEC_UD, .error = NO_ERROR, .saved_rip = AT_FAULT

VARIANTS(ROW("to_64bit", to_64bit, "", "SYSRET to 64-bit mode: selectors, flags, RSP", RETURNS, .arg = {FLAGS, SEL_USER_CODE32}),
         ROW("selector_rpl", to_64bit, "", "SYSRET with RPL 0 in IA32_STAR[63:48]: CS and SS have RPL 3", RETURNS,
             .arg = {FLAGS, SEL_USER_CODE32 & ~3u}),
         ROW("flags", flags, "", "UD2 behind a SYSRET with R11 all ones but TF: VM and reserved bits stay 0", .vector = VEC_UD, .error = NO_ERROR,
             .saved_rip = "target", .arg = {~(uint64_t)RFLAGS_TF}),
         ROW("flags_none", to_64bit, "", "SYSRET with R11=0: bit 1 is 1", RETURNS, .arg = {0, SEL_USER_CODE32}),
         ROW("to_32bit", to_32bit, "", "SYSRET to compatibility mode", RETURNS, .env = COMPAT32),
         ROW("to_32bit_null_ss", to_32bit_null_ss, "", "SYSRET with a NULL SS to compatibility mode, PUSH: SS is usable again", RETURNS,
             .env = COMPAT32),
         ROW("to_32bit_high_rcx", to_32bit, "sys-sysretl-ignores-high-rcx", "SYSRET to compatibility mode with a high half in RCX", RETURNS,
             .env = COMPAT32, .arg = {0xffff800000000000}),
         ROW("to_32bit_fault", to_32bit_fault, "sys-sysretl-ignores-high-rcx", "UD2 behind a SYSRET to compatibility mode with a high half in RCX",
             .vector = VEC_UD, .error = NO_ERROR, .saved_rip = "target", .arg = {0xffff800000000000}),
         ROW("to_32bit_noncanonical_rcx", to_32bit, "", "SYSRET to compatibility mode with a non-canonical RCX", RETURNS, .env = COMPAT32,
             .arg = {0x1234567800000000}),
         ROW("noncanonical", noncanonical, "sys-sysret-noncanon-rcx", "SYSRET to 64-bit mode with a non-canonical RCX", REFUSED),
         ROW("user", user, "sys-sysret-user", "SYSRET to 64-bit mode at CPL 3", REFUSED),
         ROW("user_32bit", user_32bit, "", "SYSRET to compatibility mode at CPL 3", REFUSED),
         ROW("disabled", disabled, "ud-sysret-sce0", "SYSRET at CPL 0 with EFER.SCE=0", UNKNOWN),
         ROW("disabled_user", disabled_user, "", "SYSRET at CPL 3 with EFER.SCE=0: #UD comes before the check of CPL", UNKNOWN));
