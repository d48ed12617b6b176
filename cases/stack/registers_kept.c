/* Delivery changes no general register but RSP, no XMM register and not MXCSR; nor does IRETQ. */
#include <case.h>

static struct {
    uint8_t head[160], xmm[256], rest[96];
} seen __attribute__((aligned(16)));

CASE(.about = "INT 0x40 at CPL 3, all general and XMM registers patterned", .spec = "SDM 2A \"INT n/INTO/INT3/INT1-Call to Interrupt Procedure\"",
     .id = "frame-gpr-unchanged", .vector = 0x40, .error = NO_ERROR, .saved_rip = AFTER, .resumes = 1);

static void look(struct interrupt_frame *frame, struct capture *capture)
{
    (void)frame;
    (void)capture;
    __asm__ volatile("fxsave %0" : "=m"(seen));
}

void run(void)
{
    in_user_mode();
    watch_sse();
    set_gate(0x40, .dpl = 3);
    on_exception(0x40, look);
    record_memory("xmm_in_handler", seen.xmm, sizeof(seen.xmm));
    FAULT("int 0x40");
}
