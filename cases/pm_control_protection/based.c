/*
 * What goes onto a supervisor shadow stack is the linear address of the return, CS's base added, by INT n and by a far CALL to the same privilege;
 * IRET and far RET compare it with the one that they return to. A far JMP pushes nothing.
 */
#include <case32.h>

#define TOKEN 0x7f8u
#define BASE 0x100000u

/* CS is SEL_CODE_1MIB. */
static void run(struct program p)
{
    uintptr_t page = map_page("shadow", PAGE_PRESENT | PAGE_D);
    uint32_t *pointer;

    ((uint32_t *)frame_of(page))[TOKEN / 4] = page + TOKEN;
    start.ebx = map_page("pointer", PAGE_PRESENT);
    pointer = frame_of(start.ebx);
    pointer[0] = label_of(p, "target") - BASE;
    pointer[1] = SEL_CODE_1MIB;
    on_exception(0x40, resume);
    write_cr4(read_cr4() | CR4_CET);
    write_msr(MSR_PL0_SSP, page + TOKEN);
    start.ecx = MSR_S_CET;
    start.eax = CET_SH_STK_EN;
    start.edx = 0;
    start.cs = SEL_CODE_1MIB;
    start.eip = p.entry - BASE;
    run_program(p);
}

#define ON "wrmsr\nsetssbsy\n"
#define TARGET "\n" MARK(after) "rdsspd edi\nmov eax, 0\nwrmsr\njmp program_end\n" MARK(target)

static void int_n(void)
{
    run(ASSEMBLE(ON MARK(fault) "int 0x40" TARGET "nop\n"));
}

static void call(void)
{
    run(ASSEMBLE(ON MARK(fault) "call fword ptr [ebx]" TARGET "rdsspd esi\nretf\n"));
}

static void jump(void)
{
    run(ASSEMBLE(ON MARK(fault) "jmp fword ptr [ebx]" TARGET "rdsspd esi\nmov eax, 0\nwrmsr\n"));
}

#define ROW(name_, run_, spec_, about_, ...)                                                                                                   \
    {                                                                                                                                          \
        VARIANT, .name = name_, .about = about_ ", CS's base is 1 MiB, shadow stacks at CPL 0", .spec = spec_, .needs = "cet_ss", .run = run_, \
                 __VA_ARGS__                                                                                                                   \
    }
VARIANTS(ROW("int_n", int_n, "SDM 2A \"INT n/INTO/INT3/INT1-Call to Interrupt Procedure\", \"IRET/IRETD/IRETQ-Interrupt Return\"",
             "INT n at CPL 0 and IRET", .vector = 0x40, .error = NO_ERROR, .saved_rip = AFTER, .resumes = 1),
         ROW("call", call, "SDM 2A \"CALL-Call Procedure\"; SDM 2B \"RET-Return from Procedure\"", "far CALL at CPL 0 and far RET",
             .vector = NO_EXCEPTION),
         ROW("jump", jump, "SDM 2A \"JMP-Jump\"", "far JMP at CPL 0", .vector = NO_EXCEPTION));
