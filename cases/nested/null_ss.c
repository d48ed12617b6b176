/*
 * The handler of an interrupt from CPL 3 has SS NULL. Interrupted in its turn, it stays on its stack: RSP0 is not taken
 * again. The inner frame saves the NULL SS, and IRETQ takes it back.
 */
#include <case.h>

CASE(.about = "INT 0x41 in the handler of INT 0x40 at CPL 3; both return", .spec = "SDM 3A \"IRET in IA-32e Mode\"", .id = "frame-null-ss-nested",
     .vector = 0x40, .error = NO_ERROR, .saved_rip = AFTER, .resumes = 1);

void run(void)
{
    in_user_mode();
    set_gate(0x40, .dpl = 3);
    on_exception_run(0x40, HANDLER(MARK(inner) "int 0x41\n" MARK(inner_after)));
    on_exception(0x41, resume);
    FAULT("int 0x40");
}
