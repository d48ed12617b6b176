/* The inner stack is looked at before the handler's address: where neither is canonical it is #SS(0). */
#include <case.h>

CASE(.about = "INT 0x40 at CPL 3, neither RSP0 nor the handler's address is canonical",
     .spec = "SDM 2A \"INT n/INTO/INT3/INT1-Call to Interrupt Procedure\"", .vector = VEC_SS, .error = 0, .saved_rip = AT_FAULT);

void run(void)
{
    in_user_mode();
    tss.rsp[0] = NONCANONICAL;
    *gate_of(0x40) = make_gate(NONCANONICAL, SEL_KERNEL_CODE64, 0, GATE_INTERRUPT, 3, true);
    set_gate(VEC_SS, .ist = 1);
    FAULT("int 0x40");
}
