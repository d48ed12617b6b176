/*
 * INT n, INT3 and INTO need a gate whose DPL is at least the CPL (int_n/user_dpl_*, breakpoint/dpl_*, overflow/into_dpl). The check comes before
 * that of the present bit, behind that of the gate's type.
 */
#include <case.h>

#define SPEC "SDM 2A \"INT n/INTO/INT3/INT1-Call to Interrupt Procedure\""

static void not_present(void)
{
    in_user_mode();
    set_gate(0x40, .dpl = 0, .not_present = true);
    FAULT("int 0x40");
}

static void wrong_type(void)
{
    in_user_mode();
    set_gate(0x40, .dpl = 0, .not_present = true);
    gate_of(0x40)->type_dpl_p = 0;
    FAULT("int 0x40");
}

#define ROW(name_, about_, id_, error_, run_)                                                                                                   \
    {                                                                                                                                           \
        VARIANT, .name = name_, .about = about_, .spec = SPEC, .id = id_, .vector = VEC_GP, .error = error_, .saved_rip = AT_FAULT, .run = run_ \
    }

VARIANTS(ROW("before_present", "INT 0x40 at CPL 3, gate of DPL 0 that isn't present", "idt-dpl-before-np", IDT_ERROR(0x40), not_present),
         ROW("behind_type", "INT 0x40 at CPL 3, gate of type 0 and DPL 0 that isn't present", "idt-type-before-dpl-and-p", IDT_ERROR(0x40),
             wrong_type));
