/*
 * The IDT holds task gates and interrupt and trap gates of 16 and 32 bits: types 5, 6, 7, 0xe and 0xf, S=0. Anything else is
 * #GP(vector * 8 + IDT + EXT), present or not, whatever the rest of the descriptor says.
 */
#include <case32.h>

#define SPEC "SDM 2A \"INT n/INTO/INT3/INT1-Call to Interrupt Procedure\""
#define S 0x10u
#define NOT_PRESENT 0x100u

static void set_type(unsigned vector, unsigned dpl)
{
    set_gate(vector, .dpl = dpl, .type = ARG0 & (S | 0xf), .not_present = ARG0 & NOT_PRESENT);
    gate_of(vector)->type_dpl_p = (uint8_t)(ARG0 & (S | 0xf)) | (uint8_t)(dpl << 5) | (ARG0 & NOT_PRESENT ? 0 : 0x80);
}

/* At CPL ARG1. */
static void int_n(void)
{
    in_ring((unsigned)ARG1);
    set_type(0x40, 3);
    FAULT("int 0x40");
}

static void ud2(void)
{
    in_ring((unsigned)ARG1);
    set_type(VEC_UD, 0);
    FAULT("ud2");
}

static void int3(void)
{
    set_type(VEC_BP, 0);
    FAULT("int3");
}

static void int1(void)
{
    set_type(VEC_DB, 0);
    FAULT(".byte 0xf1");
}

static void into(void)
{
    set_type(VEC_OF, 0);
    FAULT("into");
}

static void interrupt_taken(void)
{
    note("irr", apic_bit(APIC_IRR, 0x60));
    note("isr", apic_bit(APIC_ISR, 0x60));
}

static void interrupt(void)
{
    set_type(0x60, 0);
    enable_apic();
    send_self(0x60);
    start.eflags &= ~EFLAGS_IF;
    at_end(interrupt_taken);
    PROGRAM("sti\n" MARK(fault) "nop\n" MARK(after) "nop\n");
}

#define ROW(name_, about_, id_, type, cpl, error_, rip_, run_, ...)                                                                          \
    {                                                                                                                                        \
        VARIANT, .name = name_, .about = about_, .spec = SPEC, .id = id_, .vector = VEC_GP, .error = error_, .saved_rip = rip_, .run = run_, \
                 .arg = {type, cpl}, __VA_ARGS__                                                                                             \
    }
#define INT(name, what, id, type, cpl) ROW(name, "INT 0x40 at CPL " #cpl ", gate of " what, id, type, cpl, IDT_ERROR(0x40), AT_FAULT, int_n, )
#define TYPE(type, what, id) INT(#type, "type " #type ", " what, id, 0x##type, 0)

VARIANTS(TYPE(0, "reserved", ""), TYPE(1, "an available 16-bit TSS's", ""), TYPE(2, "an LDT's", ""), TYPE(3, "a busy 16-bit TSS's", ""),
         TYPE(4, "a 16-bit call gate's", ""), TYPE(8, "reserved", ""), TYPE(9, "an available 32-bit TSS's", ""), TYPE(a, "reserved", ""),
         TYPE(b, "a busy 32-bit TSS's", ""), TYPE(c, "a 32-bit call gate's", "pm-type-callgate"), TYPE(d, "reserved", ""),
         INT("s_e", "type 0xe with S=1, code", "", S | 0xe, 0), INT("s_f", "type 0xf with S=1, code", "", S | 0xf, 0),
         INT("s_6", "type 6 with S=1, data", "", S | 6, 0), INT("s_5", "type 5 with S=1, data", "", S | 5, 0), INT("c_ring2", "type 0xc", "", 0xc, 2),
         INT("c_ring3", "type 0xc", "", 0xc, 3), INT("not_present", "type 0xc, not present", "", NOT_PRESENT | 0xc, 0),
         ROW("ud", "UD2 at CPL 0, gate of type 0xc", "", 0xc, 0, IDT_ERROR(VEC_UD) | ERROR_EXT, AT_FAULT, ud2, ),
         ROW("ud_ring3", "UD2 at CPL 3, gate of type 0xc", "", 0xc, 3, IDT_ERROR(VEC_UD) | ERROR_EXT, AT_FAULT, ud2, ),
         ROW("int3", "INT3 at CPL 0, gate of type 4", "", 4, 0, IDT_ERROR(VEC_BP), AT_FAULT, int3, ),
         ROW("into", "INTO at CPL 0, gate of type 4", "", 4, 0, IDT_ERROR(VEC_OF), AT_FAULT, into, ),
         ROW("int1", "INT1 at CPL 0, gate of type 4", "", 4, 0, IDT_ERROR(VEC_DB) | ERROR_EXT, AT_FAULT, int1, ),
         ROW("irq", "self-IPI 0x60 at CPL 0, gate of type 4", "", 4, 0, IDT_ERROR(0x60) | ERROR_EXT, AFTER, interrupt, .needs = "apic"));
