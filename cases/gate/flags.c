/*
 * The frame holds RFLAGS as it was. Then TF, NT, RF and VM are cleared, through both kinds of gate; DF, AC, IOPL, ID, VIF,
 * VIP and the status flags are left. RFLAGS in the handler is what remains.
 */
#include <case.h>

#define SPEC "SDM 3A \"Flag Usage By Exception- or Interrupt-Handler Procedure\""
#define STATUS (RFLAGS_CF | RFLAGS_PF | RFLAGS_AF | RFLAGS_ZF | RFLAGS_SF | RFLAGS_OF)
#define ALL (RFLAGS_FIXED | STATUS | RFLAGS_DF | RFLAGS_IOPL(2) | RFLAGS_AC | RFLAGS_ID | RFLAGS_IF)

/* RFLAGS are ARG0, the gate's type ARG1. */
static void by_int(void)
{
    start.rflags = ARG0;
    set_gate(0x40, .type = (unsigned)ARG1);
    if (current_case->resumes)
        on_exception(0x40, resume);
    FAULT("int 0x40");
}

static void by_user_int(void)
{
    in_user_mode();
    start.rflags = ARG0;
    set_gate(0x40, .type = (unsigned)ARG1, .dpl = 3);
    on_exception(0x40, resume);
    FAULT("int 0x40");
}

static void by_fault(void)
{
    start.rflags = ARG0;
    set_gate(VEC_UD, .type = (unsigned)ARG1);
    FAULT("ud2");
}

#define INT(name_, about_, id_, flags, gate)                                                                                           \
    {                                                                                                                                  \
        VARIANT, .name = name_, .about = "INT 0x40 at CPL 0 with " about_, .spec = SPEC, .id = id_, .vector = 0x40, .error = NO_ERROR, \
                 .saved_rip = AFTER, .run = by_int, .arg = {                                                                           \
                     RFLAGS_FIXED | (flags),                                                                                           \
                     gate                                                                                                              \
                 }
#define ONCE(...)    \
    INT(__VA_ARGS__) \
    }
#define RESUMED(...)               \
    INT(__VA_ARGS__), .resumes = 1 \
    }

VARIANTS(RESUMED("none", "all flags 0, interrupt gate", "", 0, GATE_INTERRUPT), RESUMED("none_trap", "all flags 0, trap gate", "", 0, GATE_TRAP),
         RESUMED("all", "status flags, DF, IOPL=2, AC, ID, IF, interrupt gate", "frame-rflags-image frame-flags-after-intgate", ALL, GATE_INTERRUPT),
         RESUMED("all_trap", "status flags, DF, IOPL=2, AC, ID, IF, trap gate", "frame-rflags-image frame-flags-after-trapgate", ALL, GATE_TRAP),
         RESUMED("df", "DF=1, interrupt gate: kept", "frame-df-not-cleared", RFLAGS_DF, GATE_INTERRUPT),
         RESUMED("ac", "AC=1, interrupt gate: kept", "frame-ac-not-cleared", RFLAGS_AC, GATE_INTERRUPT),
         RESUMED("id", "ID=1, interrupt gate: kept", "", RFLAGS_ID, GATE_INTERRUPT),
         RESUMED("iopl", "IOPL=3, interrupt gate: kept", "", RFLAGS_IOPL(3), GATE_INTERRUPT),
         RESUMED("vif_vip", "VIF=1 and VIP=1, interrupt gate: kept", "", RFLAGS_VIF | RFLAGS_VIP, GATE_INTERRUPT),
         RESUMED("nt", "NT=1, interrupt gate: cleared, so that the handler's IRETQ works", "frame-nt-cleared", RFLAGS_NT, GATE_INTERRUPT),
         RESUMED("nt_trap", "NT=1, trap gate: cleared, so that the handler's IRETQ works", "", RFLAGS_NT, GATE_TRAP),
         ONCE("tf", "TF=1, interrupt gate: saved, then cleared, and no #DB", "frame-tf-saved-cleared", RFLAGS_TF, GATE_INTERRUPT),
         ONCE("tf_trap", "TF=1, trap gate: saved, then cleared, and no #DB", "", RFLAGS_TF, GATE_TRAP),
         {VARIANT, .name = "user", .about = "INT 0x40 at CPL 3 with status flags, DF, IOPL=3, NT, AC, ID, IF, interrupt gate", .spec = SPEC,
          .vector = 0x40, .error = NO_ERROR, .saved_rip = AFTER, .run = by_user_int, .resumes = 1,
          .arg = {ALL | RFLAGS_IOPL(3) | RFLAGS_NT, GATE_INTERRUPT}},
         {VARIANT, .name = "user_trap", .about = "INT 0x40 at CPL 3 with status flags, DF, IOPL=3, NT, AC, ID, IF, trap gate", .spec = SPEC,
          .vector = 0x40, .error = NO_ERROR, .saved_rip = AFTER, .run = by_user_int, .resumes = 1,
          .arg = {ALL | RFLAGS_IOPL(3) | RFLAGS_NT, GATE_TRAP}},
         {VARIANT, .name = "rf_of_fault", .about = "UD2 at CPL 0 with RF=0: saved as 1, 0 in the handler",
          .spec = "SDM 3B \"Instruction-Breakpoint Exception Condition\"", .id = "frame-fault-rf", .vector = VEC_UD, .error = NO_ERROR,
          .saved_rip = AT_FAULT, .run = by_fault, .arg = {RFLAGS_FIXED | RFLAGS_IF, GATE_INTERRUPT}},
         {VARIANT, .name = "rf_of_fault_trap", .about = "UD2 at CPL 0 with RF=0, trap gate: saved as 1, 0 in the handler",
          .spec = "SDM 3B \"Instruction-Breakpoint Exception Condition\"", .vector = VEC_UD, .error = NO_ERROR, .saved_rip = AT_FAULT,
          .run = by_fault, .arg = {RFLAGS_FIXED | RFLAGS_IF, GATE_TRAP}},
         {VARIANT, .name = "rf_set_of_fault", .about = "UD2 at CPL 0 with RF=1: saved as 1, 0 in the handler",
          .spec = "SDM 3B \"Instruction-Breakpoint Exception Condition\"", .vector = VEC_UD, .error = NO_ERROR, .saved_rip = AT_FAULT,
          .run = by_fault, .arg = {RFLAGS_FIXED | RFLAGS_IF | RFLAGS_RF, GATE_INTERRUPT}});
