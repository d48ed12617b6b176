/*
 * A fault on the way to a handler replaces the event. An exception comes again when its instruction is restarted, and so does INT n;
 * an interrupt doesn't: the interrupt controller holds it as in service.
 */
#include <case32.h>

#define SPEC "SDM 3A \"Interrupt 11-Segment Not Present (#NP)\""

static void repair_gate(struct interrupt_frame *frame, struct capture *capture)
{
    (void)frame;
    (void)capture;
    gate_of((unsigned)ARG0)->type_dpl_p |= 0x80;
}

static void broken_gate(void)
{
    in_ring((unsigned)ARG1);
    set_gate((unsigned)ARG0, .dpl = 3, .not_present = true);
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

static void int3(void)
{
    broken_gate();
    FAULT("int3");
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
    start.eflags &= ~EFLAGS_IF;
    at_end(read_apic);
    PROGRAM("sti\n" MARK(fault) "nop\n" MARK(after) "nop\n");
}

/* NMIs are blocked although the first didn't reach its handler: the second waits for IRET. */
static void nmi(void)
{
    broken_gate();
    enable_apic();
    block_nmi();
    send_self_nmi(); /* it waits until IRET starts the program */
    start.ebx = APIC_BASE + APIC_ICR_LOW;
    start.eax = 0x4400;
    start.ecx = (uintptr_t)&gate_of(VEC_NMI)->type_dpl_p;
    on_exception_run(VEC_NP, HANDLER("or byte ptr [ecx], 0x80\nmov [ebx], eax\n" MARK(inner) "nop\nnop\n"));
    FAULT("nop");
}

#define ROW(name_, about_, event, cpl, error_, rip_, run_, ...)                                                                   \
    {                                                                                                                             \
        VARIANT, .name = name_, .about = about_, .spec = SPEC, .vector = VEC_NP, .error = error_, .saved_rip = rip_, .run = run_, \
                 .arg = {event, cpl}, __VA_ARGS__                                                                                 \
    }

VARIANTS(ROW("exception", "UD2 at CPL 0, gate not present; the #NP handler repairs it: then #UD comes", VEC_UD, 0, IDT_ERROR(VEC_UD) | ERROR_EXT,
             AT_FAULT, ud2, ),
         ROW("exception_user", "UD2 at CPL 3, gate not present; the #NP handler repairs it: then #UD comes", VEC_UD, 3, IDT_ERROR(VEC_UD) | ERROR_EXT,
             AT_FAULT, ud2, ),
         ROW("int", "INT 0x40 at CPL 0, gate not present; the #NP handler repairs it: then INT 0x40 is delivered", 0x40, 0, IDT_ERROR(0x40), AT_FAULT,
             int_n, ),
         ROW("int_user", "INT 0x40 at CPL 3, gate not present; the #NP handler repairs it: then INT 0x40 is delivered", 0x40, 3, IDT_ERROR(0x40),
             AT_FAULT, int_n, ),
         ROW("int3", "INT3 at CPL 3, gate not present; the #NP handler repairs it: then INT3 is delivered", VEC_BP, 3, IDT_ERROR(VEC_BP), AT_FAULT,
             int3, ),
         ROW("irq", "self-IPI at CPL 0, gate not present; the #NP handler repairs it: nothing comes", 0x60, 0, IDT_ERROR(0x60) | ERROR_EXT, AFTER,
             interrupt, .resumes = 1, .needs = "apic"),
         ROW("nmi", "NMI at CPL 0, gate not present; in the #NP handler another NMI: blocked", VEC_NMI, 0, IDT_ERROR(VEC_NMI) | ERROR_EXT, AT_FAULT,
             nmi, .needs = "apic"));
