/*
 * From CPL 3 with a shadow stack IA32_PL3_SSP gets SSP, whatever the gate's IST is and whether CPL 0 has a shadow stack; nothing is pushed on that
 * one. The way back loads it again.
 */
#include <case.h>

#define TOKEN 0x7f8u
#define OTHER 0xbf8u
#define TOP 0x7f0u

/* ARG0: the gate's IST. ARG1: IA32_S_CET. */
static void run(struct program p, unsigned vector)
{
    uintptr_t user = map_page("user", PAGE_PRESENT | PAGE_USER | PAGE_D), table = map_page("table", PAGE_PRESENT);
    uintptr_t page = map_page("shadow", PAGE_PRESENT | PAGE_D);

    *(uint64_t *)frame_of(page + TOKEN) = page + TOKEN;
    *(uint64_t *)frame_of(page + OTHER) = page + OTHER;
    ((uint64_t *)frame_of(table))[1] = page + OTHER;
    write_cr4(read_cr4() | CR4_CET);
    write_msr(MSR_U_CET, CET_SH_STK_EN);
    write_msr(MSR_PL3_SSP, user + TOP);
    write_msr(MSR_PL0_SSP, page + TOKEN);
    write_msr(MSR_INTERRUPT_SSP_TABLE, table);
    *gate_of(vector) = make_gate(label_of(p, "handler"), SEL_KERNEL_CODE64, (unsigned)ARG0, GATE_INTERRUPT, 3, true);
    set_gate(0x41, .dpl = 3);
    start.rcx = MSR_S_CET;
    start.rax = ARG1;
    start.rdx = 0;
    user_may_run_program();
    push_image((struct interrupt_frame){label_of(p, "inside"), SEL_USER_CODE64, start.rflags, stack_top(STACK_USER), SEL_USER_DATA});
    start.r11 = page + (ARG0 ? OTHER : TOKEN);
    record_memory("token", frame_of(page + TOKEN), 8);
    record_memory("other", frame_of(page + OTHER - 8), 16);
    run_program(p);
}

/* At CPL 3 SSP isn't what IA32_PL3_SSP has. The handler sees the MSR, its own SSP and the token there. */
#define RUN(event, in_handler, vector)                                          \
    do {                                                                        \
        if (ARG1)                                                               \
            run(ASSEMBLE("wrmsr\nsetssbsy\n" REST(event, in_handler)), vector); \
        else                                                                    \
            run(ASSEMBLE("wrmsr\n" REST(event, in_handler)), vector);           \
    } while (false)
#define REST(event, in_handler)                                                                                              \
    "iretq\n" MARK(inside) "call 1f\nnop\n1: " event "\nrdsspq rdi\nint 0x41\n" MARK(after) "nop\n" MARK(handler) in_handler \
        "mov ecx, 0x6a7\nrdmsr\nmov esi, eax\nrdsspq rbx\nmov r10, [r11]\niretq\n"

static void int_n(void)
{
    RUN("int 0x40", "", 0x40);
}

static void ud(void)
{
    RUN("ud2", "add qword ptr [rsp], 2\n", VEC_UD);
}

static void gp(void)
{
    RUN("hlt", "lea rsp, [rsp+8]\nadd qword ptr [rsp], 1\n", VEC_GP);
}

#define ROW(name_, run_, ist, s_cet, about_)                                                                                                      \
    {                                                                                                                                             \
        VARIANT, .name = name_, .about = about_ " and IRETQ", .spec = "SDM 2A \"INT n/INTO/INT3/INT1-Call to Interrupt Procedure\"", .run = run_, \
                 .arg = {ist, s_cet}, .needs = "cet_ss", .vector = 0x41, .error = NO_ERROR, .saved_rip = AFTER                                    \
    }
#define FOUR(name, run, about)                                                                            \
    ROW(name, run, 0, CET_SH_STK_EN, about " at CPL 3, shadow stacks at CPL 3 and 0"),                    \
        ROW(name "_ist", run, 1, CET_SH_STK_EN, about " at CPL 3 by IST1, shadow stacks at CPL 3 and 0"), \
        ROW(name "_alone", run, 0, 0, about " at CPL 3, a shadow stack at CPL 3 alone"),                  \
        ROW(name "_ist_alone", run, 1, 0, about " at CPL 3 by IST1, a shadow stack at CPL 3 alone")
VARIANTS(FOUR("int_n", int_n, "INT n"), FOUR("ud", ud, "UD2"), FOUR("gp", gp, "HLT"));
