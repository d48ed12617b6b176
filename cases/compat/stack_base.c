/* The handler's mode is 64-bit, and where the stack stays its base doesn't count any more: the frame lies at RSP itself. */
#include <case.h>

CASE(.about = "compatibility mode at CPL 0: INT 0x40, SS has a base", .env = COMPAT32, .spec = "SDM 3A \"64-Bit Mode Stack Frame\"", .vector = 0x40,
     .error = NO_ERROR, .saved_rip = AFTER);

void run(void)
{
    struct descriptor d = {.type = DATA_WRITABLE, .d = true, .limit = 0xfffff, .g = true, .base = 0x200};

    in_compat_kernel();
    start.ss = add_descriptor("based", encode_descriptor(d));
    start.rsp -= 0x200;
    FAULT32("int 0x40");
}
