/*
 * The frame holds EFLAGS as it was, of a 16-bit gate its lower half. Then TF, NT, RF and VM are cleared, and IF by an interrupt
 * gate; DF, AC, IOPL, ID, VIF, VIP and the status flags are left. EFLAGS in the handler is what remains.
 */
#include <case32.h>

#define SPEC "SDM 3A \"Flag Usage By Exception- or Interrupt-Handler Procedure\""
#define STATUS (EFLAGS_CF | EFLAGS_PF | EFLAGS_AF | EFLAGS_ZF | EFLAGS_SF | EFLAGS_OF)
#define ALL (STATUS | EFLAGS_DF | EFLAGS_IOPL(2) | EFLAGS_IF)
#define NEW (EFLAGS_AC | EFLAGS_ID)

/* EFLAGS is ARG0 with its fixed bit, the gate's type ARG1. */
static void set_up(unsigned vector)
{
    start.eflags = EFLAGS_FIXED | (uint32_t)ARG0;
    set_gate(vector, .type = (unsigned)ARG1, .dpl = 3);
    if (current_case->resumes)
        on_exception(vector, resume);
}

static void by_int(void)
{
    set_up(0x40);
    FAULT("int 0x40");
}

static void by_user_int(void)
{
    in_user_mode();
    by_int();
}

static void by_fault(void)
{
    set_up(VEC_UD);
    FAULT("ud2");
}

static void by_user_fault(void)
{
    in_user_mode();
    by_fault();
}

static void by_page_fault(void)
{
    set_up(VEC_PF);
    start.ebx = map_page("victim", 0);
    FAULT("mov eax, [ebx]");
}

#define ROW(name_, run_, about_, id_, flags, gate, vector_, error_, rip_, ...)                                                                \
    {                                                                                                                                         \
        VARIANT, .name = name_, .about = about_, .spec = SPEC, .id = id_, .vector = vector_, .error = error_, .saved_rip = rip_, .run = run_, \
                 .arg = {flags, gate}, __VA_ARGS__                                                                                            \
    }
#define INT(name, what, id, flags, gate, ...) ROW(name, by_int, "INT 0x40 at CPL 0 with " what, id, flags, gate, 0x40, NO_ERROR, AFTER, __VA_ARGS__)
#define USER(name, what, flags, gate, ...) ROW(name, by_user_int, "INT 0x40 at CPL 3 with " what, "", flags, gate, 0x40, NO_ERROR, AFTER, __VA_ARGS__)
#define RESUMED .resumes = 1
#define I486 .resumes = 1, .needs = "cpuid"

VARIANTS(INT("none", "all flags 0, interrupt gate", "", 0, GATE_INTERRUPT, RESUMED),
         INT("none_trap", "all flags 0, trap gate", "", 0, GATE_TRAP, RESUMED),
         INT("all", "status flags, DF, IOPL=2, IF, interrupt gate", "pm-frame-intgate-if", ALL, GATE_INTERRUPT, RESUMED),
         INT("all_trap", "status flags, DF, IOPL=2, IF, trap gate", "pm-frame-trapgate-if", ALL, GATE_TRAP, RESUMED),
         INT("new", "status flags, DF, IOPL=2, AC, ID, IF, interrupt gate", "", ALL | NEW, GATE_INTERRUPT, I486),
         INT("new_trap", "status flags, DF, IOPL=2, AC, ID, IF, trap gate", "", ALL | NEW, GATE_TRAP, I486),
         INT("ac", "AC=1, interrupt gate: kept", "", EFLAGS_AC, GATE_INTERRUPT, RESUMED, .needs = "i486"),
         INT("iopl", "IOPL=3, interrupt gate: kept", "", EFLAGS_IOPL(3), GATE_INTERRUPT, RESUMED),
         INT("vif_vip", "VIF=1 and VIP=1, interrupt gate: kept", "", EFLAGS_VIF | EFLAGS_VIP, GATE_INTERRUPT, RESUMED, .needs = "vme"),
         INT("nt", "NT=1, interrupt gate: cleared, so that the handler's IRET is none to another task", "", EFLAGS_NT, GATE_INTERRUPT, RESUMED),
         INT("nt_trap", "NT=1, trap gate: cleared, so that the handler's IRET is none to another task", "", EFLAGS_NT, GATE_TRAP, RESUMED),
         INT("tf", "TF=1, interrupt gate: saved, then cleared, and no #DB", "", EFLAGS_TF, GATE_INTERRUPT, ),
         INT("tf_trap", "TF=1, trap gate: saved, then cleared, and no #DB", "", EFLAGS_TF, GATE_TRAP, ),
         INT("gate16", "status flags, DF, IOPL=2, NT, IF, 16-bit interrupt gate", "", ALL | EFLAGS_NT, GATE_INTERRUPT16, ),
         INT("gate16_trap", "status flags, DF, IOPL=2, NT, IF, 16-bit trap gate", "", ALL | EFLAGS_NT, GATE_TRAP16, ),
         INT("gate16_tf", "TF=1, 16-bit trap gate", "", EFLAGS_TF, GATE_TRAP16, ),
         INT("gate16_new", "AC, ID, 16-bit interrupt gate: in the handler's EFLAGS, not in the frame", "", NEW, GATE_INTERRUPT16, .needs = "cpuid"),
         USER("user", "status flags, DF, IOPL=3, NT, IF, interrupt gate", ALL | EFLAGS_IOPL(3) | EFLAGS_NT, GATE_INTERRUPT, RESUMED),
         USER("user_trap", "status flags, DF, IOPL=3, NT, IF, trap gate", ALL | EFLAGS_IOPL(3) | EFLAGS_NT, GATE_TRAP, RESUMED),
         USER("user_tf", "TF=1, trap gate", EFLAGS_TF, GATE_TRAP, ),
         USER("user_gate16", "status flags, DF, IOPL=3, NT, IF, 16-bit interrupt gate", ALL | EFLAGS_IOPL(3) | EFLAGS_NT, GATE_INTERRUPT16, ),
         USER("user_gate16_trap", "status flags, DF, IOPL=3, NT, TF, IF, 16-bit trap gate", ALL | EFLAGS_IOPL(3) | EFLAGS_NT | EFLAGS_TF,
              GATE_TRAP16, ),
         ROW("fault", by_fault, "UD2 at CPL 0 with RF=0, interrupt gate: saved as 1, 0 in the handler", "", EFLAGS_IF, GATE_INTERRUPT, VEC_UD,
             NO_ERROR, AT_FAULT, ),
         ROW("fault_trap", by_fault, "UD2 at CPL 0 with RF=0, trap gate: saved as 1, 0 in the handler", "", EFLAGS_IF, GATE_TRAP, VEC_UD, NO_ERROR,
             AT_FAULT, ),
         ROW("fault_rf", by_fault, "UD2 at CPL 0 with RF=1: saved as 1, 0 in the handler", "", EFLAGS_IF | EFLAGS_RF, GATE_INTERRUPT, VEC_UD,
             NO_ERROR, AT_FAULT, ),
         ROW("fault_gate16", by_fault, "UD2 at CPL 0 with RF=1, 16-bit interrupt gate: 0 in the handler", "", EFLAGS_IF | EFLAGS_RF, GATE_INTERRUPT16,
             VEC_UD, NO_ERROR, AT_FAULT, ),
         ROW("fault_tf_nt", by_fault, "UD2 at CPL 0 with TF=1, NT=1: saved, 0 in the handler, and no #DB", "", EFLAGS_TF | EFLAGS_NT, GATE_INTERRUPT,
             VEC_UD, NO_ERROR, AT_FAULT, ),
         ROW("fault_user", by_user_fault, "UD2 at CPL 3 with NT=1, IOPL=3, trap gate", "", ALL | EFLAGS_IOPL(3) | EFLAGS_NT, GATE_TRAP, VEC_UD,
             NO_ERROR, AT_FAULT, ),
         ROW("page_fault", by_page_fault, "load from a not-present page at CPL 0 with NT=1, TF=1, trap gate", "", ALL | EFLAGS_NT | EFLAGS_TF,
             GATE_TRAP, VEC_PF, 0, AT_FAULT, ));
