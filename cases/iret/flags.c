/* Which flags IRETQ loads at which CPL. INT3 at its target shows them: PUSHF would hide VM and RF. */
#include <case.h>

#define ALL_STATUS (RFLAGS_CF | RFLAGS_PF | RFLAGS_AF | RFLAGS_ZF | RFLAGS_SF | RFLAGS_OF)
#define OTHERS (RFLAGS_IF | RFLAGS_DF | RFLAGS_IOPL(3) | RFLAGS_NT | RFLAGS_AC | RFLAGS_VIF | RFLAGS_VIP | RFLAGS_ID)
#define RESERVED 0xffffffffffc08028ull

static void return_with(uint64_t cs, uint64_t ss, uintptr_t rsp)
{
    struct program p = ASSEMBLE("iretq\n" MARK(fault) "int3\n" MARK(after));

    user_may_run_program();
    set_gate(VEC_BP, .dpl = 3);
    push_image((struct interrupt_frame){label_of(p, "fault"), cs, ARG0, rsp, ss});
    run_program(p);
}

static void kernel(void)
{
    return_with(SEL_KERNEL_CODE64, SEL_KERNEL_DATA, start.rsp);
}

static void outer(void)
{
    return_with(SEL_USER_CODE64, SEL_USER_DATA, stack_top(STACK_USER));
}

static void user(void)
{
    in_user_mode();
    start.rflags |= ARG1;
    outer();
}

#define FLAGS(name_, run_)                                                                                                                    \
    VARIANT, .name = #name_, .spec = "SDM 2A \"IRET/IRETD/IRETQ-Interrupt Return\"", .vector = VEC_BP, .error = NO_ERROR, .saved_rip = AFTER, \
             .run = run_

VARIANTS({FLAGS(all, kernel), .about = "IRETQ at CPL 0, all flags set but TF, RF and VM", .id = "iret-reserved-flags",
          .arg = {ALL_STATUS | OTHERS | RFLAGS_FIXED}},
         {FLAGS(none, kernel), .about = "IRETQ at CPL 0, no flag set, bit 1 neither", .id = "iret-reserved-flags", .arg = {0}},
         {FLAGS(reserved, kernel), .about = "IRETQ at CPL 0, all reserved bits set and bit 1 clear", .id = "iret-reserved-flags",
          .arg = {RESERVED | ALL_STATUS | RFLAGS_IF}},
         {FLAGS(vm, kernel), .about = "IRETQ at CPL 0, VM set in the image: IA-32e mode has no virtual-8086 mode", .id = "iret-vm-bit-ignored",
          .arg = {RFLAGS_VM | ALL_STATUS | RFLAGS_IF | RFLAGS_FIXED}},
         {FLAGS(outer, outer), .about = "IRETQ from CPL 0 to CPL 3, all flags set but TF, RF and VM: CPL 0 may", .id = "iret-user-cannot-set-iopl",
          .arg = {ALL_STATUS | OTHERS | RFLAGS_FIXED}},
         {FLAGS(user, user), .about = "IRETQ at CPL 3 with IOPL 0: IF, IOPL, VIF and VIP stay", .id = "iret-user-cannot-set-iopl",
          .arg = {(ALL_STATUS | OTHERS | RFLAGS_FIXED) & ~RFLAGS_IF}},
         {FLAGS(user_iopl3, user), .about = "IRETQ at CPL 3 with IOPL 3: IF is loaded, IOPL stays", .id = "iret-user-cannot-set-iopl",
          .arg = {ALL_STATUS | RFLAGS_FIXED, RFLAGS_IOPL(3)}});
