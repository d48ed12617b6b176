/*
 * Far transfers at CPL 3 that stay there, of 32-bit code with a shadow stack: INT n to a handler at CPL 3 and far CALL push CS, linear EIP and SSP,
 * eight bytes each, from a multiple of 8 on; IRET and far RET take them back. IA32_PL3_SSP has no part in it.
 */
#include <case32.h>

#define TOP 0x7f0u

/* ARG0: SSP is a multiple of 4 only. */
static void run(struct program p)
{
    uintptr_t page = map_page("shadow", PAGE_PRESENT | PAGE_USER | PAGE_D);
    uint8_t *above = (uint8_t *)frame_of(page) + TOP + (ARG0 ? 0 : 8); /* the frame */

    fill_words((uintptr_t)frame_of(page), 0x5a5a5a5a, PAGE_SIZE / 4);
    in_user_mode();
    write_cr4(read_cr4() | CR4_CET);
    write_msr(MSR_U_CET, CET_SH_STK_EN);
    write_msr(MSR_PL3_SSP, page + TOP + 4);
    *gate_of(0x40) = make_gate(label_of(p, "handler"), SEL_USER_CODE, GATE_INTERRUPT, 3, true);
    start.eax = ARG0 ? 0 : 1;
    start.ebx = map_page("pointer", PAGE_PRESENT | PAGE_USER);
    *(uint32_t *)frame_of(start.ebx) = label_of(p, "handler");
    *((uint16_t *)frame_of(start.ebx) + 2) = SEL_USER_CODE;
    record_memory("ssp", above - 32, 16);
    record_memory("eip_upper", above - 12, 4);
    record_memory("cs", above - 8, 16);
    run_program(p);
}

#define ENTER(transfer) "incsspd eax\n" transfer "\n" MARK(back) "nop\n"
#define SEE "rdsspd edi\nmov edx, [edi+8]\n"
#define IN_HANDLER(transfer) ASSEMBLE(ENTER(transfer) MARK(handler) SEE MARK(fault) "ud2\n" MARK(after) "nop\n")
#define BACK(transfer, last) ASSEMBLE(ENTER(transfer) "rdsspd edi\n" MARK(fault) "ud2\n" MARK(after) "nop\n" MARK(handler) last "\n")

static void int_n(void)
{
    run(IN_HANDLER("int 0x40"));
}

static void call(void)
{
    run(IN_HANDLER("call fword ptr [ebx]"));
}

static void iret(void)
{
    run(BACK("int 0x40", "iretd"));
}

static void retf(void)
{
    run(BACK("call fword ptr [ebx]", "retf"));
}

#define ROW(name_, run_, unaligned, about_, spec_)                                                                                             \
    {                                                                                                                                          \
        VARIANT, .name = name_, .about = about_ ", a shadow stack there", .needs = "cet_ss", .run = run_, .vector = VEC_UD, .error = NO_ERROR, \
                 .saved_rip = AT_FAULT, .arg = {unaligned}, .spec = spec_                                                                      \
    }
#define BOTH(name, run, about, spec) ROW(name, run, false, about, spec), ROW(name "_unaligned", run, true, about ", SSP at 8n+4", spec)
#define INT "SDM 2A \"INT n/INTO/INT3/INT1-Call to Interrupt Procedure\", \"IRET/IRETD/IRETQ-Interrupt Return\""
#define CALL "SDM 2A \"CALL-Call Procedure\"; SDM 2B \"RET-Return from Procedure\""
VARIANTS(BOTH("int_n", int_n, "INT n at CPL 3 to a handler at CPL 3", INT), BOTH("iret", iret, "INT n at CPL 3 to a handler at CPL 3, IRETD", INT),
         BOTH("call", call, "far CALL at CPL 3", CALL), BOTH("retf", retf, "far CALL and far RET at CPL 3", CALL));
