/*
 * The table "Conditions for Generating a Double Fault", pair by pair: a first event whose delivery raises a second exception.
 * Its rows are all events that can be raised at will, its columns all exceptions that a delivery can raise: #TS, #NP, #SS, #GP,
 * #PF. After a benign event the second exception is delivered in its place (EXT set unless the event was INT n, INT3 or INTO);
 * two contributory exceptions, or anything but a benign one after a page fault, make #DF; after #DF they make a shutdown.
 */
#include <case.h>

#define SPEC "SDM 3A \"Interrupt 8-Double Fault Exception (#DF)\""

#define INT_N 0x40u
#define IRQ 0x60u
#define INT_TO_TS 0x41u               /* #TS is first raised on the way to this one */
#define INSTRUCTION_BREAKPOINT 0x100u /* with VEC_DB: not by TF */

/* IST3 is the stack that the second exception makes unusable; IST7 lies beyond the TSS's limit. #DF has IST1. */
#define TSS_LIMIT (offsetof(struct tss, ist[6]) - 1)

static void break_gate(unsigned vector, unsigned second)
{
    uintptr_t missing = map_page("missing", 0);

    switch (second) {
    case VEC_TS:
        set_gate(vector, .ist = 7, .dpl = 3);
        break;
    case VEC_NP:
        set_gate(vector, .not_present = true, .dpl = 3);
        break;
    case VEC_SS:
        tss.ist[2] = 0x0000900000000000;
        set_gate(vector, .ist = 3, .dpl = 3);
        break;
    case VEC_GP:
        set_gate(vector, .dpl = 3);
        gate_of(vector)->type_dpl_p &= 0xf0;
        break;
    default:
        tss.ist[2] = missing + PAGE_SIZE;
        set_gate(vector, .ist = 3, .dpl = 3);
        break;
    }
}

static uintptr_t not_present_data(void)
{
    return add_descriptor("np_data", encode_descriptor((struct descriptor){.type = DATA_WRITABLE, .not_present = true}));
}

static void interrupt_taken(void)
{
    note("irr", apic_bit(APIC_IRR, IRQ));
    note("isr", apic_bit(APIC_ISR, IRQ));
}

static void raise(unsigned first)
{
    uint32_t *data = (uint32_t *)map_page("data", PAGE_PRESENT | PAGE_WRITE | PAGE_USER);

    start.rbx = (uintptr_t)data;
    switch (first) {
    case VEC_DE:
        start.rbx = 0;
        FAULT("div rbx");
        break;
    case VEC_DB:
        start.rflags |= RFLAGS_TF;
        FAULT("nop");
        break;
    case VEC_DB | INSTRUCTION_BREAKPOINT: {
        struct program program = ASSEMBLE("nop\n" MARK(fault) "nop\n" MARK(after));

        set_breakpoint(0, label_of(program, "fault"), BREAK_EXECUTE, LENGTH_1);
        run_program(program);
        break;
    }
    case VEC_NMI: /* it waits until IRETQ starts the program */
        enable_apic();
        block_nmi();
        send_self_nmi();
        FAULT("nop");
        break;
    case VEC_BP:
        FAULT("int3");
        break;
    case VEC_OF:
        in_compat_user();
        FAULT32("into");
        break;
    case VEC_BR:
        data[0] = 10;
        data[1] = 20;
        start.rax = 9;
        in_compat_user();
        FAULT32("bound eax, [ebx]");
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
        start.rbx = map_page("victim", 0);
        FAULT("mov rax, [rbx]");
        break;
    case VEC_TS:
        set_gate(INT_TO_TS, .ist = 7);
        FAULT("int 0x41");
        break;
    case VEC_NP:
        start.rax = not_present_data();
        FAULT("mov ds, eax");
        break;
    case VEC_SS:
        start.rax = not_present_data();
        FAULT("mov ss, eax");
        break;
    case VEC_GP:
        start.rbx = NONCANONICAL;
        FAULT("mov rax, [rbx]");
        break;
    case VEC_PF:
        start.rbx = map_page("victim", 0);
        FAULT("mov rax, [rbx]");
        break;
    case VEC_MF:
        data[0] = 0x37b; /* control word: divide-by-zero unmasked */
        PROGRAM("fldcw [rbx]\nfld1\nfldz\nfdivp\n" MARK(fault) "fwait\n" MARK(after));
        break;
    case VEC_AC:
        in_user_mode();
        start.rflags |= RFLAGS_AC;
        write_cr0(read_cr0() | CR0_AM);
        FAULT("mov eax, [rbx+1]");
        break;
    case VEC_XM:
        data[0] = 0x1d80;     /* MXCSR: divide-by-zero unmasked */
        data[1] = 0x3f800000; /* 1.0 */
        PROGRAM("ldmxcsr [rbx]\nmovss xmm0, [rbx+4]\nxorps xmm1, xmm1\n" MARK(fault) "divss xmm0, xmm1\n" MARK(after));
        break;
    case VEC_CP: /* indirect-branch tracking for CPL 3 alone: the handlers need no ENDBR64 */
        in_user_mode();
        write_cr4(read_cr4() | CR4_CET);
        write_msr(MSR_U_CET, CET_ENDBR_EN);
        PROGRAM("lea rax, [rip + 1f]\njmp rax\n1:\n" MARK(fault) "nop\n" MARK(after));
        break;
    case INT_N:
        FAULT("int 0x40");
        break;
    case IRQ:
        enable_apic();
        send_self(IRQ);
        start.rflags &= ~RFLAGS_IF;
        at_end(interrupt_taken);
        PROGRAM("sti\n" MARK(fault) "nop\n" MARK(after) "nop\n");
        break;
    }
}

static void run(void)
{
    set_gate(VEC_DF, .ist = 1);
    set_tss_limit(TSS_LIMIT);
    break_gate(ARG0 & 0xff, (unsigned)ARG1);
    raise((unsigned)ARG0);
}

#define PAIR(name_, id_, about_, first, second, vector_, error_, rip_, ...)                                                                  \
    {                                                                                                                                        \
        VARIANT, .name = name_, .about = about_, .spec = SPEC, .id = id_, .vector = vector_, .error = error_, .saved_rip = rip_, .run = run, \
                 .arg = {first, second}, __VA_ARGS__                                                                                         \
    }
#define TS "; IST7 beyond the TSS's limit: #TS"
#define NP "; gate not present: #NP"
#define SS "; IST3 not canonical: #SS"
#define GP "; gate of type 0: #GP"
#define PF "; IST3 on a missing page: #PF"

/* The second exception in place of the first event. ids: of the catalogue, in the order of the columns. */
#define SERIAL(name, about, first, gate, ext, rip, id_ts, id_np, id_ss, id_gp, id_pf, ...)                   \
    PAIR(name "_ts", id_ts, about TS, first, VEC_TS, VEC_TS, SEL_TSS | (ext), rip, __VA_ARGS__),             \
        PAIR(name "_np", id_np, about NP, first, VEC_NP, VEC_NP, IDT_ERROR(gate) | (ext), rip, __VA_ARGS__), \
        PAIR(name "_ss", id_ss, about SS, first, VEC_SS, VEC_SS, ext, rip, __VA_ARGS__),                     \
        PAIR(name "_gp", id_gp, about GP, first, VEC_GP, VEC_GP, IDT_ERROR(gate) | (ext), rip, __VA_ARGS__), \
        PAIR(name "_pf", id_pf, about PF, first, VEC_PF, VEC_PF, PF_W, rip, __VA_ARGS__)
#define DOUBLE(name, about, first, id_ts, id_np, id_ss, id_gp, ...)                          \
    PAIR(name "_ts", id_ts, about TS, first, VEC_TS, VEC_DF, 0, UNDEFINED, __VA_ARGS__),     \
        PAIR(name "_np", id_np, about NP, first, VEC_NP, VEC_DF, 0, UNDEFINED, __VA_ARGS__), \
        PAIR(name "_ss", id_ss, about SS, first, VEC_SS, VEC_DF, 0, UNDEFINED, __VA_ARGS__), \
        PAIR(name "_gp", id_gp, about GP, first, VEC_GP, VEC_DF, 0, UNDEFINED, __VA_ARGS__)
#define DOUBLE_BUT_PF(name, about, first, rip, id_ts, id_np, id_ss, id_gp, id_pf, ...) \
    DOUBLE(name, about, first, id_ts, id_np, id_ss, id_gp, __VA_ARGS__),               \
        PAIR(name "_pf", id_pf, about PF, first, VEC_PF, VEC_PF, PF_W, rip, __VA_ARGS__)
#define TRIPLE(second_name, what, second) PAIR("df_" second_name, NULL, "#DF" what, VEC_DF, second, SHUTDOWN, 0, NULL, )
#define COMPAT .env = COMPAT32

VARIANTS(
    /* benign */
    SERIAL("db", "single step behind NOP", VEC_DB, VEC_DB, ERROR_EXT, AFTER, NULL, "idt-np-db-tf", NULL, "df-serial-db-then-gp", NULL, ),
    SERIAL("db_code", "instruction breakpoint on NOP", VEC_DB | INSTRUCTION_BREAKPOINT, VEC_DB, ERROR_EXT, AT_FAULT, NULL, "idt-np-db-exec", NULL,
           NULL, NULL, ),
    SERIAL("nmi", "NMI", VEC_NMI, VEC_NMI, ERROR_EXT, AT_FAULT, NULL, "idt-np-nmi", NULL, NULL, NULL, ),
    SERIAL("bp", "INT3", VEC_BP, VEC_BP, 0, AT_FAULT, NULL, "df-serial-bp-then-np", NULL, NULL, NULL, ),
    SERIAL("of", "INTO, compatibility mode, CPL 3", VEC_OF, VEC_OF, 0, AT_FAULT, NULL, "idt-np-of-compat", NULL, NULL, NULL, COMPAT),
    SERIAL("br", "BOUND, compatibility mode, CPL 3", VEC_BR, VEC_BR, ERROR_EXT, AT_FAULT, NULL, "idt-np-br-compat", NULL, NULL, NULL, COMPAT),
    SERIAL("ud", "UD2", VEC_UD, VEC_UD, ERROR_EXT, AT_FAULT, "idt-tss-limit-ist-ud", "idt-np-ud df-serial-ud-then-np", "idt-ist-noncanon-ud",
           "idt-type-bad-ud", "df-serial-ud-then-pf-stack", ),
    SERIAL("nm", "FLD1 with CR0.TS=1", VEC_NM, VEC_NM, ERROR_EXT, AT_FAULT, NULL, "idt-np-nm df-serial-nm-then-np", NULL, NULL, NULL, ),
    SERIAL("mf", "FWAIT with a pending x87 exception", VEC_MF, VEC_MF, ERROR_EXT, AT_FAULT, NULL, "idt-np-mf df-serial-mf-then-np", NULL, NULL,
           NULL, ),
    SERIAL("ac", "misaligned load at CPL 3", VEC_AC, VEC_AC, ERROR_EXT, AT_FAULT, NULL, "idt-np-ac", NULL, NULL, NULL, ),
    SERIAL("xm", "DIVSS by 0, unmasked", VEC_XM, VEC_XM, ERROR_EXT, AT_FAULT, NULL, "idt-np-xm df-serial-xm-then-np", NULL, NULL, NULL, ),
    SERIAL("int", "INT 0x40", INT_N, INT_N, 0, AT_FAULT, NULL, "df-serial-intn-then-np", NULL, NULL, NULL, ),
    SERIAL("irq", "self-IPI behind STI, NOP", IRQ, IRQ, ERROR_EXT, AFTER, "idt-tss-limit-irq", "idt-np-irq df-serial-irq-then-np", NULL,
           "idt-type-bad-irq", NULL, ),
    /* contributory */
    DOUBLE_BUT_PF("de", "DIV by 0", VEC_DE, AT_FAULT, "df-de-then-ts", "df-de-then-np", "df-de-then-ss", "df-de-then-gp", NULL, ),
    DOUBLE_BUT_PF("ts", "INT 0x41 by IST7, #TS", VEC_TS, AT_FAULT, NULL, "df-ts-then-np", NULL, "df-ts-then-gp", NULL, ),
    DOUBLE_BUT_PF("np", "MOV DS, segment not present", VEC_NP, AT_FAULT, NULL, "df-np-then-np", NULL, "df-np-then-gp", NULL, ),
    DOUBLE_BUT_PF("ss", "MOV SS, segment not present", VEC_SS, AT_FAULT, NULL, "df-ss-then-np", NULL, "df-ss-then-gp", NULL, ),
    DOUBLE_BUT_PF("gp", "load from a non-canonical address", VEC_GP, AT_FAULT, NULL, "df-gp-then-np", "df-gp-then-ss", "df-gp-then-gp", NULL, ),
    DOUBLE_BUT_PF("cp", "JMP to no ENDBR64 at CPL 3, #CP", VEC_CP, AT_FAULT, NULL, "df-cp-then-np", NULL, NULL, NULL, .needs = "cet_ibt"),
    /* page fault */
    DOUBLE("pf", "load from a missing page", VEC_PF, "df-pf-then-ts", "df-pf-then-np df-frame-shape", "df-pf-then-ss", "df-pf-then-gp", ),
    PAIR("pf_pf", "df-pf-then-pf-stack", "load from a missing page" PF, VEC_PF, VEC_PF, VEC_DF, 0, UNDEFINED, ),
    /* double fault */
    TRIPLE("ts", TS, VEC_TS), TRIPLE("np", NP, VEC_NP), TRIPLE("ss", SS, VEC_SS), TRIPLE("gp", GP, VEC_GP), TRIPLE("pf", PF, VEC_PF));
