/* In 64-bit mode nothing is checked when the stack is used: a NULL SS at CPL 0 raises neither #SS nor #GP. */
#include <case.h>

CASE(.about = "PUSH at CPL 0 with a NULL SS", .spec = "SDM 3A \"NULL Segment Checking in 64-bit Mode\"", .id = "pri-ss-vs-gp-null-ss-use",
     .vector = NO_EXCEPTION);

void run(void)
{
    start.ss = 0;
    record_memory("pushed", (void *)(start.rsp - 8), 8);
    FAULT("push rax");
}
