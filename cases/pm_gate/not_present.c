/*
 * A gate that isn't present gives #NP; the error code holds vector * 8, IDT, and EXT unless INT n, INT3 or INTO asked for the
 * gate. P is looked at behind type and DPL, and before the selector. (Each exception's own gate: pm_double_fault/matrix.)
 */
#include <case32.h>

#define SPEC "SDM 2A \"INT n/INTO/INT3/INT1-Call to Interrupt Procedure\""

/* The gate's type is ARG0, the CPL ARG1. */
static void int_n(void)
{
    in_ring((unsigned)ARG1);
    set_gate(0x40, .type = (unsigned)ARG0, .dpl = 3, .not_present = true);
    FAULT("int 0x40");
}

static void task_gate(void)
{
    set_task_gate(0x40, add_task("handler"), .not_present = true);
    FAULT("int 0x40");
}

static void dpl(void)
{
    in_ring((unsigned)ARG1);
    set_gate(0x40, .dpl = (unsigned)ARG1 - 1, .not_present = true);
    FAULT("int 0x40");
}

static void null_selector(void)
{
    set_gate(0x40, .not_present = true);
    gate_of(0x40)->selector = 0;
    FAULT("int 0x40");
}

#define EVENT(name, vector, text)                        \
    static void name(void)                               \
    {                                                    \
        in_ring((unsigned)ARG1);                         \
        set_gate(vector, .not_present = true, .dpl = 3); \
        FAULT(text);                                     \
    }

EVENT(ud2, VEC_UD, "ud2")
EVENT(int3, VEC_BP, "int3")
EVENT(int_3, VEC_BP, ".byte 0xcd, 3")
EVENT(int1, VEC_DB, ".byte 0xf1")
EVENT(int_1, VEC_DB, ".byte 0xcd, 1")
EVENT(into, VEC_OF, "into")
EVENT(int_4, VEC_OF, ".byte 0xcd, 4")
EVENT(int_8, VEC_DF, ".byte 0xcd, 8")
EVENT(int_14, VEC_PF, ".byte 0xcd, 14")

#define ROW(name_, about_, id_, gate, cpl, vector_, error_, run_)                                                                                 \
    {                                                                                                                                             \
        VARIANT, .name = name_, .about = about_, .spec = SPEC, .id = id_, .vector = vector_, .error = error_, .saved_rip = AT_FAULT, .run = run_, \
                 .arg = {                                                                                                                         \
                     gate,                                                                                                                        \
                     cpl                                                                                                                          \
                 }                                                                                                                                \
    }
#define NP(name, about, id, gate, cpl, error, run) ROW(name, about, id, gate, cpl, VEC_NP, error, run)

VARIANTS(NP("int", "INT 0x40 at CPL 0, 32-bit interrupt gate not present", "pm-np-int", GATE_INTERRUPT, 0, IDT_ERROR(0x40), int_n),
         NP("int_trap", "INT 0x40 at CPL 0, 32-bit trap gate not present", "", GATE_TRAP, 0, IDT_ERROR(0x40), int_n),
         NP("int_interrupt16", "INT 0x40 at CPL 0, 16-bit interrupt gate not present", "", GATE_INTERRUPT16, 0, IDT_ERROR(0x40), int_n),
         NP("int_trap16", "INT 0x40 at CPL 0, 16-bit trap gate not present", "", GATE_TRAP16, 0, IDT_ERROR(0x40), int_n),
         NP("int_task", "INT 0x40 at CPL 0, task gate not present", "", 0, 0, IDT_ERROR(0x40), task_gate),
         NP("int_ring1", "INT 0x40 at CPL 1, gate not present", "", GATE_INTERRUPT, 1, IDT_ERROR(0x40), int_n),
         NP("int_ring3", "INT 0x40 at CPL 3, gate not present", "", GATE_INTERRUPT, 3, IDT_ERROR(0x40), int_n),
         NP("null_selector", "INT 0x40 at CPL 0, gate not present, its selector 0", "", 0, 0, IDT_ERROR(0x40), null_selector),
         ROW("dpl_first", "INT 0x40 at CPL 3, gate of DPL 2 not present: #GP", "", 0, 3, VEC_GP, IDT_ERROR(0x40), dpl),
         ROW("dpl_first_ring1", "INT 0x40 at CPL 1, gate of DPL 0 not present: #GP", "", 0, 1, VEC_GP, IDT_ERROR(0x40), dpl),
         NP("ud", "UD2 at CPL 0, gate not present", "pm-np-ud-ext", 0, 0, IDT_ERROR(VEC_UD) | ERROR_EXT, ud2),
         NP("ud_ring3", "UD2 at CPL 3, gate not present", "", 0, 3, IDT_ERROR(VEC_UD) | ERROR_EXT, ud2),
         NP("int3", "INT3 at CPL 0, gate not present", "", 0, 0, IDT_ERROR(VEC_BP), int3),
         NP("int3_ring3", "INT3 at CPL 3, gate not present", "", 0, 3, IDT_ERROR(VEC_BP), int3),
         NP("cd_03", "CD 03, INT n with n=3, at CPL 0, gate not present", "", 0, 0, IDT_ERROR(VEC_BP), int_3),
         NP("int1", "INT1 at CPL 0, gate not present: EXT is set", "", 0, 0, IDT_ERROR(VEC_DB) | ERROR_EXT, int1),
         NP("int1_ring3", "INT1 at CPL 3, gate not present: EXT is set", "", 0, 3, IDT_ERROR(VEC_DB) | ERROR_EXT, int1),
         NP("cd_01", "CD 01, INT n with n=1, at CPL 0, gate not present: EXT is clear", "", 0, 0, IDT_ERROR(VEC_DB), int_1),
         NP("into", "INTO at CPL 0, gate not present", "", 0, 0, IDT_ERROR(VEC_OF), into),
         NP("into_ring3", "INTO at CPL 3, gate not present", "", 0, 3, IDT_ERROR(VEC_OF), into),
         NP("cd_04", "CD 04, INT n with n=4, at CPL 0, gate not present", "", 0, 0, IDT_ERROR(VEC_OF), int_4),
         NP("cd_08", "CD 08, INT n with n=8, at CPL 0, gate not present: no double fault", "", 0, 0, IDT_ERROR(VEC_DF), int_8),
         NP("cd_0e", "CD 0E, INT n with n=14, at CPL 0, gate not present: no double fault", "", 0, 0, IDT_ERROR(VEC_PF), int_14));
