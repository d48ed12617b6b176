/* Code on the page of the stack, changed by pushes and by deliveries, in 32-bit protected mode. */
#include <case32.h>
#include "../code_moves/stack.h"

static void pusha(void)
{
    set_up();
    start.edi = INC_ECX;
    PROGRAM(CALLED STACK_AT("32") "pusha\n" AGAIN MARK(fault) "nop\n" MARK(after));
}

static void delivery_from_user(void)
{
    set_up();
    in_user_mode();
    tss.esp0 = start.ebx + 8;
    set_gate(VEC_BP, .dpl = 3);
    run_interrupted();
}

VARIANTS(PUSHES(ROW_PUSH) ROW(pusha, "PUSHA", .vector = NO_EXCEPTION) ROW(delivery_from_user, "the frame of INT3 at CPL 3", COMES));
