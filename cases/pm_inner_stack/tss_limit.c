/* SSn:ESPn have to lie within the limit of the current TSS: #TS(TR + EXT). Of a 32-bit TSS they are at 8n+4, of a 16-bit one at 4n+2. */
#include <case32.h>

#define SPEC "SDM 2A \"INT n/INTO/INT3/INT1-Call to Interrupt Procedure\""

/* To CPL ARG0, the limit is ARG1. */
static void set_up(unsigned vector)
{
    in_user_mode();
    set_gate(vector, .dpl = 3, .selector = ARG0 == 0 ? SEL_KERNEL_CODE : ARG0 == 1 ? SEL_RING1_CODE : SEL_RING2_CODE);
    set_tss_limit((uint16_t)ARG1);
}

static void int_n(void)
{
    set_up(0x40);
    FAULT("int 0x40");
}

static void ud2(void)
{
    set_up(VEC_UD);
    FAULT("ud2");
}

static void interrupt_taken(void)
{
    note("irr", apic_bit(APIC_IRR, 0x60));
    note("isr", apic_bit(APIC_ISR, 0x60));
}

static void interrupt(void)
{
    set_up(0x60);
    enable_apic();
    send_self(0x60);
    at_end(interrupt_taken);
    FAULT("nop");
}

#define LAST_BYTE_OF_SS0 9u
#define LAST_BYTE_OF_SS1 17u
#define LAST_BYTE_OF_SS2 25u
#define PADDING 2u /* whose place belongs to SSn in the words of older editions */
#define ROW(name_, about_, id_, ring, limit, vector_, error_, rip_, run_, ...)                                                                \
    {                                                                                                                                         \
        VARIANT, .name = name_, .about = about_, .spec = SPEC, .id = id_, .vector = vector_, .error = error_, .saved_rip = rip_, .run = run_, \
                 .arg = {ring, limit}, __VA_ARGS__                                                                                            \
    }

VARIANTS(ROW("ring1", "INT 0x40 at CPL 3 to CPL 1, the TSS ends before SS1's last byte", "pm-tss-limit-ss0", 1, LAST_BYTE_OF_SS1 - 1, VEC_TS, SEL_TSS,
             AT_FAULT, int_n, ),
         ROW("ring1_esp", "INT 0x40 at CPL 3 to CPL 1, the TSS ends with ESP1", "", 1, LAST_BYTE_OF_SS1 - 2, VEC_TS, SEL_TSS, AT_FAULT, int_n, ),
         ROW("ring1_none", "INT 0x40 at CPL 3 to CPL 1, the TSS ends before ESP1", "", 1, 11, VEC_TS, SEL_TSS, AT_FAULT, int_n, ),
         ROW("ring1_exact", "INT 0x40 at CPL 3 to CPL 1, the TSS ends behind SS1: delivered", "", 1, LAST_BYTE_OF_SS1 + PADDING, 0x40, NO_ERROR,
             AFTER, int_n, ),
         ROW("ring2", "INT 0x40 at CPL 3 to CPL 2, the TSS ends before SS2's last byte", "", 2, LAST_BYTE_OF_SS2 - 1, VEC_TS, SEL_TSS, AT_FAULT,
             int_n, ),
         ROW("ring2_exact", "INT 0x40 at CPL 3 to CPL 2, the TSS ends behind SS2: delivered", "", 2, LAST_BYTE_OF_SS2 + PADDING, 0x40, NO_ERROR,
             AFTER, int_n, ),
         ROW("ring2_esp", "INT 0x40 at CPL 3 to CPL 2, the TSS ends with ESP2", "", 2, LAST_BYTE_OF_SS2 - 2, VEC_TS, SEL_TSS, AT_FAULT, int_n, ),
         ROW("ring2_none", "INT 0x40 at CPL 3 to CPL 2, the TSS ends before ESP2", "", 2, 19, VEC_TS, SEL_TSS, AT_FAULT, int_n, ),
         /* No handler of #TS has a stack then: #DF, and shutdown. */
         ROW("ring0", "INT 0x40 at CPL 3 to CPL 0, the TSS ends before SS0's last byte", "", 0, LAST_BYTE_OF_SS0 - 1, SHUTDOWN, NO_ERROR, "",
             int_n, ),
         ROW("ring0_ud", "UD2 at CPL 3 to CPL 0, the TSS ends before SS0's last byte", "", 0, LAST_BYTE_OF_SS0 - 1, SHUTDOWN, NO_ERROR, "", ud2, ),
         ROW("ring0_exact", "INT 0x40 at CPL 3 to CPL 0, the TSS ends behind SS0: delivered", "", 0, LAST_BYTE_OF_SS0 + PADDING, 0x40, NO_ERROR,
             AFTER, int_n, ),
         ROW("ud_exact", "UD2 at CPL 3 to CPL 1, the TSS ends behind SS1: delivered", "", 1, LAST_BYTE_OF_SS1 + PADDING, VEC_UD, NO_ERROR, AT_FAULT,
             ud2, ),
         ROW("ud_ring2", "UD2 at CPL 3 to CPL 2, the TSS ends before SS2's last byte", "", 2, LAST_BYTE_OF_SS2 - 1, VEC_TS, SEL_TSS | ERROR_EXT,
             AT_FAULT, ud2, ),
         ROW("irq_exact", "self-IPI 0x60 at CPL 3 to CPL 2, the TSS ends behind SS2: delivered", "", 2, LAST_BYTE_OF_SS2 + PADDING, 0x60, NO_ERROR,
             AT_FAULT, interrupt, .needs = "apic"),
         ROW("irq_ring2", "self-IPI 0x60 at CPL 3 to CPL 2, the TSS ends before SS2's last byte", "", 2, LAST_BYTE_OF_SS2 - 1, VEC_TS,
             SEL_TSS | ERROR_EXT, AT_FAULT, interrupt, .needs = "apic"),
         ROW("ud", "UD2 at CPL 3 to CPL 1, the TSS ends before SS1's last byte", "", 1, LAST_BYTE_OF_SS1 - 1, VEC_TS, SEL_TSS | ERROR_EXT, AT_FAULT,
             ud2, ),
         ROW("irq", "self-IPI 0x60 at CPL 3 to CPL 1, the TSS ends before SS1's last byte", "", 1, LAST_BYTE_OF_SS1 - 1, VEC_TS, SEL_TSS | ERROR_EXT,
             AT_FAULT, interrupt, .needs = "apic"));
