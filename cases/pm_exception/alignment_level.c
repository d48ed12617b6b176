/*
 * Alignment is checked at CPL 3 only, and there from the first instruction on: AC stays 1 as the program comes to an inner level by an exception,
 * INT n, an interrupt, a call gate or SYSENTER, and a misaligned load there raises nothing; it stays 1 as far RET, IRET or SYSEXIT lead to CPL 3, and
 * the first misaligned load there is #AC(0). CR0.AM is 1 throughout.
 */
#include <case32.h>

#define FIRST_WORD "dword ptr [esp]"
#include "../alignment_check/level.h"

/* ARG0: the code segment. */
static void call_gate(void)
{
    in_user_mode();
    run_to_gate(ASSEMBLE("call fword ptr [edi]\n" MARK(after) "nop\n" MARK(again) LOAD MARK(end) "ud2\n" MARK(target) LOAD "retf\n"), (uint16_t)ARG0);
}

static void call_gate_stays(void)
{
    in_user_mode();
    run_to_gate(ASSEMBLE("call fword ptr [edi]\n" MARK(after) "nop\n" MARK(target) LOAD MARK(fault) "ud2\n"), (uint16_t)ARG0);
}

static void sysenter(void)
{
    struct program p = ASSEMBLE("sysenter\n" MARK(after) "nop\n" MARK(target) LOAD MARK(fault) "ud2\n");

    in_user_mode();
    set_up();
    write_msr(MSR_SYSENTER_CS, SEL_KERNEL_CODE);
    write_msr(MSR_SYSENTER_EIP, label_of(p, "target"));
    write_msr(MSR_SYSENTER_ESP, stack_top(STACK_ESP1));
    run_program(p);
}

/* From CPL ARG0, where the load passes, to CPL 3. */
#define TARGET "\n" MARK(after) "ud2\n" MARK(target) "nop\n" MARK(again) LOAD MARK(end) "ud2\n"

static void retf(void)
{
    struct program p = ASSEMBLE(LOAD "retf" TARGET);
    uint32_t *image;

    in_ring((unsigned)ARG0);
    set_up();
    start.esp -= 16;
    image = frame_of(start.esp);
    image[0] = label_of(p, "target");
    image[1] = SEL_USER_CODE;
    image[2] = stack_top(STACK_USER);
    image[3] = SEL_USER_DATA;
    run_program(p);
}

static void iretd(void)
{
    struct program p = ASSEMBLE(LOAD "iretd" TARGET);

    in_ring((unsigned)ARG0);
    set_up();
    push_image((struct interrupt_frame){label_of(p, "target"), SEL_USER_CODE, start.eflags, stack_top(STACK_USER), SEL_USER_DATA}, true);
    run_program(p);
}

static void sysexit(void)
{
    struct program p = ASSEMBLE(LOAD "sysexit" TARGET);

    set_up();
    write_msr(MSR_SYSENTER_CS, SEL_KERNEL_CODE);
    start.edx = label_of(p, "target");
    start.ecx = stack_top(STACK_USER);
    run_program(p);
}

#define ROW(name_, run_, arg0, about_, needs_, ...)                                                                                     \
    {                                                                                                                                   \
        VARIANT, .name = name_, .about = about_ ", with AM=1, AC=1", .spec = "SDM 3A \"Interrupt 17-Alignment Check Exception (#AC)\"", \
                 .needs = needs_, .run = run_, .arg = {arg0}, __VA_ARGS__                                                               \
    }
#define ENTERS(vector_, rip) .vector = vector_, .error = NO_ERROR, .saved_rip = rip
#define ALIGNMENT .vector = VEC_AC, .error = 0, .saved_rip = "again"

VARIANTS(ROW("int_n", int_n, 0, "misaligned loads in the handler of INT 0x40 and behind its IRET to CPL 3", "i486", ENTERS(0x40, AFTER)),
         ROW("int3", int3, 0, "misaligned loads in the handler of INT3 and behind its IRET to CPL 3", "i486", ENTERS(VEC_BP, AFTER)),
         ROW("interrupt", interrupt, 0, "misaligned loads in an interrupt's handler and behind its IRET to CPL 3", "i486 apic", ENTERS(0x60, AFTER)),
         ROW("exception", exception, 0, "misaligned loads in the handler of #UD and behind its IRET to CPL 3", "i486", ENTERS(VEC_UD, AT_FAULT)),
         ROW("call_gate", call_gate, SEL_KERNEL_CODE, "misaligned loads behind a call gate to CPL 0 and behind RETF to CPL 3", "i486", ALIGNMENT),
         ROW("call_gate_ring1", call_gate, SEL_RING1_CODE, "misaligned loads behind a call gate to CPL 1 and behind RETF to CPL 3", "i486",
             ALIGNMENT),
         ROW("call_gate_stays", call_gate_stays, SEL_KERNEL_CODE, "a misaligned load behind a call gate to CPL 0, then UD2", "i486",
             ENTERS(VEC_UD, AT_FAULT)),
         ROW("call_gate_stays_ring2", call_gate_stays, SEL_RING2_CODE, "a misaligned load behind a call gate to CPL 2, then UD2", "i486",
             ENTERS(VEC_UD, AT_FAULT)),
         ROW("sysenter", sysenter, 0, "a misaligned load behind SYSENTER, then UD2", "sysenter", ENTERS(VEC_UD, AT_FAULT)),
         ROW("retf", retf, 0, "misaligned loads at CPL 0 and behind RETF to CPL 3", "i486", ALIGNMENT),
         ROW("retf_ring1", retf, 1, "misaligned loads at CPL 1 and behind RETF to CPL 3", "i486", ALIGNMENT),
         ROW("retf_ring2", retf, 2, "misaligned loads at CPL 2 and behind RETF to CPL 3", "i486", ALIGNMENT),
         ROW("iretd", iretd, 0, "misaligned loads at CPL 0 and behind IRET to CPL 3", "i486", ALIGNMENT),
         ROW("iretd_ring1", iretd, 1, "misaligned loads at CPL 1 and behind IRET to CPL 3", "i486", ALIGNMENT),
         ROW("sysexit", sysexit, 0, "misaligned loads at CPL 0 and behind SYSEXIT", "sysenter", ALIGNMENT));
