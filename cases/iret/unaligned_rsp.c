/* The processor aligns the stack for the frame and keeps the interrupted RSP in it: IRETQ restores it to the byte. */
#include <case.h>

CASE(.about = "INT 0x40 at CPL 0 with an odd RSP; the handler returns", .spec = "SDM 3A \"64-Bit Mode Stack Frame\", SDM 3A \"IRET in IA-32e Mode\"",
     .id = "iret-unaligned-rsp", .vector = 0x40, .error = NO_ERROR, .saved_rip = AFTER, .resumes = 1);

void run(void)
{
    on_exception(0x40, resume);
    start.rsp -= 5;
    FAULT("int 0x40");
}
