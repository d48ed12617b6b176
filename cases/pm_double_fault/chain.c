/*
 * Three in a row. Where the second exception is handled in place of the first event, its own class counts for the third: benign,
 * contributory, contributory makes #DF; contributory, page fault, page fault too, although the first pair was serial.
 */
#include <case32.h>

#define SPEC "SDM 3A \"Interrupt 8-Double Fault Exception (#DF)\""

enum breakage { GATE_NOT_PRESENT, STACK_MISSING };

static void break_gate(unsigned vector, enum breakage how)
{
    if (how == GATE_NOT_PRESENT)
        set_gate(vector, .dpl = 3, .not_present = true);
    else
        set_gate(vector, .dpl = 3, .selector = SEL_RING1_CODE);
}

static void read_apic(void)
{
    note("irr", apic_bit(APIC_IRR, 0x60));
    note("isr", apic_bit(APIC_ISR, 0x60));
}

/* ARG0: the first event's vector. ARG1: how its gate is broken, then that of the exception that follows. */
static void run(void)
{
    enum breakage first = ARG1 & 0xf, second = ARG1 >> 4;

    in_user_mode();
    tss.esp1 = map_page("missing", 0) + PAGE_SIZE;
    break_gate((unsigned)ARG0, first);
    break_gate(first == GATE_NOT_PRESENT ? VEC_NP : VEC_PF, second);
    switch (ARG0) {
    case VEC_DE:
        start.ebx = 0;
        FAULT("div ebx");
        break;
    case VEC_UD:
        FAULT("ud2");
        break;
    case 0x40:
        FAULT("int 0x40");
        break;
    default:
        enable_apic();
        send_self(0x60);
        at_end(read_apic);
        FAULT("nop");
        break;
    }
}

#define THEN(second) ((second) << 4)
#define ROW(name_, about_, first, gates, vector_, error_, rip_, ...)                                                                          \
    {                                                                                                                                         \
        VARIANT, .name = name_, .about = about_ " at CPL 3", .spec = SPEC, .vector = vector_, .error = error_, .saved_rip = rip_, .run = run, \
                 .arg = {first, gates}, __VA_ARGS__                                                                                           \
    }

VARIANTS(ROW("ud_np_np", "#UD, #NP, #NP", VEC_UD, GATE_NOT_PRESENT | THEN(GATE_NOT_PRESENT), VEC_DF, 0, UNDEFINED, ),
         ROW("ud_np_pf", "#UD, #NP, #PF: serial twice", VEC_UD, GATE_NOT_PRESENT | THEN(STACK_MISSING), VEC_PF, PF_W, AT_FAULT, ),
         ROW("ud_pf_np", "#UD, #PF, #NP", VEC_UD, STACK_MISSING | THEN(GATE_NOT_PRESENT), VEC_DF, 0, UNDEFINED, ),
         ROW("ud_pf_pf", "#UD, #PF, #PF", VEC_UD, STACK_MISSING | THEN(STACK_MISSING), VEC_DF, 0, UNDEFINED, ),
         ROW("de_pf_np", "#DE, #PF, #NP", VEC_DE, STACK_MISSING | THEN(GATE_NOT_PRESENT), VEC_DF, 0, UNDEFINED, ),
         ROW("de_pf_pf", "#DE, #PF, #PF", VEC_DE, STACK_MISSING | THEN(STACK_MISSING), VEC_DF, 0, UNDEFINED, ),
         ROW("int_np_np", "INT 0x40, #NP, #NP", 0x40, GATE_NOT_PRESENT | THEN(GATE_NOT_PRESENT), VEC_DF, 0, UNDEFINED, ),
         ROW("int_pf_pf", "INT 0x40, #PF, #PF", 0x40, STACK_MISSING | THEN(STACK_MISSING), VEC_DF, 0, UNDEFINED, ),
         ROW("irq_np_np", "self-IPI, #NP, #NP", 0x60, GATE_NOT_PRESENT | THEN(GATE_NOT_PRESENT), VEC_DF, 0, UNDEFINED, .needs = "apic"),
         ROW("irq_np_pf", "self-IPI, #NP, #PF: serial twice", 0x60, GATE_NOT_PRESENT | THEN(STACK_MISSING), VEC_PF, PF_W, AT_FAULT, .needs = "apic"));
