/*
 * The Interrupt Stack Table: a gate's IST field names one of seven stacks in the TSS, which the processor takes whatever
 * the privilege levels are. 0 names none of them (gate/interrupt_clears_if).
 */
#include <case.h>

static void by_int(void)
{
    set_gate(0x40, .ist = (unsigned)ARG0);
    FAULT("int 0x40");
}

static void by_interrupt(void)
{
    enable_apic();
    send_self(0x60);
    set_gate(0x60, .ist = (unsigned)ARG0);
    start.rflags &= ~RFLAGS_IF;
    PROGRAM("sti\n" MARK(fault) "nop\n" MARK(after) "nop\n");
}

static void by_nmi(void)
{
    enable_apic();
    block_nmi();
    send_self_nmi();
    set_gate(VEC_NMI, .ist = (unsigned)ARG0);
    FAULT("nop");
}

static void compat(void)
{
    in_compat_user();
    set_gate(0x40, .ist = (unsigned)ARG0, .dpl = 3);
    FAULT32("int 0x40");
}

static void other_ss(void)
{
    start.ss = add_descriptor("other_data", encode_descriptor((struct descriptor){.limit = 0xfffff, .g = true, .type = DATA_WRITABLE, .d = true}));
    by_int();
}

static void by_int3(void)
{
    set_gate(VEC_BP, .ist = (unsigned)ARG0);
    FAULT("int3");
}

static void by_page_fault(void)
{
    start.rbx = map_page("victim", 0);
    set_gate(VEC_PF, .ist = (unsigned)ARG0);
    FAULT("mov eax, [rbx]");
}

static void user(void)
{
    in_user_mode();
    set_gate(0x40, .ist = (unsigned)ARG0, .dpl = 3);
    FAULT("int 0x40");
}

static void user_page_fault(void)
{
    in_user_mode();
    by_page_fault();
}

static void on_itself(void)
{
    start.rsp = stack_top(STACK_IST1) - 256;
    record_memory("ist1_stack", (void *)(stack_top(STACK_IST1) - 256), 256 - 0x28);
    by_int();
}

#define IST(n)                                                                                                                     \
    {                                                                                                                              \
        VARIANT, .name = #n, .about = "INT 0x40 at CPL 0 through a gate with IST=" #n, .spec = "SDM 3A \"Interrupt Stack Table\"", \
                 .id = "ist-index-" #n, .vector = 0x40, .error = NO_ERROR, .saved_rip = AFTER, .run = by_int, .arg = {             \
                     n                                                                                                             \
                 }                                                                                                                 \
    }

VARIANTS(IST(1), IST(2), IST(3), IST(4), IST(5), IST(6), IST(7),
         {VARIANT, .name = "same_cpl_ss", .about = "INT 0x40 at CPL 0 through a gate with IST=1: SS is saved",
          .spec = "SDM 3A \"Interrupt Stack Table\"", .id = "ist-same-cpl-ss", .vector = 0x40, .error = NO_ERROR, .saved_rip = AFTER, .run = other_ss,
          .arg = {1}},
         {VARIANT, .name = "error_code", .about = "load from a not-present page at CPL 0, gate with IST=2",
          .spec = "SDM 3A \"Interrupt Stack Table\"", .id = "ist-with-error-code", .vector = VEC_PF, .error = 0, .saved_rip = AT_FAULT,
          .run = by_page_fault, .arg = {2}},
         {VARIANT, .name = "breakpoint", .about = "INT3 at CPL 0, gate with IST=4: software interrupts use it too",
          .spec = "SDM 3A \"Interrupt Stack Table\"", .id = "ist-hw-exception-and-sw-int", .vector = VEC_BP, .error = NO_ERROR, .saved_rip = AFTER,
          .run = by_int3, .arg = {4}},
         {VARIANT, .name = "user", .about = "INT 0x40 at CPL 3, gate with IST=3: not RSP0", .spec = "SDM 3A \"Interrupt Stack Table\"",
          .id = "frame-ist-user", .vector = 0x40, .error = NO_ERROR, .saved_rip = AFTER, .run = user, .arg = {3}},
         {VARIANT, .name = "user_error_code", .about = "load from a not-present page at CPL 3, gate with IST=7",
          .spec = "SDM 3A \"Interrupt Stack Table\"", .vector = VEC_PF, .error = PF_U, .saved_rip = AT_FAULT, .run = user_page_fault, .arg = {7}},
         {VARIANT, .name = "on_itself", .about = "INT 0x40 at CPL 0 on the IST1 stack, gate with IST=1: from the top again",
          .spec = "SDM 3A \"Interrupt Stack Table\"", .id = "ist-rsp-below-current", .vector = 0x40, .error = NO_ERROR, .saved_rip = AFTER,
          .run = on_itself, .arg = {1}},
         {VARIANT, .name = "interrupt", .about = "a fixed self-IPI at CPL 0, gate with IST=5", .spec = "SDM 3A \"Interrupt Stack Table\"",
          .needs = "apic", .vector = 0x60, .error = NO_ERROR, .saved_rip = AFTER, .run = by_interrupt, .arg = {5}},
         {VARIANT, .name = "nmi", .about = "an NMI at CPL 0, before the program's first instruction, gate with IST=6", .needs = "apic",
          .spec = "SDM 3A \"Interrupt Stack Table\"", .vector = VEC_NMI, .error = NO_ERROR, .saved_rip = AT_FAULT, .run = by_nmi, .arg = {6}},
         {VARIANT, .name = "compat", .env = COMPAT32, .about = "INT 0x40 at CPL 3 in compatibility mode, gate with IST=2",
          .spec = "SDM 3A \"Interrupt Stack Table\"", .vector = 0x40, .error = NO_ERROR, .saved_rip = AFTER, .run = compat, .arg = {2}});
