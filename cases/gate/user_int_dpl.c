/*
 * INT n, INT3 and INTO need a gate whose DPL is at least the CPL: so CPL 3 calls only those handlers that the system
 * opened to it. The check comes before that of the present bit, behind that of the gate's type.
 */
#include <case.h>

#define SPEC "SDM 2A \"INT n/INTO/INT3/INT1-Call to Interrupt Procedure\""

static void int_n(void)
{
    in_user_mode();
    set_gate(0x40, .dpl = (unsigned)ARG0);
    FAULT("int 0x40");
}

static void int3(void)
{
    in_user_mode();
    FAULT("int3");
}

static void into(void)
{
    in_compat_user();
    FAULT32("into");
}

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

#define ROW(name_, about_, id_, error_, run_, ...)                                                                                               \
    {                                                                                                                                            \
        VARIANT, .name = name_, .about = about_, .spec = SPEC, .id = id_, .vector = VEC_GP, .error = error_, .saved_rip = AT_FAULT, .run = run_, \
                 __VA_ARGS__                                                                                                                     \
    }

VARIANTS(ROW(NULL, "INT 0x40 at CPL 3, gate of DPL 0", NULL, IDT_ERROR(0x40), int_n, .arg = {0}),
         ROW("1", "INT 0x40 at CPL 3, gate of DPL 1", NULL, IDT_ERROR(0x40), int_n, .arg = {1}),
         ROW("2", "INT 0x40 at CPL 3, gate of DPL 2", NULL, IDT_ERROR(0x40), int_n, .arg = {2}),
         ROW("int3", "INT3 at CPL 3, gate of DPL 0", NULL, IDT_ERROR(VEC_BP), int3),
         ROW("into", "INTO with OF=1 in compatibility mode at CPL 3, gate of DPL 0", NULL, IDT_ERROR(VEC_OF), into, .env = COMPAT32),
         ROW("before_present", "INT 0x40 at CPL 3, gate of DPL 0 that isn't present", "idt-dpl-before-np", IDT_ERROR(0x40), not_present),
         ROW("behind_type", "INT 0x40 at CPL 3, gate of type 0 and DPL 0 that isn't present", "idt-type-before-dpl-and-p", IDT_ERROR(0x40),
             wrong_type));
