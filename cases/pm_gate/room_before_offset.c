/* The frame's room is looked at before the handler's offset. */
#include <case32.h>

CASE(.about = "INT n at CPL 3 to code of DPL 3: no room on the stack, and the handler lies beyond its code's limit",
     .spec = "SDM 2A \"INT n/INTO/INT3/INT1-Call to Interrupt Procedure\"", .vector = VEC_SS, .error = 0, .saved_rip = AT_FAULT);

void run(void)
{
    struct descriptor stack = {.type = DATA_WRITABLE, .d = true, .limit = 15, .dpl = 3},
                      code = {.type = CODE_READABLE, .d = true, .limit = 15, .dpl = 3};

    in_user_mode();
    stack.base = map_page("stack", PAGE_PRESENT | PAGE_WRITE | PAGE_USER);
    start.ss = add_descriptor("small", encode_descriptor(stack)) | 3;
    start.esp = 4;
    set_gate(0x40, .dpl = 3, .selector = add_descriptor("short_code", encode_descriptor(code)) | 3);
    FAULT("int 0x40");
}
