/* Lazy loading of SSE state: #NM, the handler clears CR0.TS, the instruction is restarted and does its work. */
#include <case.h>

CASE(.about = "MOVAPS and ADDPS at CPL 0 with CR0.TS=1; the handler clears TS", .spec = "SDM 3A \"Interrupt 7-Device Not Available Exception (#NM)\"",
     .id = "resume-nm-clts", .vector = VEC_NM, .error = NO_ERROR, .saved_rip = AT_FAULT, .resumes = 1);

static void clear_ts(struct interrupt_frame *frame, struct capture *capture)
{
    (void)frame;
    (void)capture;
    note("cr0", read_cr0());
    __asm__ volatile("clts");
}

void run(void)
{
    static const uint32_t one_to_four[4] = {0x3f800000, 0x40000000, 0x40400000, 0x40800000}; /* 1.0, 2.0, 3.0, 4.0 */

    watch_sse();
    start.rbx = map_page("operand", PAGE_PRESENT | PAGE_WRITE);
    for (unsigned i = 0; i < 4; i++)
        ((uint32_t *)start.rbx)[i] = one_to_four[i];
    start.rax = read_cr0() | CR0_TS;
    on_exception(VEC_NM, clear_ts);
    PROGRAM("mov cr0, rax\n" MARK(fault) "movaps xmm0, [rbx]\n" MARK(after) "addps xmm0, [rbx]\n");
}
