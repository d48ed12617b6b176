/*
 * A trap gate leaves IF as it is: neither cleared nor set. The gate's type decides, not what came through it: it is the
 * same for a fault, for an exception with an error code and for an external interrupt.
 */
#include <case.h>

#define SPEC "SDM 3A \"Flag Usage By Exception- or Interrupt-Handler Procedure\""

static void by_int(void)
{
    if (!ARG0)
        start.rflags &= ~RFLAGS_IF;
    set_gate(0x40, .type = GATE_TRAP);
    FAULT("int 0x40");
}

static void by_user_int(void)
{
    in_user_mode();
    set_gate(0x40, .type = GATE_TRAP, .dpl = 3);
    FAULT("int 0x40");
}

static void on_ist(void)
{
    set_gate(0x40, .type = GATE_TRAP, .ist = 1);
    FAULT("int 0x40");
}

static void by_fault(void)
{
    set_gate(VEC_UD, .type = GATE_TRAP);
    FAULT("ud2");
}

static void by_page_fault(void)
{
    in_user_mode();
    set_gate(VEC_PF, .type = GATE_TRAP);
    start.rbx = map_page("victim", PAGE_USER);
    FAULT("mov eax, [rbx]");
}

static void by_external_interrupt(void)
{
    enable_apic();
    send_self(0x60);
    set_gate(0x60, .type = GATE_TRAP);
    start.rflags &= ~RFLAGS_IF;
    PROGRAM("sti\n" MARK(fault) "nop\n" MARK(after) "nop\n");
}

VARIANTS({VARIANT, .name = "keeps_if", .about = "INT 0x40 at CPL 0 with IF=1, trap gate", .spec = SPEC, .id = "frame-flags-after-trapgate",
          .vector = 0x40, .error = NO_ERROR, .saved_rip = AFTER, .run = by_int, .arg = {1}},
         {VARIANT, .name = "if_clear", .about = "INT 0x40 at CPL 0 with IF=0, trap gate: stays 0", .spec = SPEC, .id = "frame-trapgate-if0-stays",
          .vector = 0x40, .error = NO_ERROR, .saved_rip = AFTER, .run = by_int, .arg = {0}},
         {VARIANT, .name = "keeps_if_user", .about = "INT 0x40 at CPL 3 with IF=1, trap gate", .spec = SPEC, .vector = 0x40, .error = NO_ERROR,
          .saved_rip = AFTER, .run = by_user_int},
         {VARIANT, .name = "keeps_if_fault", .about = "UD2 at CPL 0 with IF=1, trap gate", .spec = SPEC, .vector = VEC_UD, .error = NO_ERROR,
          .saved_rip = AT_FAULT, .run = by_fault},
         {VARIANT, .name = "keeps_if_page_fault", .about = "load from a not-present page at CPL 3 with IF=1, trap gate", .spec = SPEC,
          .vector = VEC_PF, .error = PF_U, .saved_rip = AT_FAULT, .run = by_page_fault},
         {VARIANT, .name = "keeps_if_interrupt", .about = "a fixed self-IPI at CPL 0, trap gate", .spec = SPEC, .vector = 0x60, .error = NO_ERROR,
          .saved_rip = AFTER, .run = by_external_interrupt, .needs = "apic"},
         {VARIANT, .name = "keeps_if_ist", .about = "INT 0x40 at CPL 0 with IF=1, trap gate with IST=1", .spec = SPEC, .vector = 0x40,
          .error = NO_ERROR, .saved_rip = AFTER, .run = on_ist});
