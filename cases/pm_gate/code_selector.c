/*
 * The segment that a gate names: not NULL, within its table, code, DPL not above CPL, present. The error code is the selector
 * without its RPL, with EXT unless INT n, INT3 or INTO asked for the gate; for a NULL selector it is EXT alone.
 */
#include <case32.h>

#define SPEC "SDM 2A \"INT n/INTO/INT3/INT1-Call to Interrupt Procedure\""
#define BEYOND ((GDT_LIMIT + 1) | 3) /* RPL isn't part of the error code */

enum special {
    NOT_PRESENT,
    EXECUTE_ONLY,
    CONFORMING_1,
    CONFORMING_3,
    NOT_PRESENT_3,
    NOT_PRESENT_DATA,
    CALL_GATE,
    LDT,
};
#define FREE(special) (SEL_FREE + 8 * (special))
#define FLAT .limit = 0xfffff, .g = true, .d = true

/* The LDT's second entry is kernel code, its last one. */
static void add_specials(void)
{
    static uint64_t ldt[2];

    ldt[1] = gdt[SEL_KERNEL_CODE / 8];
    lldt(0); /* after a reset LDTR holds a table at address 0 */
    add_descriptor("np_code", encode_descriptor((struct descriptor){FLAT, .type = CODE_READABLE, .not_present = true}));
    add_descriptor("execute_only", encode_descriptor((struct descriptor){FLAT, .type = CODE_EXECUTE_ONLY}));
    add_descriptor("conforming1", encode_descriptor((struct descriptor){FLAT, .type = CODE_CONFORMING, .dpl = 1}));
    add_descriptor("conforming3", encode_descriptor((struct descriptor){FLAT, .type = CODE_CONFORMING, .dpl = 3}));
    add_descriptor("np_code3", encode_descriptor((struct descriptor){FLAT, .type = CODE_READABLE, .dpl = 3, .not_present = true}));
    add_descriptor("np_data", encode_descriptor((struct descriptor){FLAT, .type = DATA_WRITABLE, .not_present = true}));
    add_call_gate("call_gate", (struct call_gate){.selector = SEL_KERNEL_CODE});
    add_descriptor("ldt", encode_descriptor((struct descriptor){.type = SYSTEM_LDT, .base = (uintptr_t)ldt, .limit = sizeof(ldt) - 1}));
}

/* The gate's selector is ARG0, the CPL ARG1. The stubs' pages are opened for handlers at CPL 3. */
static void name_selector(unsigned vector)
{
    add_specials();
    in_ring((unsigned)ARG1);
    set_gate(vector, .dpl = 3, .selector = SEL_USER_CODE);
    gate_of(vector)->selector = (uint16_t)ARG0;
}

static void int_n(void)
{
    name_selector(0x40);
    FAULT("int 0x40");
}

static void int_n16(void)
{
    name_selector(0x40);
    gate_of(0x40)->type_dpl_p = 0x80 | GATE_INTERRUPT16;
    FAULT("int 0x40");
}

static void int_n_ldt(void)
{
    name_selector(0x40);
    lldt(FREE(LDT));
    FAULT("int 0x40");
}

static void ud2(void)
{
    name_selector(VEC_UD);
    FAULT("ud2");
}

static void int3(void)
{
    name_selector(VEC_BP);
    FAULT("int3");
}

static void int1(void)
{
    name_selector(VEC_DB);
    FAULT(".byte 0xf1");
}

static void interrupt_taken(void)
{
    note("irr", apic_bit(APIC_IRR, 0x60));
    note("isr", apic_bit(APIC_ISR, 0x60));
}

static void interrupt(void)
{
    name_selector(0x60);
    enable_apic();
    send_self(0x60);
    start.eflags &= ~EFLAGS_IF;
    at_end(interrupt_taken);
    PROGRAM("sti\n" MARK(fault) "nop\n" MARK(after) "nop\n");
}

#define ROW(name_, about_, id_, selector, cpl, vector_, error_, rip_, run_, ...)                                                              \
    {                                                                                                                                         \
        VARIANT, .name = name_, .about = about_, .spec = SPEC, .id = id_, .vector = vector_, .error = error_, .saved_rip = rip_, .run = run_, \
                 .arg = {selector, cpl}, __VA_ARGS__                                                                                          \
    }
#define INT_N(name, what, id, selector, cpl, vector, error) \
    ROW(name, "INT 0x40 at CPL " #cpl ", gate to " what, id, selector, cpl, vector, error, AT_FAULT, int_n, )
#define UD(name, what, selector, cpl, vector, error) \
    ROW(name "_ud", "UD2 at CPL " #cpl ", gate to " what, "", selector, cpl, vector, (error) | ERROR_EXT, AT_FAULT, ud2, )
#define OK(name, what, selector, cpl, run) \
    ROW(name, "INT 0x40 at CPL " #cpl ", gate to " what ": delivered", "", selector, cpl, 0x40, NO_ERROR, AFTER, run, )

VARIANTS(INT_N("null", "selector 0", "pm-cs-null", 0, 0, VEC_GP, 0), UD("null", "selector 0", 0, 0, VEC_GP, 0),
         INT_N("null_rpl3", "selector 3, NULL too", "", 3, 0, VEC_GP, 0), INT_N("null_user", "selector 0", "", 0, 3, VEC_GP, 0),
         INT_N("beyond", "a selector behind the GDT", "pm-cs-oob", BEYOND, 0, VEC_GP, SELECTOR_ERROR(BEYOND)),
         INT_N("beyond_user", "a selector behind the GDT", "", BEYOND, 3, VEC_GP, SELECTOR_ERROR(BEYOND)),
         UD("beyond", "a selector behind the GDT", BEYOND, 0, VEC_GP, SELECTOR_ERROR(BEYOND)),
         INT_N("ldt", "a selector of the LDT, LDTR is NULL", "", SEL_KERNEL_CODE | SELECTOR_TI, 0, VEC_GP, SEL_KERNEL_CODE | SELECTOR_TI),
         ROW("beyond_ldt", "INT 0x40 at CPL 0, gate to a selector behind the LDT", "", 16 | SELECTOR_TI, 0, VEC_GP, 16 | SELECTOR_TI, AT_FAULT,
             int_n_ldt, ),
         INT_N("data", "a data segment", "pm-cs-data", SEL_KERNEL_DATA, 0, VEC_GP, SEL_KERNEL_DATA),
         INT_N("data_user", "a data segment of DPL 3", "", SEL_USER_DATA, 3, VEC_GP, SELECTOR_ERROR(SEL_USER_DATA)),
         UD("data", "a data segment", SEL_KERNEL_DATA, 0, VEC_GP, SEL_KERNEL_DATA),
         INT_N("np_data", "a data segment that isn't present", "", FREE(NOT_PRESENT_DATA), 0, VEC_GP, FREE(NOT_PRESENT_DATA)),
         INT_N("tss", "the TSS", "", SEL_TSS, 0, VEC_GP, SEL_TSS), INT_N("call_gate", "a call gate", "", FREE(CALL_GATE), 0, VEC_GP, FREE(CALL_GATE)),
         INT_N("empty", "a descriptor of zeros", "", GDT_LIMIT & 0xfff8, 0, VEC_GP, GDT_LIMIT & 0xfff8),
         INT_N("dpl3", "code of DPL 3", "pm-cs-dpl3", SEL_USER_CODE, 0, VEC_GP, SELECTOR_ERROR(SEL_USER_CODE)),
         INT_N("dpl2_ring1", "code of DPL 2", "", SEL_RING2_CODE, 1, VEC_GP, SELECTOR_ERROR(SEL_RING2_CODE)),
         UD("dpl3", "code of DPL 3", SEL_USER_CODE, 0, VEC_GP, SELECTOR_ERROR(SEL_USER_CODE)),
         INT_N("conforming_dpl3", "conforming code of DPL 3", "", FREE(CONFORMING_3), 0, VEC_GP, FREE(CONFORMING_3)),
         INT_N("conforming_dpl1", "conforming code of DPL 1", "", FREE(CONFORMING_1), 0, VEC_GP, FREE(CONFORMING_1)),
         INT_N("np_dpl3", "code of DPL 3 that isn't present", "", FREE(NOT_PRESENT_3), 0, VEC_GP, FREE(NOT_PRESENT_3)),
         INT_N("np", "code not present", "pm-cs-np", FREE(NOT_PRESENT), 0, VEC_NP, FREE(NOT_PRESENT)),
         INT_N("np_user", "code not present", "", FREE(NOT_PRESENT), 3, VEC_NP, FREE(NOT_PRESENT)),
         INT_N("np_user3", "code of DPL 3 not present", "", FREE(NOT_PRESENT_3), 3, VEC_NP, FREE(NOT_PRESENT_3)),
         INT_N("np_rpl", "code not present, RPL 3", "", FREE(NOT_PRESENT) | 3, 0, VEC_NP, FREE(NOT_PRESENT)),
         INT_N("data_rpl", "a data segment, RPL 3", "", SEL_KERNEL_DATA | 3, 0, VEC_GP, SEL_KERNEL_DATA),
         UD("np_rpl", "code not present, RPL 3", FREE(NOT_PRESENT) | 3, 0, VEC_NP, FREE(NOT_PRESENT)),
         UD("np", "code not present", FREE(NOT_PRESENT), 0, VEC_NP, FREE(NOT_PRESENT)),
         UD("np_user", "code not present", FREE(NOT_PRESENT), 3, VEC_NP, FREE(NOT_PRESENT)),
         ROW("gate16", "INT 0x40 at CPL 0, 16-bit gate to code of DPL 3", "", SEL_USER_CODE, 0, VEC_GP, SELECTOR_ERROR(SEL_USER_CODE), AT_FAULT,
             int_n16, ),
         ROW("int3", "INT3 at CPL 0, gate to code of DPL 3", "", SEL_USER_CODE, 0, VEC_GP, SELECTOR_ERROR(SEL_USER_CODE), AT_FAULT, int3, ),
         ROW("int1", "INT1 at CPL 0, gate to code of DPL 3", "", SEL_USER_CODE, 0, VEC_GP, SELECTOR_ERROR(SEL_USER_CODE) | ERROR_EXT, AT_FAULT,
             int1, ),
         ROW("irq", "self-IPI 0x60 at CPL 0, gate to code of DPL 3", "", SEL_USER_CODE, 0, VEC_GP, SELECTOR_ERROR(SEL_USER_CODE) | ERROR_EXT, AFTER,
             interrupt, .needs = "apic"),
         ROW("irq_null", "self-IPI 0x60 at CPL 0, gate to selector 0", "", 0, 0, VEC_GP, ERROR_EXT, AFTER, interrupt, .needs = "apic"),
         OK("in_ldt", "code in the LDT", 8 | SELECTOR_TI, 0, int_n_ldt), OK("rpl", "code of DPL 0, RPL 3", SEL_KERNEL_CODE | 3, 0, int_n),
         OK("rpl_user", "code of DPL 0, RPL 3", SEL_KERNEL_CODE | 3, 3, int_n), OK("user", "code of DPL 3, RPL 0", SEL_USER_CODE & ~3u, 3, int_n),
         OK("ring2", "code of DPL 2, RPL 0", SEL_RING2_CODE & ~3u, 2, int_n), OK("execute_only", "execute-only code", FREE(EXECUTE_ONLY), 0, int_n),
         OK("conforming_ring2", "conforming code of DPL 1", FREE(CONFORMING_1), 2, int_n),
         OK("conforming_user", "conforming code of DPL 3", FREE(CONFORMING_3), 3, int_n));
