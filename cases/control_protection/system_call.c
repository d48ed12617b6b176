/*
 * SYSCALL keeps SSP in IA32_PL3_SSP where CPL 3 has a shadow stack, and makes it 0 where CPL 0 has one; SYSRET loads it where CPL 3 has one. Neither
 * does anything else to it. RDSSP shows it once shadow stacks are enabled.
 */
#include <case.h>

#define TOP 0x7f0u
#define KEPT 0x1230u

static uintptr_t page;

/* ARG0: IA32_U_CET. */
static void set_up(struct program p)
{
    page = map_page("user", PAGE_PRESENT | PAGE_USER | PAGE_D);
    write_cr4(read_cr4() | CR4_CET);
    write_msr(MSR_U_CET, ARG0);
    write_msr(MSR_PL3_SSP, ARG0 ? page + TOP : KEPT);
    write_msr(MSR_LSTAR, label_of(p, "entry"));
    start.rdx = 0;
    user_may_run_program();
}

/* ECX and EAX are SYSCALL's and what the frame of the IRET has. */
#define SEE "mov ecx, 0x6a7\nrdmsr\nmov esi, eax\nmov ecx, 0x6a2\nmov eax, 1\nmov edx, 0\nwrmsr\nrdsspq rdi\nmov eax, 0\nwrmsr\n"

static void syscall(void)
{
    struct program p = ASSEMBLE("iretq\n" MARK(inside) "syscall\n" MARK(after) "ud2\n" MARK(entry) SEE);

    set_up(p);
    push_image((struct interrupt_frame){label_of(p, "inside"), SEL_USER_CODE64, start.rflags, stack_top(STACK_USER), SEL_USER_DATA});
    run_program(p);
}

static void sysret(void)
{
    struct program p = ASSEMBLE("sysretq\n" MARK(target) "rdsspq rbx\nsyscall\n" MARK(after) "ud2\n" MARK(entry) SEE);

    set_up(p);
    start.rcx = label_of(p, "target");
    start.r11 = start.rflags;
    run_program(p);
}

#define ROW(name_, run_, u_cet, about_)                                                                                                    \
    {                                                                                                                                      \
        VARIANT, .name = name_, .about = about_ ", none at CPL 0", .run = run_, .arg = {u_cet}, .needs = "cet_ss", .vector = NO_EXCEPTION, \
                 .spec = "SDM 2B \"SYSCALL-Fast System Call\", \"SYSRET-Return From Fast System Call\""                                    \
    }
VARIANTS(ROW("syscall", syscall, CET_SH_STK_EN, "SYSCALL, a shadow stack at CPL 3"),
         ROW("syscall_none", syscall, 0, "SYSCALL, no shadow stack at CPL 3"),
         ROW("sysret", sysret, CET_SH_STK_EN, "SYSRET and SYSCALL, a shadow stack at CPL 3"),
         ROW("sysret_none", sysret, 0, "SYSRET and SYSCALL, no shadow stack at CPL 3"));
