/* Code on the page of the stack, changed by pushes and by deliveries. */
#include <case.h>
#include "stack.h"

static void delivery_from_user(void)
{
    set_up();
    in_user_mode();
    tss.rsp[0] = start.rbx + 16;
    set_gate(VEC_BP, .dpl = 3);
    run_interrupted();
}

static void delivery_to_ist(void)
{
    set_up();
    tss.ist[0] = start.rbx + 16;
    set_gate(VEC_BP, .ist = 1);
    run_interrupted();
}

VARIANTS(PUSHES(ROW_PUSH) ROW(delivery_from_user, "the frame of INT3 at CPL 3", COMES)
             ROW(delivery_to_ist, "the frame of INT3 on an IST stack", COMES));
