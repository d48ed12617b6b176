/*
 * The stack of an inner privilege level is SSn:ESPn of the TSS. SSn: not NULL, within its table, RPL and DPL those of the handler's
 * code, writable data: #TS(selector + EXT) otherwise; present: #SS(selector + EXT). Handlers at CPL 1 and 2, so that the fault's own has SS0;
 * for SS0 itself the fault has a task.
 */
#include <case32.h>

#define SPEC "SDM 2A \"INT n/INTO/INT3/INT1-Call to Interrupt Procedure\""
#define BEYOND (GDT_LIMIT + 1)

enum special {
    READ_ONLY,
    CODE,
    EXECUTE_ONLY,
    TSS,
    CALL_GATE,
    NOT_PRESENT,
    NOT_PRESENT_READ_ONLY,
    NOT_PRESENT_DPL_0,
    LDT,
    READ_ONLY_0,
    NOT_PRESENT_0,
    CODE_2,
    READ_ONLY_2,
    NOT_PRESENT_2,
    LDT_1, /* its type is that of writable data */
};
#define FREE(special) (SEL_FREE + 8 * (special))
#define FLAT .limit = 0xfffff, .g = true, .d = true
#define DATA1(...) encode_descriptor((struct descriptor){FLAT, .dpl = 1, __VA_ARGS__})

/* The LDT's second entry is data of DPL 1, its last one. */
static void add_specials(void)
{
    static uint64_t ldt[2];

    ldt[1] = DATA1(.type = DATA_WRITABLE);
    lldt(0); /* after a reset LDTR holds a table at address 0 */
    add_descriptor("read_only", DATA1(.type = DATA_READ_ONLY));
    add_descriptor("code", DATA1(.type = CODE_READABLE));
    add_descriptor("execute_only", DATA1(.type = CODE_EXECUTE_ONLY));
    add_descriptor("tss1", encode_descriptor((struct descriptor){.limit = 0xfff, .type = SYSTEM_TSS_AVAILABLE, .dpl = 1}));
    add_call_gate("call_gate", (struct call_gate){.selector = SEL_KERNEL_CODE, .dpl = 1});
    add_descriptor("np", DATA1(.type = DATA_WRITABLE, .not_present = true));
    add_descriptor("np_read_only", DATA1(.type = DATA_READ_ONLY, .not_present = true));
    add_descriptor("np_dpl0", encode_descriptor((struct descriptor){FLAT, .type = DATA_WRITABLE, .not_present = true}));
    add_descriptor("ldt", encode_descriptor((struct descriptor){.type = SYSTEM_LDT, .base = (uintptr_t)ldt, .limit = sizeof(ldt) - 1}));
    add_descriptor("read_only0", encode_descriptor((struct descriptor){FLAT, .type = DATA_READ_ONLY}));
    add_descriptor("np0", encode_descriptor((struct descriptor){FLAT, .type = DATA_WRITABLE, .not_present = true}));
    add_descriptor("code2", encode_descriptor((struct descriptor){FLAT, .type = CODE_READABLE, .dpl = 2}));
    add_descriptor("read_only2", encode_descriptor((struct descriptor){FLAT, .type = DATA_READ_ONLY, .dpl = 2}));
    add_descriptor("np2", encode_descriptor((struct descriptor){FLAT, .type = DATA_WRITABLE, .dpl = 2, .not_present = true}));
    add_descriptor("ldt1", encode_descriptor((struct descriptor){FLAT, .type = SYSTEM_LDT, .dpl = 1}));
}

/* SSn is ARG0. ARG1: the CPL, above it the handler's. */
#define TO(ring, cpl) ((cpl) | (ring) << 4)
static void set_up(unsigned vector)
{
    unsigned cpl = ARG1 & 0xf, ring = ARG1 >> 4 & 0xf;

    add_specials();
    in_ring(cpl);
    if (ring == 1) {
        tss.ss1 = (uint16_t)ARG0;
        set_gate(vector, .dpl = 3, .selector = SEL_RING1_CODE);
    } else if (ring == 2) {
        tss.ss2 = (uint16_t)ARG0;
        set_gate(vector, .dpl = 3, .selector = SEL_RING2_CODE);
    } else {
        tss.ss0 = (uint16_t)ARG0;
        set_gate(vector, .dpl = 3);
    }
}

static void int_n(void)
{
    set_up(0x40);
    FAULT("int 0x40");
}

static void int_n16(void)
{
    set_up(0x40);
    gate_of(0x40)->type_dpl_p = 0xe0 | GATE_TRAP16;
    FAULT("int 0x40");
}

static void int_n_ldt(void)
{
    set_up(0x40);
    lldt(FREE(LDT));
    FAULT("int 0x40");
}

static void int3(void)
{
    set_up(VEC_BP);
    FAULT("int3");
}

static void int1(void)
{
    set_up(VEC_DB);
    FAULT(".byte 0xf1");
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

/* SS0 is wrong, so the fault can't use it. */
static void with_task(void)
{
    set_up(0x40);
    set_task_gate((unsigned)current_case->vector, add_task("handler"));
    FAULT("int 0x40");
}

static void ud2_with_task(void)
{
    set_up(VEC_UD);
    set_task_gate((unsigned)current_case->vector, add_task("handler"));
    FAULT("ud2");
}

#define ROW(name_, about_, id_, ss, to, vector_, error_, rip_, run_, ...)                                                                     \
    {                                                                                                                                         \
        VARIANT, .name = name_, .about = about_, .spec = SPEC, .id = id_, .vector = vector_, .error = error_, .saved_rip = rip_, .run = run_, \
                 .arg = {ss, to}, __VA_ARGS__                                                                                                 \
    }
#define INT(name, what, ss, vector) \
    ROW(name, "INT 0x40 at CPL 3 to CPL 1, SS1 is " what, "", ss, TO(1, 3), vector, SELECTOR_ERROR(ss), AT_FAULT, int_n, )
#define UD(name, what, ss, vector) \
    ROW(name "_ud", "UD2 at CPL 3 to CPL 1, SS1 is " what, "", ss, TO(1, 3), vector, SELECTOR_ERROR(ss) | ERROR_EXT, AT_FAULT, ud2, )
#define BOTH(name, what, ss, vector) INT(name, what, ss, vector), UD(name, what, ss, vector)
#define TASK(name, what, id, ss, vector)                                                                                                           \
    ROW(name "_task", "INT 0x40 at CPL 3 to CPL 0, SS0 is " what ", the fault has a task", id, ss, TO(0, 3), vector, SELECTOR_ERROR(ss), AT_FAULT, \
        with_task, )
#define RING1(selector) (SELECTOR_ERROR(selector) | 1)

VARIANTS(BOTH("null", "0", 0, VEC_TS), INT("null_rpl1", "1, NULL too", 1, VEC_TS), BOTH("beyond", "behind the GDT", RING1(BEYOND), VEC_TS),
         INT("ldt", "of the LDT, LDTR is NULL", RING1(SEL_RING1_DATA) | SELECTOR_TI, VEC_TS),
         ROW("beyond_ldt", "INT 0x40 at CPL 3 to CPL 1, SS1 is behind the LDT", "", 16 | SELECTOR_TI | 1, TO(1, 3), VEC_TS, 16 | SELECTOR_TI,
             AT_FAULT, int_n_ldt, ),
         ROW("in_ldt", "INT 0x40 at CPL 3 to CPL 1, SS1 is of the LDT: delivered", "", 8 | SELECTOR_TI | 1, TO(1, 3), 0x40, NO_ERROR, AFTER,
             int_n_ldt, ),
         BOTH("rpl0", "of RPL 0", SEL_RING1_DATA & ~3u, VEC_TS), INT("rpl2", "of RPL 2", (SEL_RING1_DATA & ~3u) | 2, VEC_TS),
         INT("rpl3", "of RPL 3", SEL_RING1_DATA | 3u, VEC_TS), BOTH("dpl0", "of DPL 0", RING1(SEL_KERNEL_DATA), VEC_TS),
         INT("dpl2", "of DPL 2", RING1(SEL_RING2_DATA), VEC_TS), INT("dpl3", "of DPL 3", RING1(SEL_USER_DATA), VEC_TS),
         INT("rpl3_dpl3", "of RPL and DPL 3, the interrupted one", SEL_USER_DATA, VEC_TS),
         BOTH("read_only", "read-only data", RING1(FREE(READ_ONLY)), VEC_TS), BOTH("code", "code", RING1(FREE(CODE)), VEC_TS),
         INT("execute_only", "execute-only code", RING1(FREE(EXECUTE_ONLY)), VEC_TS), INT("tss", "a TSS", RING1(FREE(TSS)), VEC_TS),
         INT("ldt_descriptor", "an LDT, its type that of writable data", RING1(FREE(LDT_1)), VEC_TS),
         INT("call_gate", "a call gate", RING1(FREE(CALL_GATE)), VEC_TS), BOTH("np", "not present", RING1(FREE(NOT_PRESENT)), VEC_SS),
         INT("np_read_only", "read-only data, not present", RING1(FREE(NOT_PRESENT_READ_ONLY)), VEC_TS),
         INT("np_dpl0", "of DPL 0, not present", RING1(FREE(NOT_PRESENT_DPL_0)), VEC_TS),
         INT("np_rpl0", "of RPL 0, not present", FREE(NOT_PRESENT), VEC_TS),
         ROW("gate16", "INT 0x40 at CPL 3 to CPL 1 through a 16-bit trap gate, SS1 is of DPL 3", "", RING1(SEL_USER_DATA), TO(1, 3), VEC_TS,
             SELECTOR_ERROR(SEL_USER_DATA), AT_FAULT, int_n16, ),
         ROW("int3", "INT3 at CPL 3 to CPL 1, SS1 is of DPL 3", "", RING1(SEL_USER_DATA), TO(1, 3), VEC_TS, SELECTOR_ERROR(SEL_USER_DATA), AT_FAULT,
             int3, ),
         ROW("int1", "INT1 at CPL 3 to CPL 1, SS1 is of DPL 3", "", RING1(SEL_USER_DATA), TO(1, 3), VEC_TS, SELECTOR_ERROR(SEL_USER_DATA) | ERROR_EXT,
             AT_FAULT, int1, ),
         ROW("irq", "self-IPI 0x60 at CPL 3 to CPL 1, SS1 is of DPL 3", "", RING1(SEL_USER_DATA), TO(1, 3), VEC_TS,
             SELECTOR_ERROR(SEL_USER_DATA) | ERROR_EXT, AT_FAULT, interrupt, .needs = "apic"),
         ROW("irq_np", "self-IPI 0x60 at CPL 3 to CPL 1, SS1 isn't present", "", RING1(FREE(NOT_PRESENT)), TO(1, 3), VEC_SS,
             FREE(NOT_PRESENT) | ERROR_EXT, AT_FAULT, interrupt, .needs = "apic"),
         ROW("from_ring2", "INT 0x40 at CPL 2 to CPL 1, SS1 is of DPL 2, the interrupted one", "", RING1(SEL_RING2_DATA), TO(1, 2), VEC_TS,
             SELECTOR_ERROR(SEL_RING2_DATA), AT_FAULT, int_n, ),
         ROW("from_ring2_np", "INT 0x40 at CPL 2 to CPL 1, SS1 isn't present", "", RING1(FREE(NOT_PRESENT)), TO(1, 2), VEC_SS, FREE(NOT_PRESENT),
             AT_FAULT, int_n, ),
         ROW("ring2_null", "INT 0x40 at CPL 3 to CPL 2, SS2 is 0", "", 0, TO(2, 3), VEC_TS, 0, AT_FAULT, int_n, ),
         ROW("ring2_rpl1", "INT 0x40 at CPL 3 to CPL 2, SS2 is of RPL 1", "", (SEL_RING2_DATA & ~3u) | 1, TO(2, 3), VEC_TS, SEL_RING2_DATA & ~3u,
             AT_FAULT, int_n, ),
         ROW("ring2_dpl1", "INT 0x40 at CPL 3 to CPL 2, SS2 is of DPL 1", "", (SEL_RING1_DATA & ~3u) | 2, TO(2, 3), VEC_TS, SEL_RING1_DATA & ~3u,
             AT_FAULT, int_n, ),
         ROW("ring2_code", "INT 0x40 at CPL 3 to CPL 2, SS2 is code", "", FREE(CODE_2) | 2, TO(2, 3), VEC_TS, FREE(CODE_2), AT_FAULT, int_n, ),
         ROW("ring2_rpl3", "INT 0x40 at CPL 3 to CPL 2, SS2 is of RPL 3", "", SEL_RING2_DATA | 3, TO(2, 3), VEC_TS, SEL_RING2_DATA & ~3u, AT_FAULT,
             int_n, ),
         ROW("ring2_beyond", "INT 0x40 at CPL 3 to CPL 2, SS2 is behind the GDT", "", BEYOND | 2, TO(2, 3), VEC_TS, BEYOND, AT_FAULT, int_n, ),
         ROW("ring2_read_only", "INT 0x40 at CPL 3 to CPL 2, SS2 is read-only data", "", FREE(READ_ONLY_2) | 2, TO(2, 3), VEC_TS, FREE(READ_ONLY_2),
             AT_FAULT, int_n, ),
         ROW("ring2_np", "INT 0x40 at CPL 3 to CPL 2, SS2 isn't present", "", FREE(NOT_PRESENT_2) | 2, TO(2, 3), VEC_SS, FREE(NOT_PRESENT_2),
             AT_FAULT, int_n, ),
         ROW("ring2_np_ud", "UD2 at CPL 3 to CPL 2, SS2 isn't present", "", FREE(NOT_PRESENT_2) | 2, TO(2, 3), VEC_SS,
             FREE(NOT_PRESENT_2) | ERROR_EXT, AT_FAULT, ud2, ),
         TASK("null", "0", "pm-ss0-null", 0, VEC_TS), TASK("rpl3", "of RPL and DPL 3", "pm-ss0-rpl", SEL_USER_DATA, VEC_TS),
         TASK("beyond", "behind the GDT", "pm-ss0-oob", BEYOND, VEC_TS), TASK("dpl3", "of DPL 3, RPL 0", "pm-ss0-dpl", SEL_USER_DATA & ~3u, VEC_TS),
         TASK("read_only", "read-only data", "pm-ss0-ro", FREE(READ_ONLY_0), VEC_TS), TASK("code", "code", "pm-ss0-code", SEL_KERNEL_CODE, VEC_TS),
         TASK("np", "not present", "pm-ss0-np", FREE(NOT_PRESENT_0), VEC_SS),
         ROW("null_ud_task", "UD2 at CPL 3, SS0 is 0, the fault has a task", "pm-ss0-null-ext", 0, TO(0, 3), VEC_TS, ERROR_EXT, AT_FAULT,
             ud2_with_task, ));
