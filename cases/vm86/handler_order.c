/* Out of virtual-8086 mode the handler's code segment has to be present before it has to be of CPL 0. */
#include <case32.h>

CASE(.about = "INT n in virtual-8086 mode, IOPL 3, the handler's code has DPL 1 and isn't present",
     .spec = "SDM 2A \"INT n/INTO/INT3/INT1-Call to Interrupt Procedure\"", .vector = VEC_NP, .error = SEL_FREE, .saved_rip = AT_FAULT);

void run(void)
{
    struct descriptor d = {.type = CODE_READABLE, .dpl = 1, .limit = 0xfffff, .g = true, .d = true, .not_present = true};

    in_vm86();
    start.eflags |= EFLAGS_IOPL(3);
    set_gate(0x21, .dpl = 3, .selector = add_descriptor("target", encode_descriptor(d)));
    FAULT16("int 0x21");
}
