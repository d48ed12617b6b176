/*
 * A handler at CPL 3, for a program at CPL 3 with a shadow stack: CS, RIP and SSP are pushed there, from a multiple of 8 on, IRETQ takes them back,
 * and IA32_PL3_SSP has no part in it.
 */
#include <case.h>

#define TOP 0x7f0u

static void run(struct program p)
{
    uintptr_t page = map_page("shadow", PAGE_PRESENT | PAGE_USER | PAGE_D);

    fill_words((uintptr_t)frame_of(page), 0x5a5a5a5a5a5a5a5a, PAGE_SIZE / 8);
    in_user_mode();
    write_cr4(read_cr4() | CR4_CET);
    write_msr(MSR_U_CET, CET_SH_STK_EN);
    write_msr(MSR_PL3_SSP, page + TOP);
    *gate_of(0x40) = make_gate(label_of(p, "handler"), SEL_USER_CODE64, 0, GATE_INTERRUPT, 3, true);
    start.rax = 1;
    record_memory("shadow", frame_of(page + TOP - 40), 48);
    run_program(p);
}

/* CALL leaves SSP eight bytes, INCSSPD four bytes further. */
#define ENTER(more) "call 1f\nnop\n1: " more "int 0x40\n"

static void int_n(void)
{
    run(ASSEMBLE(ENTER("") MARK(handler) "rdsspq rdi\n" MARK(fault) "ud2\n" MARK(after) "nop\n"));
}

static void int_n_unaligned(void)
{
    run(ASSEMBLE(ENTER("incsspd eax\n") MARK(handler) "rdsspq rdi\n" MARK(fault) "ud2\n" MARK(after) "nop\n"));
}

static void iret(void)
{
    run(ASSEMBLE(ENTER("") "rdsspq rdi\n" MARK(fault) "ud2\n" MARK(after) "nop\n" MARK(handler) "iretq\n"));
}

static void iret_unaligned(void)
{
    run(ASSEMBLE(ENTER("incsspd eax\n") "rdsspq rdi\n" MARK(fault) "ud2\n" MARK(after) "nop\n" MARK(handler) "iretq\n"));
}

#define ROW(name_, about_)                                                                                                                           \
    {                                                                                                                                                \
        VARIANT, .name = #name_, .about = about_ ", a shadow stack there", .needs = "cet_ss", .run = name_, .vector = VEC_UD, .error = NO_ERROR,     \
                 .saved_rip = AT_FAULT, .spec = "SDM 2A \"INT n/INTO/INT3/INT1-Call to Interrupt Procedure\", \"IRET/IRETD/IRETQ-Interrupt Return\"" \
    }
VARIANTS(ROW(int_n, "INT n at CPL 3 to a handler at CPL 3"), ROW(int_n_unaligned, "INT n at CPL 3 to a handler at CPL 3, SSP at 8n+4"),
         ROW(iret, "INT n at CPL 3 to a handler at CPL 3, IRETQ"), ROW(iret_unaligned, "INT n at CPL 3 to a handler at CPL 3, SSP at 8n+4, IRETQ"));
