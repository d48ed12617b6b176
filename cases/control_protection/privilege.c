/*
 * CPL 3 with a shadow stack of its own: IRETQ to it loads SSP from IA32_PL3_SSP, INT n, a call gate, SYSCALL and SYSENTER store it there, their
 * returns load it again; SYSCALL and SYSENTER leave SSP 0. The supervisor's token is busy as long as CPL 0 lasts.
 */
#include <case.h>

#define TOKEN 0x7f8u
#define TOP 0x7f0u

static uintptr_t page;

static void see(void)
{
    note("token", *(uint64_t *)frame_of(page + TOKEN) - page);
}

/* The handler of INT 0x40, of the call gate and of the system calls: RSI is what IA32_PL3_SSP holds, RBX its own SSP. */
static void run(struct program program)
{
    uintptr_t user = map_page("user", PAGE_PRESENT | PAGE_USER | PAGE_D);
    uint16_t gate = add_call_gate("gate", (struct call_gate){.offset = label_of(program, "handler"), .selector = SEL_KERNEL_CODE64, .dpl = 3});

    page = map_page("shadow", PAGE_PRESENT | PAGE_D);
    *(uint64_t *)frame_of(page + TOKEN) = page + TOKEN;
    write_cr4(read_cr4() | CR4_CET);
    write_msr(MSR_U_CET, CET_SH_STK_EN);
    write_msr(MSR_PL3_SSP, user + TOP);
    write_msr(MSR_PL0_SSP, page + TOKEN);
    write_msr(MSR_SYSENTER_CS, SEL_KERNEL_CODE64);
    write_msr(MSR_SYSENTER_ESP, stack_top(STACK_RSP0));
    write_msr(MSR_SYSENTER_EIP, label_of(program, "handler"));
    write_msr(MSR_LSTAR, label_of(program, "handler"));
    *gate_of(0x40) = make_gate(label_of(program, "handler"), SEL_KERNEL_CODE64, 0, GATE_INTERRUPT, 3, true);
    start.rcx = MSR_S_CET;
    start.rax = CET_SH_STK_EN;
    start.rdx = 0;
    start.rbp = gate;
    start.rdi = 0;
    user_may_run_program();
    push_image((struct interrupt_frame){label_of(program, "inside"), SEL_USER_CODE64, start.rflags, stack_top(STACK_USER), SEL_USER_DATA});
    at_end(see);
    run_program(program);
}

/* At CPL 3 SSP is other than at the beginning. */
#define ENTER "wrmsr\nsetssbsy\niretq\n" MARK(inside) "call 1f\nnop\n1:\nlea rsp, [rsp+8]\n"

#define THERE_AND_BACK(name, text, first, last)                                                                          \
    static void name(void)                                                                                               \
    {                                                                                                                    \
        run(ASSEMBLE(ENTER text MARK(back) "rdsspq rdi\n" MARK(fault) "ud2\n" MARK(after) "jmp 2f\n" MARK(handler) first \
                     "mov ecx, 0x6a7\nrdmsr\nmov esi, eax\nrdsspq rbx\n" last "2: nop\n"));                              \
    }
THERE_AND_BACK(int_n, "int 0x40\n", "", "iretq\n")
THERE_AND_BACK(call_gate, "push rbp\npush 0\ncall fword ptr [rsp+4]\nlea rsp, [rsp+16]\n", "", "retfq\n")
THERE_AND_BACK(system_call, "syscall\n", "mov rbp, rcx\n", "mov rcx, rbp\nsysretq\n")

#define OTHER(name, before, instruction)                                                                                                        \
    static void name(void)                                                                                                                      \
    {                                                                                                                                           \
        run(ASSEMBLE(ENTER before "call 1f\nnop\n1: mov dword ptr [rsp], 0x1234\n" MARK(fault) instruction MARK(after) "jmp 2f\n" MARK(handler) \
                         MARK(back) "2: nop\n"));                                                                                               \
    }
OTHER(ret_other, "", "ret\n")
OTHER(ret_n_other, "push 0x55\n", "ret 8\n")
OTHER(ret_far_other, "push 0x2b\n", "retfq\n")

#define ROW(name_, spec_, about_, vector_, error_)                                                                                    \
    {                                                                                                                                 \
        VARIANT, .name = #name_, .about = about_ ", shadow stacks at CPL 3 and 0", .spec = spec_, .vector = vector_, .error = error_, \
                 .saved_rip = AT_FAULT, .needs = "cet_ss", .run = name_                                                               \
    }
VARIANTS(ROW(int_n, "SDM 2A \"INT n/INTO/INT3/INT1-Call to Interrupt Procedure\"", "INT n at CPL 3, IRETQ, UD2", VEC_UD, NO_ERROR),
         ROW(call_gate, "SDM 2A \"CALL-Call Procedure\"", "far CALL through a gate at CPL 3, far RET, UD2", VEC_UD, NO_ERROR),
         ROW(system_call, "SDM 2B \"SYSCALL-Fast System Call\"", "SYSCALL at CPL 3, SYSRET, UD2", VEC_UD, NO_ERROR),
         ROW(ret_other, "SDM 2B \"RET-Return from Procedure\"", "RET to another RIP at CPL 3", VEC_CP, 1),
         ROW(ret_n_other, "SDM 2B \"RET-Return from Procedure\"", "RET imm16 to another RIP at CPL 3", VEC_CP, 1),
         ROW(ret_far_other, "SDM 2B \"RET-Return from Procedure\"", "far RET to another RIP at CPL 3", VEC_CP, 2));
