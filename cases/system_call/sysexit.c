/*
 * SYSEXIT goes to CPL 3 at RDX with the stack RCX; CS and SS stand behind IA32_SYSENTER_CS. Both addresses have to be canonical
 * where the return is to 64-bit mode. AMD's processors don't know it in long mode.
 */
#include <case.h>

static void set_up(struct program program, uint16_t selector)
{
    user_may_run_program();
    write_msr(MSR_SYSENTER_CS, selector);
    start.rdx = label_of(program, "target");
    start.rcx = stack_top(STACK_USER) - 0x18;
}

/* A selector whose two neighbours for 64-bit mode, 32 and 40 bytes behind, lie where the harness has the user's. */
#define BEHIND_IT (SEL_USER_CODE64 - 3 - 32)

static void to_64bit(void)
{
    struct program program = ASSEMBLE(MARK(fault) "rex64 sysexit\n" MARK(after) "ud2\n" MARK(target) "mov r8d, cs\nmov r9d, ss\n");

    set_up(program, (uint16_t)ARG0);
    run_program(program);
}

static void noncanonical_rip(void)
{
    struct program program = ASSEMBLE(MARK(fault) "rex64 sysexit\n" MARK(after) "ud2\n" MARK(target));

    set_up(program, BEHIND_IT);
    start.rdx = NONCANONICAL;
    run_program(program);
}

static void noncanonical_rsp(void)
{
    struct program program = ASSEMBLE(MARK(fault) "rex64 sysexit\n" MARK(after) "ud2\n" MARK(target));

    set_up(program, BEHIND_IT);
    start.rcx = NONCANONICAL_57;
    run_program(program);
}

/* The high halves of RDX and RCX are no part of 32-bit addresses. */
static void to_32bit(void)
{
    struct program program =
        ASSEMBLE(MARK(fault) ".byte 0x0f, 0x35\n" MARK(after) "ud2\n" MARK(target) ".code32\nmov ecx, cs\nmov edx, ss\n"
                                                                                   ".byte 0xea\n.long program_end\n.word 0x2b\n.code64\n");

    set_up(program, SEL_KERNEL_CODE64);
    start.rdx |= ARG1;
    start.rcx |= ARG1;
    run_program(program);
}

static void user(void)
{
    in_user_mode();
    to_64bit();
}

#define ROW(name_, run_, id_, about_, ...)                                                                                               \
    {                                                                                                                                    \
        VARIANT, .name = name_, .about = about_, .spec = "SDM 2B \"SYSEXIT-Fast Return from Fast System Call\"", .id = id_, .run = run_, \
                 .needs = "sysenter", __VA_ARGS__                                                                                        \
    }
#define RETURNS .vector = NO_EXCEPTION
#define REFUSED .vector = VEC_GP, .error = 0, .saved_rip = AT_FAULT

VARIANTS(ROW("to_64bit", to_64bit, "", "SYSEXIT to 64-bit mode: selectors, RSP; IF stays", RETURNS, .arg = {BEHIND_IT}),
         ROW("to_32bit", to_32bit, "", "SYSEXIT to compatibility mode", RETURNS, .env = COMPAT32),
         ROW("to_32bit_high_halves", to_32bit, "", "SYSEXIT to compatibility mode with RDX and RCX non-canonical", RETURNS, .env = COMPAT32,
             .arg = {0, 0x1234567800000000}),
         ROW("noncanonical_rip", noncanonical_rip, "sys-sysexit-noncanon", "SYSEXIT to 64-bit mode with a non-canonical RDX", REFUSED),
         ROW("noncanonical_rsp", noncanonical_rsp, "sys-sysexit-noncanon-rcx", "SYSEXIT to 64-bit mode with a non-canonical RCX", REFUSED),
         ROW("null", to_64bit, "sys-sysexit-cs0", "SYSEXIT at CPL 0 with IA32_SYSENTER_CS=0", REFUSED, .arg = {0}),
         ROW("null_rpl", to_64bit, "", "SYSEXIT at CPL 0 with IA32_SYSENTER_CS=3, a NULL selector too", REFUSED, .arg = {3}),
         ROW("user", user, "sys-sysexit-user", "SYSEXIT at CPL 3", REFUSED, .arg = {BEHIND_IT}));
