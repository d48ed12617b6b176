/*
 * Far transfers at CPL 3 that stay there, with a shadow stack: INT n to a handler at CPL 3 and far CALL push CS, RIP and SSP, from a multiple of 8
 * on; IRETQ and far RET take them back. IA32_PL3_SSP has no part in it.
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
    start.rbx = map_page("pointer", PAGE_PRESENT | PAGE_USER);
    *(uint64_t *)frame_of(start.rbx) = label_of(p, "handler");
    *(uint16_t *)frame_of(start.rbx + 8) = SEL_USER_CODE64;
    record_memory("ssp", frame_of(page + TOP - 40), 16);
    record_memory("cs", frame_of(page + TOP - 16), 8);
    if (ARG0)
        record_memory("above", frame_of(page + TOP - 8), 8);
    run_program(p);
}

/* CALL leaves SSP eight bytes, INCSSPD four bytes further: ARG0. RDX is the address pushed. */
#define SEE "rdsspq rdi\nmov rdx, [rdi+8]\n"
#define ENTER(more, transfer) "call 1f\nnop\n1: " more transfer "\n" MARK(back) "nop\n"
#define IN_HANDLER(more, transfer) ASSEMBLE(ENTER(more, transfer) MARK(handler) SEE MARK(fault) "ud2\n" MARK(after) "nop\n")
#define BACK(more, transfer, last) ASSEMBLE(ENTER(more, transfer) "rdsspq rdi\n" MARK(fault) "ud2\n" MARK(after) "nop\n" MARK(handler) last "\n")
#define UNALIGNED "incsspd eax\n"
#define FAR "rex64 call fword ptr [rbx]"

#define RUN(name, program) \
    static void name(void) \
    {                      \
        run(program);      \
    }
RUN(int_n, IN_HANDLER("", "int 0x40"))
RUN(int_n_unaligned, IN_HANDLER(UNALIGNED, "int 0x40"))
RUN(iret, BACK("", "int 0x40", "iretq"))
RUN(iret_unaligned, BACK(UNALIGNED, "int 0x40", "iretq"))
RUN(call, IN_HANDLER("", FAR))
RUN(call_unaligned, IN_HANDLER(UNALIGNED, FAR))
RUN(retf, BACK("", FAR, "retfq"))
RUN(retf_unaligned, BACK(UNALIGNED, FAR, "retfq"))

#define ROW(name_, unaligned, spec_, about_)                                                                                                     \
    {                                                                                                                                            \
        VARIANT, .name = #name_, .about = about_ ", a shadow stack there", .needs = "cet_ss", .run = name_, .vector = VEC_UD, .error = NO_ERROR, \
                 .saved_rip = AT_FAULT, .arg = {unaligned}, .spec = spec_                                                                        \
    }
#define INT "SDM 2A \"INT n/INTO/INT3/INT1-Call to Interrupt Procedure\", \"IRET/IRETD/IRETQ-Interrupt Return\""
#define CALL "SDM 2A \"CALL-Call Procedure\"; SDM 2B \"RET-Return from Procedure\""
VARIANTS(ROW(int_n, false, INT, "INT n at CPL 3 to a handler at CPL 3"),
         ROW(int_n_unaligned, true, INT, "INT n at CPL 3 to a handler at CPL 3, SSP at 8n+4"),
         ROW(iret, false, INT, "INT n at CPL 3 to a handler at CPL 3, IRETQ"),
         ROW(iret_unaligned, true, INT, "INT n at CPL 3 to a handler at CPL 3, SSP at 8n+4, IRETQ"), ROW(call, false, CALL, "far CALL at CPL 3"),
         ROW(call_unaligned, true, CALL, "far CALL at CPL 3, SSP at 8n+4"), ROW(retf, false, CALL, "far CALL and far RET at CPL 3"),
         ROW(retf_unaligned, true, CALL, "far CALL and far RET at CPL 3, SSP at 8n+4"));
