/* What #NM is for: the handler clears TS (and would load the state), IRETQ restarts the instruction, and it runs. */
#include <case.h>

CASE(.about = "FLD1, FSTP at CPL 0 with CR0.TS=1; the handler executes CLTS", .spec = "SDM 3A \"Interrupt 7-Device Not Available Exception (#NM)\"",
     .id = "nm-resume-clts", .vector = VEC_NM, .error = NO_ERROR, .saved_rip = AT_FAULT, .resumes = 1);

static void clear_ts(struct interrupt_frame *frame, struct capture *capture)
{
    (void)frame;
    (void)capture;
    __asm__ volatile("clts");
}

void run(void)
{
    start.rbx = map_page("result", PAGE_PRESENT | PAGE_WRITE);
    record_memory("result", frame_of(start.rbx), 16);
    write_cr0(read_cr0() | CR0_TS);
    on_exception(VEC_NM, clear_ts);
    PROGRAM(MARK(fault) "fld1\n" MARK(after) "fstp qword ptr [rbx]\n");
}
