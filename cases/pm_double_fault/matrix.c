/*
 * The table "Conditions for Generating a Double Fault", pair by pair: a first event at CPL 3 whose delivery raises a second exception.
 * Its rows are all events that can be raised at will, its columns all exceptions that a delivery can raise: #TS, #NP, #SS, #GP,
 * #PF. After a benign event the second exception is delivered in its place (EXT set unless the event was INT n, INT3 or INTO);
 * two contributory exceptions, or anything but a benign one after a page fault, make #DF; after #DF they make a shutdown.
 */
#include <case32.h>

#define SPEC "SDM 3A \"Interrupt 8-Double Fault Exception (#DF)\""

#define INT_N 0x40u
#define IRQ 0x60u
#define INT_TO_TS 0x41u               /* #TS is first raised on the way to this one */
#define INSTRUCTION_BREAKPOINT 0x100u /* with VEC_DB: not by TF */
#define NP_STACK SEL_FREE

/* The broken gate leads to CPL 1, whose stack is wrong; all others to CPL 0. */
static void break_gate(unsigned vector, unsigned second)
{
    uint16_t np_stack = add_descriptor(
        "np_stack",
        encode_descriptor((struct descriptor){.limit = 0xfffff, .g = true, .d = true, .type = DATA_WRITABLE, .dpl = 1, .not_present = true}));
    uintptr_t missing = map_page("missing", 0);

    set_gate(vector, .dpl = 3, .selector = SEL_RING1_CODE);
    switch (second) {
    case VEC_TS:
        tss.ss1 = SEL_USER_DATA;
        break;
    case VEC_NP:
        set_gate(vector, .dpl = 3, .not_present = true);
        break;
    case VEC_SS:
        tss.ss1 = np_stack | 1;
        break;
    case VEC_GP:
        gate_of(vector)->type_dpl_p &= 0xf0;
        break;
    default:
        tss.esp1 = missing + PAGE_SIZE;
        break;
    }
}

static uint32_t not_present_data(void)
{
    return add_descriptor("np_data", encode_descriptor((struct descriptor){.type = DATA_WRITABLE, .dpl = 3, .not_present = true})) | 3u;
}

static void interrupt_taken(void)
{
    note("irr", apic_bit(APIC_IRR, IRQ));
    note("isr", apic_bit(APIC_ISR, IRQ));
}

static void raise(unsigned first)
{
    uint32_t *data;

    start.ebx = map_page("data", PAGE_PRESENT | PAGE_WRITE | PAGE_USER);
    data = frame_of(start.ebx);
    switch (first) {
    case VEC_DE:
        start.ebx = 0;
        FAULT("div ebx");
        break;
    case VEC_DB:
        start.eflags |= EFLAGS_TF;
        FAULT("nop");
        break;
    case VEC_DB | INSTRUCTION_BREAKPOINT: {
        struct program program = ASSEMBLE("nop\n" MARK(fault) "nop\n" MARK(after));

        set_breakpoint(0, label_of(program, "fault"), BREAK_EXECUTE, LENGTH_1);
        run_program(program);
        break;
    }
    case VEC_NMI: /* it waits until IRET starts the program */
        enable_apic();
        block_nmi();
        send_self_nmi();
        FAULT("nop");
        break;
    case VEC_BP:
        FAULT("int3");
        break;
    case VEC_OF:
        FAULT("into");
        break;
    case VEC_BR:
        data[0] = 10;
        data[1] = 20;
        start.eax = 9;
        FAULT("bound eax, [ebx]");
        break;
    case VEC_UD:
        FAULT("ud2");
        break;
    case VEC_NM:
        write_cr0(read_cr0() | CR0_TS);
        FAULT("fld1");
        break;
    case VEC_DF:
        set_gate(VEC_PF, .not_present = true);
        start.ebx = map_page("victim", 0);
        FAULT("mov eax, [ebx]");
        break;
    case VEC_TS:
        tss.ss2 = 0;
        set_gate(INT_TO_TS, .dpl = 3, .selector = SEL_RING2_CODE);
        FAULT("int 0x41");
        break;
    case VEC_NP:
        start.eax = not_present_data();
        FAULT("mov ds, eax");
        break;
    case VEC_SS:
        start.eax = not_present_data();
        FAULT("mov ss, eax");
        break;
    case VEC_GP:
        FAULT("hlt");
        break;
    case VEC_PF:
        start.ebx = map_page("victim", 0);
        FAULT("mov eax, [ebx]");
        break;
    case VEC_MF:
        data[0] = 0x37b; /* control word: divide-by-zero unmasked */
        PROGRAM("fldcw [ebx]\nfld1\nfldz\nfdivp\n" MARK(fault) "fwait\n" MARK(after));
        break;
    case VEC_AC:
        start.eflags |= EFLAGS_AC;
        write_cr0(read_cr0() | CR0_AM);
        FAULT("mov eax, [ebx+1]");
        break;
    case VEC_XM:
        write_cr4(read_cr4() | CR4_OSFXSR | CR4_OSXMMEXCPT);
        data[0] = 0x1d80;     /* MXCSR: divide-by-zero unmasked */
        data[1] = 0x3f800000; /* 1.0 */
        PROGRAM("ldmxcsr [ebx]\nmovss xmm0, [ebx+4]\nxorps xmm1, xmm1\n" MARK(fault) "divss xmm0, xmm1\n" MARK(after));
        break;
    case INT_N:
        FAULT("int 0x40");
        break;
    case IRQ:
        enable_apic();
        send_self(IRQ);
        at_end(interrupt_taken);
        FAULT("nop"); /* IF=1 from the start: it comes before the program's first instruction */
        break;
    }
}

static void run(void)
{
    in_user_mode();
    break_gate(ARG0 & 0xff, (unsigned)ARG1);
    raise((unsigned)ARG0);
}

#define PAIR(name_, about_, first, second, vector_, error_, rip_, ...)                                                            \
    {                                                                                                                             \
        VARIANT, .name = name_, .about = about_, .spec = SPEC, .vector = vector_, .error = error_, .saved_rip = rip_, .run = run, \
                 .arg = {first, second}, __VA_ARGS__                                                                              \
    }
#define TS "; SS1 of RPL 3: #TS"
#define NP "; gate not present: #NP"
#define SS "; SS1 not present: #SS"
#define GP "; gate of type 0: #GP"
#define PF "; ESP1 on a missing page: #PF"

/* The second exception in place of the first event. */
#define SERIAL(name, about, first, gate, ext, rip, ...)                                                         \
    PAIR(name "_ts", about TS, first, VEC_TS, VEC_TS, SELECTOR_ERROR(SEL_USER_DATA) | (ext), rip, __VA_ARGS__), \
        PAIR(name "_np", about NP, first, VEC_NP, VEC_NP, IDT_ERROR(gate) | (ext), rip, __VA_ARGS__),           \
        PAIR(name "_ss", about SS, first, VEC_SS, VEC_SS, NP_STACK | (ext), rip, __VA_ARGS__),                  \
        PAIR(name "_gp", about GP, first, VEC_GP, VEC_GP, IDT_ERROR(gate) | (ext), rip, __VA_ARGS__),           \
        PAIR(name "_pf", about PF, first, VEC_PF, VEC_PF, PF_W, rip, __VA_ARGS__)
#define DOUBLE(name, about, first)                                                                                                        \
    PAIR(name "_ts", about TS, first, VEC_TS, VEC_DF, 0, UNDEFINED, ), PAIR(name "_np", about NP, first, VEC_NP, VEC_DF, 0, UNDEFINED, ), \
        PAIR(name "_ss", about SS, first, VEC_SS, VEC_DF, 0, UNDEFINED, ), PAIR(name "_gp", about GP, first, VEC_GP, VEC_DF, 0, UNDEFINED, )
#define DOUBLE_BUT_PF(name, about, first) DOUBLE(name, about, first), PAIR(name "_pf", about PF, first, VEC_PF, VEC_PF, PF_W, AT_FAULT, )
#define TRIPLE(second_name, what, second) PAIR("df_" second_name, "#DF" what, VEC_DF, second, SHUTDOWN, 0, NULL, )
#define APIC .needs = "apic"

VARIANTS(
    /* benign */
    SERIAL("db", "single step behind NOP", VEC_DB, VEC_DB, ERROR_EXT, AFTER, ),
    SERIAL("db_code", "instruction breakpoint on NOP", VEC_DB | INSTRUCTION_BREAKPOINT, VEC_DB, ERROR_EXT, AT_FAULT, ),
    SERIAL("nmi", "NMI", VEC_NMI, VEC_NMI, ERROR_EXT, AT_FAULT, APIC), SERIAL("bp", "INT3", VEC_BP, VEC_BP, 0, AT_FAULT, ),
    SERIAL("of", "INTO", VEC_OF, VEC_OF, 0, AT_FAULT, ), SERIAL("br", "BOUND", VEC_BR, VEC_BR, ERROR_EXT, AT_FAULT, ),
    SERIAL("ud", "UD2", VEC_UD, VEC_UD, ERROR_EXT, AT_FAULT, ), SERIAL("nm", "FLD1 with CR0.TS=1", VEC_NM, VEC_NM, ERROR_EXT, AT_FAULT, ),
    SERIAL("mf", "FWAIT with a pending x87 exception", VEC_MF, VEC_MF, ERROR_EXT, AT_FAULT, ),
    SERIAL("ac", "misaligned load", VEC_AC, VEC_AC, ERROR_EXT, AT_FAULT, .needs = "i486"),
    SERIAL("xm", "DIVSS by 0, unmasked", VEC_XM, VEC_XM, ERROR_EXT, AT_FAULT, .needs = "sse"), SERIAL("int", "INT 0x40", INT_N, INT_N, 0, AT_FAULT, ),
    SERIAL("irq", "self-IPI before NOP", IRQ, IRQ, ERROR_EXT, AT_FAULT, APIC),
    /* contributory */
    DOUBLE_BUT_PF("de", "DIV by 0", VEC_DE), DOUBLE_BUT_PF("ts", "INT 0x41 to CPL 2, SS2 NULL, #TS", VEC_TS),
    DOUBLE_BUT_PF("np", "MOV DS, segment not present", VEC_NP), DOUBLE_BUT_PF("ss", "MOV SS, segment not present", VEC_SS),
    DOUBLE_BUT_PF("gp", "HLT", VEC_GP),
    /* page fault */
    DOUBLE("pf", "load from a missing page", VEC_PF), PAIR("pf_pf", "load from a missing page" PF, VEC_PF, VEC_PF, VEC_DF, 0, UNDEFINED, ),
    /* double fault */
    TRIPLE("ts", TS, VEC_TS), TRIPLE("np", NP, VEC_NP), TRIPLE("ss", SS, VEC_SS), TRIPLE("gp", GP, VEC_GP), TRIPLE("pf", PF, VEC_PF));
