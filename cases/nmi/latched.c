/* An NMI that waited while NMIs were blocked is taken as soon as an IRET has unblocked them, here the one that starts the program. */
#include <case.h>

static void run(void)
{
    enable_apic();
    block_nmi();
    send_self_nmi();
    start.rflags &= ~(uint32_t)ARG0;
    PROGRAM(MARK(fault) "nop\n" MARK(after) "nop\n");
}

/* IRETQ loads RF, and no instruction has cleared it yet. */
static void run_rf(void)
{
    start.rflags |= RFLAGS_RF;
    run();
}

static void run_user(void)
{
    in_user_mode();
    run();
}

static void run_compat(void)
{
    enable_apic();
    block_nmi();
    send_self_nmi();
    in_compat_user();
    PROGRAM32(MARK(fault) "nop\n" MARK(after) "nop\n");
}

static void run_ist(void)
{
    set_gate(VEC_NMI, .ist = 2);
    run();
}

static void run_trap_gate(void)
{
    set_gate(VEC_NMI, .type = GATE_TRAP);
    run();
}

#define NMI(name_) \
    VARIANT, .name = #name_, .spec = "SDM 3A \"Handling Multiple NMIs\"", .needs = "apic", .vector = VEC_NMI, .error = NO_ERROR, .saved_rip = AT_FAULT

VARIANTS({NMI(kernel), .about = "an NMI waits, IRETQ to CPL 0 with IF=1", .id = "nmi-apic", .run = run},
         {NMI(if0), .about = "an NMI waits, IRETQ to CPL 0 with IF=0", .id = "nmi-with-if0", .run = run, .arg = {RFLAGS_IF}},
         {NMI(rf), .about = "an NMI waits, IRETQ to CPL 0 with RF=1", .id = "nmi-apic", .run = run_rf},
         {NMI(user), .about = "an NMI waits, IRETQ to CPL 3", .id = "nmi-user", .run = run_user},
         {NMI(compat_user), .about = "an NMI waits, IRETQ to compatibility mode at CPL 3", .id = "nmi-user", .run = run_compat, .env = COMPAT32},
         {NMI(ist), .about = "an NMI waits, its gate has IST 2", .id = "nmi-ist", .run = run_ist},
         {NMI(trap_gate), .about = "an NMI waits, its gate is a trap gate: IF=1 in the handler", .id = "nmi-trapgate", .run = run_trap_gate});
