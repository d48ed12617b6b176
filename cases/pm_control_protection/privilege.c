/*
 * CPL 3 with a shadow stack of its own in 32-bit protected mode: IRETD to it loads SSP from IA32_PL3_SSP, INT n, a call gate and SYSENTER store it
 * there, their returns load it again; SYSENTER leaves SSP 0. The supervisor's token is busy as long as CPL 0 lasts. A user's CS may be one of the
 * LDT.
 */
#include <case32.h>

#define TOKEN 0x7f8u
#define TOP 0x7f0u

static uintptr_t page;

static void see(void)
{
    note("token", *(uint32_t *)((uint8_t *)frame_of(page) + TOKEN) - page);
}

/* The handler of INT 0x40, of the call gate and of SYSENTER: ESI is what IA32_PL3_SSP holds, EBX its own SSP as an offset in the page. */
static void run(struct program program)
{
    uint64_t flags = PAGE_PRESENT | PAGE_USER | PAGE_D;
    uintptr_t user = ARG0 ? map_page_at("user", (uintptr_t)ARG0, flags) : map_page("user", flags);
    uint16_t gate = add_call_gate("gate", (struct call_gate){.offset = label_of(program, "handler"), .selector = SEL_KERNEL_CODE, .dpl = 3});

    page = map_page("shadow", PAGE_PRESENT | PAGE_D);
    ((uint32_t *)frame_of(page))[TOKEN / 4] = page + TOKEN;
    write_cr4(read_cr4() | CR4_CET);
    write_msr(MSR_U_CET, CET_SH_STK_EN);
    write_msr(MSR_PL3_SSP, user + TOP);
    write_msr(MSR_PL0_SSP, page + TOKEN);
    write_msr(MSR_SYSENTER_CS, SEL_KERNEL_CODE);
    write_msr(MSR_SYSENTER_ESP, stack_top(STACK_ESP0));
    write_msr(MSR_SYSENTER_EIP, label_of(program, "handler"));
    *gate_of(0x40) = make_gate(label_of(program, "handler"), SEL_KERNEL_CODE, GATE_INTERRUPT, 3, true);
    start.ecx = MSR_S_CET;
    start.eax = CET_SH_STK_EN;
    start.edx = 0;
    start.ebp = gate;
    start.edi = label_of(program, "back");
    user_may_run_program();
    push_image((struct interrupt_frame){.eip = label_of(program, "inside"),
                                        .cs = ARG1 ? local_selector(SEL_USER_CODE) : SEL_USER_CODE,
                                        .eflags = start.eflags,
                                        .esp = stack_top(STACK_USER),
                                        .ss = SEL_USER_DATA},
               true);
    at_end(see);
    run_program(program);
}

/* At CPL 3 SSP is other than at the beginning. */
#define ENTER "wrmsr\nsetssbsy\niretd\n" MARK(inside) "call 1f\nnop\n1:\nlea esp, [esp+4]\n"
#define IN_HANDLER(last) MARK(handler) "mov ecx, 0x6a7\nrdmsr\nmov esi, eax\nrdsspd ebx\n" last

#define THERE_AND_BACK(name, text, last)                                                                                            \
    static void name(void)                                                                                                          \
    {                                                                                                                               \
        run(ASSEMBLE(ENTER text MARK(back) "rdsspd edi\n" MARK(fault) "ud2\n" MARK(after) "jmp 2f\n" IN_HANDLER(last) "2: nop\n")); \
    }
THERE_AND_BACK(int_n, "int 0x40\n", "iretd\n")
THERE_AND_BACK(call_gate, "push ebp\npush 0\ncall fword ptr [esp]\nlea esp, [esp+8]\n", "retf\n")
THERE_AND_BACK(system_call, "mov ebp, esp\nsysenter\n", "mov ecx, ebp\nmov edx, edi\nsysexit\n")

static void ret_other(void)
{
    run(ASSEMBLE(ENTER "call 1f\nnop\n1: mov dword ptr [esp], 0x1234\n" MARK(fault) "ret\n" MARK(after) "jmp 2f\n" MARK(handler)
                     MARK(back) "2: nop\n"));
}

static void ret_far_other(void)
{
    run(ASSEMBLE(ENTER "push cs\ncall 1f\nnop\n1: mov dword ptr [esp], 0x1234\n" MARK(fault) "retf\n" MARK(after) "jmp 2f\n" MARK(handler)
                     MARK(back) "2: nop\n"));
}

static void iret(void)
{
    run(ASSEMBLE("wrmsr\nsetssbsy\niretd\n" MARK(inside) "rdsspd edi\n" MARK(fault) "ud2\n" MARK(after) "jmp 2f\n" MARK(handler)
                     MARK(back) "2: nop\n"));
}

#define ROW(name_, spec_, about_, vector_, error_)                                                                                    \
    {                                                                                                                                 \
        VARIANT, .name = #name_, .about = about_ ", shadow stacks at CPL 3 and 0", .spec = spec_, .vector = vector_, .error = error_, \
                 .saved_rip = AT_FAULT, .needs = "cet_ss", .run = name_                                                               \
    }
#define TO_USER(name_, ssp, local, about_)                                                                                                \
    {                                                                                                                                     \
        VARIANT, .name = name_, .about = about_ ", shadow stacks at CPL 3 and 0", .spec = "SDM 2A \"IRET/IRETD/IRETQ-Interrupt Return\"", \
                 .vector = VEC_UD, .error = NO_ERROR, .saved_rip = AT_FAULT, .needs = "cet_ss", .run = iret, .arg = {                     \
                     ssp,                                                                                                                 \
                     local                                                                                                                \
                 }                                                                                                                        \
    }
VARIANTS(ROW(int_n, "SDM 2A \"INT n/INTO/INT3/INT1-Call to Interrupt Procedure\"", "INT n at CPL 3, IRETD, UD2", VEC_UD, NO_ERROR),
         ROW(call_gate, "SDM 2A \"CALL-Call Procedure\"", "far CALL through a gate at CPL 3, RETF, UD2", VEC_UD, NO_ERROR),
         ROW(system_call, "SDM 2B \"SYSENTER-Fast System Call\"", "SYSENTER at CPL 3, SYSEXIT, UD2", VEC_UD, NO_ERROR),
         ROW(ret_other, "SDM 2B \"RET-Return from Procedure\"", "RET to another EIP at CPL 3", VEC_CP, 1),
         ROW(ret_far_other, "SDM 2B \"RET-Return from Procedure\"", "far RET to another EIP at CPL 3", VEC_CP, 2),
         TO_USER("above_2_gib", 0x80010000, false, "IRETD to CPL 3, IA32_PL3_SSP above 2 GiB"),
         TO_USER("local", 0, true, "IRETD to CPL 3, CS in the LDT"));
