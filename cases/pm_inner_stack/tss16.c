/* A 16-bit TSS in TR: SPn is zero-extended to ESP. The stack segment has B=1 all the same, and the gate decides the words' size. */
#include <case32.h>

#define SPEC "SDM 2A \"INT n/INTO/INT3/INT1-Call to Interrupt Procedure\", SDM 3A \"16-Bit Task-State Segment (TSS)\""

/* Behind a 16-bit TSS there is what would be a 32-bit one's I/O map, with all ports allowed. */
static struct {
    struct tss16 tss;
    uint8_t between[0x66 - sizeof(struct tss16)];
    uint16_t io_map;
    uint8_t map[0x98];
} whole = {.io_map = 0x68};

#define small whole.tss

static uint16_t data16(const char *name, uint8_t dpl)
{
    return add_descriptor(name, encode_descriptor((struct descriptor){.limit = 0xffff, .type = DATA_WRITABLE, .dpl = dpl})) | dpl;
}

/* From CPL 3 to CPL ARG0, the TSS's limit is ARG1. */
static void set_up(unsigned vector, unsigned type)
{
    static const uint16_t code[] = {0, SEL_RING1_CODE, SEL_RING2_CODE};
    uint16_t selector = add_descriptor(
        "small", encode_descriptor((struct descriptor){.base = (uintptr_t)&small, .limit = (uint32_t)ARG1, .type = SYSTEM_TSS16_AVAILABLE}));

    in_user_mode();
    small.sp0 = (uint16_t)stack_top(STACK_LOW1);
    small.ss0 = SEL_KERNEL_DATA;
    small.sp1 = small.sp2 = (uint16_t)stack_top(STACK_LOW2);
    small.ss1 = SEL_RING1_DATA;
    small.ss2 = SEL_RING2_DATA;
    set_gate(vector, .dpl = 3, .type = type, .selector = code[ARG0]);
    __asm__ volatile("ltr %w0" : : "r"(selector) : "memory");
}

static void int_n(void)
{
    set_up(0x40, GATE_INTERRUPT);
    FAULT("int 0x40");
}

static void resumed(void)
{
    on_exception(0x40, resume);
    int_n();
}

static void int_n16(void)
{
    set_up(0x40, GATE_INTERRUPT16);
    FAULT("int 0x40");
}

static void page_fault(void)
{
    set_up(VEC_PF, GATE_INTERRUPT);
    start.ebx = map_page("victim", 0);
    FAULT("mov eax, [ebx]");
}

static void ud2(void)
{
    set_up(VEC_UD, GATE_INTERRUPT);
    FAULT("ud2");
}

static void interrupt(void)
{
    set_up(0x60, GATE_INTERRUPT);
    enable_apic();
    send_self(0x60);
    FAULT("nop");
}

/* With B=0, too: the handler at CPL 0 has no other way to memory than through DS. */
static void stack16(void)
{
    set_up(0x40, GATE_INTERRUPT);
    small.ss0 = data16("stack", 0);
    store_through_ds();
    FAULT("int 0x40");
}

/* A 16-bit TSS has no I/O map: nothing allows a port. */
static void port(void)
{
    set_up(VEC_GP, GATE_INTERRUPT);
    FAULT("in al, 0x80");
}

static void ss1_rpl(void)
{
    set_up(0x40, GATE_INTERRUPT);
    small.ss1 = SEL_RING1_DATA & ~3u;
    FAULT("int 0x40");
}

static void ss1_null(void)
{
    set_up(0x40, GATE_INTERRUPT);
    small.ss1 = 0;
    FAULT("int 0x40");
}

#define LAST_BYTE_OF_SS0 5u
#define LAST_BYTE_OF_SS1 9u
#define LAST_BYTE_OF_SS2 13u
#define LIMIT (sizeof(struct tss16) - 1)
#define ROW(name_, about_, ring, limit, vector_, error_, rip_, run_, ...)                                                                         \
    {                                                                                                                                             \
        VARIANT, .name = name_, .about = about_ ", 16-bit TSS", .spec = SPEC, .vector = vector_, .error = error_, .saved_rip = rip_, .run = run_, \
                 .arg = {ring, limit}, __VA_ARGS__                                                                                                \
    }

VARIANTS(
    ROW("ring0", "INT 0x40 at CPL 3 to CPL 0", 0, LIMIT, 0x40, NO_ERROR, AFTER, int_n, ),
    ROW("ring0_resumed", "INT 0x40 at CPL 3 to CPL 0, whose handler returns", 0, LIMIT, 0x40, NO_ERROR, AFTER, resumed, .resumes = 1),
    ROW("ring1", "INT 0x40 at CPL 3 to CPL 1", 1, LIMIT, 0x40, NO_ERROR, AFTER, int_n, ),
    ROW("ring2", "INT 0x40 at CPL 3 to CPL 2", 2, LIMIT, 0x40, NO_ERROR, AFTER, int_n, ),
    ROW("gate16", "INT 0x40 at CPL 3 to CPL 0 through a 16-bit gate", 0, LIMIT, 0x40, NO_ERROR, AFTER, int_n16, ),
    ROW("stack16", "INT 0x40 at CPL 3 to CPL 0, SS0 with B=0", 0, LIMIT, 0x40, NO_ERROR, AFTER, stack16, ),
    ROW("error_code", "load from a not-present page at CPL 3", 0, LIMIT, VEC_PF, PF_U, AT_FAULT, page_fault, ),
    ROW("port", "IN at CPL 3 with IOPL=0, what would be a 32-bit TSS's I/O map behind it", 0, sizeof(whole) - 1, VEC_GP, 0, AT_FAULT, port, ),
    ROW("ss1_rpl", "INT 0x40 at CPL 3 to CPL 1, SS1 is of RPL 0", 1, LIMIT, VEC_TS, SEL_RING1_DATA & ~3u, AT_FAULT, ss1_rpl, ),
    ROW("ss1_null", "INT 0x40 at CPL 3 to CPL 1, SS1 is 0", 1, LIMIT, VEC_TS, 0, AT_FAULT, ss1_null, ),
    ROW("limit_ring1", "INT 0x40 at CPL 3 to CPL 1, the TSS ends before SS1's last byte", 1, LAST_BYTE_OF_SS1 - 1, VEC_TS, SEL_FREE, AT_FAULT,
        int_n, ),
    ROW("limit_ring1_exact", "INT 0x40 at CPL 3 to CPL 1, the TSS ends with SS1: delivered", 1, LAST_BYTE_OF_SS1, 0x40, NO_ERROR, AFTER, int_n, ),
    ROW("limit_ring2", "INT 0x40 at CPL 3 to CPL 2, the TSS ends before SS2's last byte", 2, LAST_BYTE_OF_SS2 - 1, VEC_TS, SEL_FREE, AT_FAULT,
        int_n, ),
    ROW("limit_ring2_exact", "INT 0x40 at CPL 3 to CPL 2, the TSS ends with SS2: delivered", 2, LAST_BYTE_OF_SS2, 0x40, NO_ERROR, AFTER, int_n, ),
    /* No handler of #TS has a stack then: #DF, and shutdown. */
    ROW("limit_ring0", "INT 0x40 at CPL 3 to CPL 0, the TSS ends before SS0's last byte", 0, LAST_BYTE_OF_SS0 - 1, SHUTDOWN, NO_ERROR, "", int_n, ),
    ROW("limit_ring0_exact", "INT 0x40 at CPL 3 to CPL 0, the TSS ends with SS0: delivered", 0, LAST_BYTE_OF_SS0, 0x40, NO_ERROR, AFTER, int_n, ),
    ROW("limit_ring1_sp", "INT 0x40 at CPL 3 to CPL 1, the TSS ends with SP1", 1, LAST_BYTE_OF_SS1 - 2, VEC_TS, SEL_FREE, AT_FAULT, int_n, ),
    ROW("limit_ring2_sp", "INT 0x40 at CPL 3 to CPL 2, the TSS ends with SP2", 2, LAST_BYTE_OF_SS2 - 2, VEC_TS, SEL_FREE, AT_FAULT, int_n, ),
    ROW("limit_irq", "self-IPI 0x60 at CPL 3 to CPL 1, the TSS ends before SS1's last byte", 1, LAST_BYTE_OF_SS1 - 1, VEC_TS, SEL_FREE | ERROR_EXT,
        AT_FAULT, interrupt, .needs = "apic"),
    ROW("limit_irq_exact", "self-IPI 0x60 at CPL 3 to CPL 1, the TSS ends with SS1: delivered", 1, LAST_BYTE_OF_SS1, 0x60, NO_ERROR, AT_FAULT,
        interrupt, .needs = "apic"),
    ROW("limit_ud_exact", "UD2 at CPL 3 to CPL 2, the TSS ends with SS2: delivered", 2, LAST_BYTE_OF_SS2, VEC_UD, NO_ERROR, AT_FAULT, ud2, ),
    ROW("limit_ud", "UD2 at CPL 3 to CPL 1, the TSS ends before SS1's last byte", 1, LAST_BYTE_OF_SS1 - 1, VEC_TS, SEL_FREE | ERROR_EXT, AT_FAULT,
        ud2, ));
