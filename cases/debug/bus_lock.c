/* With IA32_DEBUGCTL.BUS_LOCK_DETECT=1 a bus lock at CPL 3 is a trap, and DR6 bit 11 (BLD), else 1, is 0. */
#include <case.h>

#define DEBUGCTL_BUS_LOCK_DETECT 4u

CASE(.about = "LOCK ADD across a cache line's end at CPL 3", .spec = "SDM 3B \"OS Bus-Lock Detection\"", .id = "db-buslock",
     .needs = "bus_lock_detect", .vector = VEC_DB, .error = NO_ERROR, .saved_rip = AFTER);

void run(void)
{
    in_user_mode();
    write_msr(MSR_DEBUGCTL, DEBUGCTL_BUS_LOCK_DETECT);
    start.rbx = map_page("page", PAGE_PRESENT | PAGE_WRITE | PAGE_USER) + 62;
    FAULT("lock add dword ptr [rbx], 1");
}
