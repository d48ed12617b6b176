/* SYSCALL and SYSRET in compatibility mode: unknown to Intel's processors; AMD's know both (IA32_CSTAR). */
#include <case.h>

static void syscall_(void)
{
    struct program program =
        ASSEMBLE32(MARK(fault) "syscall\n" MARK(after) "ud2\n" MARK(entry) ".code64\nmov edi, cs\nmov esi, ss\njmp program_end\n");

    in_compat_user();
    write_msr(MSR_CSTAR, label_of(program, "entry"));
    run_program(program);
}

static void sysret(void)
{
    struct program program =
        ASSEMBLE32(MARK(fault) ".byte 0x0f, 0x07\n" MARK(after) "ud2\n" MARK(target) "mov ecx, cs\nmov edx, ss\n"
                                                                                     ".byte 0xea\n.long program_end\n.word 0x2b\n");

    in_compat_kernel();
    user_may_run_program();
    start.rcx = label_of(program, "target");
    start.r11 = start.rflags;
    run_program(program);
}

VARIANTS({VARIANT, .name = "syscall", .about = "SYSCALL in compatibility mode at CPL 3", .spec = "SDM 2B \"SYSCALL-Fast System Call\"",
          .id = "ud-syscall-compat-intel", .env = COMPAT32, .vector = VEC_UD, .error = NO_ERROR, .saved_rip = AT_FAULT, .run = syscall_},
         {VARIANT, .name = "sysret", .about = "SYSRET in compatibility mode at CPL 0", .spec = "SDM 2B \"SYSRET-Return From Fast System Call\"",
          .id = "ud-sysret-compat", .env = COMPAT32, .vector = VEC_UD, .error = NO_ERROR, .saved_rip = AT_FAULT, .run = sysret});
