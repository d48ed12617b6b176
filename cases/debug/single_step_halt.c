/*
 * STI holds back no debug exception, and a debug exception ends HLT: stepping over both never stops. Where HLT does
 * stop, the APIC's timer ends it, which the program starts first.
 */
#include <case.h>

CASE(.about = "STI, HLT with TF=1 at CPL 0", .spec = "SDM 2A \"HLT-Halt\", SDM 3B \"Single-Step Exception Condition\"", .id = "db-tf-sti-hlt",
     .vector = VEC_DB, .error = NO_ERROR, .saved_rip = "first", .resumes = 1);

#define DIVIDE_BY_1 0xbu
#define TICKS 100000000u /* far more than the program needs, even on a busy machine */

static void until_halted(struct interrupt_frame *frame, struct capture *capture)
{
    if (frame->rip == recorded_label("halted")) {
        apic_write(APIC_TIMER_INITIAL, 0);
        stop_stepping(frame, capture);
    }
}

void run(void)
{
    enable_apic();
    apic_write(APIC_TIMER_DIVIDE, DIVIDE_BY_1);
    apic_write(APIC_LVT_TIMER, 0x60);
    start.rbx = APIC_BASE + APIC_TIMER_INITIAL;
    start.rax = TICKS;
    start.rflags = (start.rflags | RFLAGS_TF) & ~(uint64_t)RFLAGS_IF;
    on_exception(VEC_DB, until_halted);
    PROGRAM("mov [rbx], eax\n" MARK(first) "sti\n" MARK(second) "hlt\n" MARK(halted) "nop\n");
}
