/* Frame upon frame on one stack, and back in order. */
#include <case.h>

CASE(.about = "INT 0x40, in its handler INT 0x41, in that one's INT 0x42; all return", .spec = "SDM 2A \"IRET/IRETD/IRETQ-Interrupt Return\"",
     .id = "resume-nested-3-levels", .vector = 0x40, .error = NO_ERROR, .saved_rip = AFTER, .resumes = 1);

void run(void)
{
    on_exception_run(0x40, HANDLER(MARK(second) "int 0x41\n" MARK(second_after)));
    on_exception_run(0x41, HANDLER(MARK(third) "int 0x42\n" MARK(third_after)));
    on_exception(0x42, resume);
    FAULT("int 0x40");
}
