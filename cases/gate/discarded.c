/*
 * A fault on the way to a handler replaces the event. An exception comes again when its instruction is restarted, and so does INT n;
 * an interrupt doesn't: the interrupt controller holds it as in service.
 */
#include <case.h>

#define SPEC "SDM 3A \"Interrupt 11-Segment Not Present (#NP)\""

static void repair_gate(struct interrupt_frame *frame, struct capture *capture)
{
    (void)frame;
    (void)capture;
    gate_of((unsigned)ARG0)->type_dpl_p |= 0x80;
}

static void broken_gate(void)
{
    set_gate((unsigned)ARG0, .not_present = true);
    on_exception(VEC_NP, repair_gate);
}

static void ud2(void)
{
    broken_gate();
    FAULT("ud2");
}

static void int_n(void)
{
    broken_gate();
    FAULT("int 0x40");
}

static void read_apic(void)
{
    note("irr", apic_bit(APIC_IRR, 0x60));
    note("isr", apic_bit(APIC_ISR, 0x60));
}

static void interrupt(void)
{
    broken_gate();
    enable_apic();
    send_self(0x60);
    start.rflags &= ~RFLAGS_IF;
    at_end(read_apic);
    PROGRAM("sti\n" MARK(fault) "nop\n" MARK(after) "nop\n");
}

/* NMIs are blocked although the first didn't reach its handler: the second waits for IRET. */
static void nmi(void)
{
    broken_gate();
    enable_apic();
    block_nmi();
    send_self_nmi(); /* it waits until IRETQ starts the program */
    start.rbx = APIC_BASE + APIC_ICR_LOW;
    start.rax = 0x4400;
    start.rcx = (uintptr_t)&gate_of(VEC_NMI)->type_dpl_p;
    on_exception_run(VEC_NP, HANDLER("or byte ptr [rcx], 0x80\nmov [rbx], eax\n" MARK(inner) "nop\nnop\n"));
    FAULT("nop");
}

VARIANTS({VARIANT, .name = "exception", .about = "UD2 at CPL 0, gate not present; the #NP handler repairs it: then #UD comes", .spec = SPEC,
          .id = "idt-nested-original-lost", .vector = VEC_NP, .error = IDT_ERROR(VEC_UD) | ERROR_EXT, .saved_rip = AT_FAULT, .run = ud2,
          .arg = {VEC_UD}},
         {VARIANT, .name = "int", .about = "INT 0x40 at CPL 0, gate not present; the #NP handler repairs it: then INT 0x40 is delivered",
          .spec = SPEC, .id = "idt-nested-int-restart", .vector = VEC_NP, .error = IDT_ERROR(0x40), .saved_rip = AT_FAULT, .run = int_n,
          .arg = {0x40}},
         {VARIANT, .name = "irq", .about = "self-IPI at CPL 0, gate not present; the #NP handler repairs it: nothing comes", .spec = SPEC,
          .vector = VEC_NP, .error = IDT_ERROR(0x60) | ERROR_EXT, .saved_rip = AFTER, .run = interrupt, .arg = {0x60}, .resumes = 1},
         {VARIANT, .name = "nmi", .about = "NMI at CPL 0, gate not present; in the #NP handler another NMI: blocked", .spec = SPEC, .vector = VEC_NP,
          .error = IDT_ERROR(VEC_NMI) | ERROR_EXT, .saved_rip = AT_FAULT, .run = nmi, .arg = {VEC_NMI}});
