/* A fault is restartable: the handler makes the page present, IRETQ restarts the store. */
#include <case.h>

CASE(.about = "CPL-3 store to a not-present page that the handler makes present", .spec = "SDM 3A \"Exception Classifications\"",
     .id = "resume-user-pf-retry", .vector = VEC_PF, .error = PF_W | PF_U, .saved_rip = AT_FAULT, .resumes = 1);

static void repair(struct interrupt_frame *frame, struct capture *capture)
{
    (void)frame;
    (void)capture;
    change_page(start.rbx, 0, PAGE_PRESENT);
}

void run(void)
{
    in_user_mode();
    watch_sse();
    start.rbx = map_page("victim", PAGE_USER | PAGE_WRITE);
    record_memory("victim", frame_of(start.rbx), 16);
    on_exception(VEC_PF, repair);
    FAULT("mov [rbx], rax");
}
