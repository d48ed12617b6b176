/*
 * A gate that isn't present gives #NP; the error code holds vector * 8, IDT, and EXT unless INT n, INT3 or INTO asked for the
 * gate. The saved RIP is the instruction itself. (Gates of exceptions and interrupts: double_fault/matrix.)
 */
#include <case.h>

#define SPEC "SDM 2A \"INT n/INTO/INT3/INT1-Call to Interrupt Procedure\""

static void int_n(void)
{
    set_gate(0x40, .not_present = true);
    FAULT("int 0x40");
}

static void user(void)
{
    set_gate(0x40, .dpl = 3, .not_present = true);
    in_user_mode();
    FAULT("int 0x40");
}

static void int3(void)
{
    set_gate(VEC_BP, .not_present = true);
    FAULT("int3");
}

static void int_3(void)
{
    set_gate(VEC_BP, .not_present = true);
    FAULT(".byte 0xcd, 3");
}

static void int1(void)
{
    set_gate(VEC_DB, .not_present = true);
    FAULT(".byte 0xf1");
}

static void int_1(void)
{
    set_gate(VEC_DB, .not_present = true);
    FAULT(".byte 0xcd, 1");
}

#define ROW(name_, about_, id_, error_, run_)                                                                                                   \
    {                                                                                                                                           \
        VARIANT, .name = name_, .about = about_, .spec = SPEC, .id = id_, .vector = VEC_NP, .error = error_, .saved_rip = AT_FAULT, .run = run_ \
    }

VARIANTS(ROW(NULL, "INT 0x40 at CPL 0, gate not present", "idt-np-int-n", IDT_ERROR(0x40), int_n),
         ROW("user", "INT 0x40 at CPL 3, gate of DPL 3 not present", "idt-np-int-n-user", IDT_ERROR(0x40), user),
         ROW("int3", "INT3 at CPL 0, gate not present", "idt-np-int3", IDT_ERROR(VEC_BP), int3),
         ROW("cd_03", "CD 03, INT n with n=3, at CPL 0, gate not present", "idt-np-cd03", IDT_ERROR(VEC_BP), int_3),
         ROW("int1", "INT1 at CPL 0, gate not present: EXT is set", "idt-np-icebp", IDT_ERROR(VEC_DB) | ERROR_EXT, int1),
         ROW("cd_01", "CD 01, INT n with n=1, at CPL 0, gate not present: EXT is clear", "idt-np-int1", IDT_ERROR(VEC_DB), int_1));
