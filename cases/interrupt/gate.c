/* What the gate decides: IF in the handler, and the stack. */
#include <case.h>

static void run(void)
{
    enable_apic();
    send_self(0x40);
    start.rflags &= ~RFLAGS_IF;
    PROGRAM("sti\n" MARK(fault) "nop\n" MARK(after) "nop\n");
}

static void trap(void)
{
    set_gate(0x40, .type = GATE_TRAP);
    run();
}

static void ist(void)
{
    set_gate(0x40, .ist = 5);
    run();
}

/* Hardware interrupts don't look at the gate's DPL. */
static void dpl0_user(void)
{
    in_user_mode();
    enable_apic();
    send_self(0x40);
    PROGRAM(MARK(fault) "nop\n" MARK(after) "nop\n");
}

#define GATE(name_, rip) VARIANT, .name = #name_, .needs = "apic", .vector = 0x40, .error = NO_ERROR, .saved_rip = rip, .run = name_

VARIANTS({GATE(trap, AFTER), .about = "an interrupt through a trap gate: IF stays set",
          .spec = "SDM 3A \"Flag Usage By Exception- or Interrupt-Handler Procedure\"", .id = "apic-trapgate"},
         {GATE(ist, AFTER), .about = "an interrupt through a gate with IST 5", .spec = "SDM 3A \"Interrupt Stack Table\"", .id = "apic-ist"},
         {GATE(dpl0_user, AT_FAULT), .about = "an interrupt at CPL 3 through a gate with DPL 0",
          .spec = "SDM 3A \"Protection of Exception- and Interrupt-Handler Procedures\"", .id = "apic-user"});
