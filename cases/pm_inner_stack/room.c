/*
 * The inner stack needs room for five words of the gate's size, six with an error code: #SS(SSn + EXT). Room ends at the segment's limit, below
 * or above; with B=0 the stack pointer is SP, and wraps.
 */
#include <case32.h>

#define SPEC "SDM 2A \"INT n/INTO/INT3/INT1-Call to Interrupt Procedure\", SDM 3A \"Limit Checking\""

enum kind { UP, UP_16, UP_SMALL_16, DOWN, DOWN_16 };

/* The stack is at the segment's offset 0, or its top is the segment's end where SP wraps. */
static const struct descriptor kinds[] = {
    [UP] = {.limit = 0xf7f, .d = true, .type = DATA_WRITABLE}, [UP_16] = {.limit = 0xffff, .type = DATA_WRITABLE},
    [UP_SMALL_16] = {.limit = 0xf7f, .type = DATA_WRITABLE},   [DOWN] = {.limit = 0x7ff, .d = true, .type = DATA_EXPAND_DOWN},
    [DOWN_16] = {.limit = 0xf7ff, .type = DATA_EXPAND_DOWN},
};

static uint16_t code_1mib(void)
{
    return add_descriptor("code",
                          encode_descriptor((struct descriptor){.base = 0x100000, .limit = 0xffff, .d = true, .dpl = 1, .type = CODE_READABLE}));
}

/* ESP1 is ARG0; ARG1: the kind of segment, above it the gate's type. */
static void set_up(unsigned vector)
{
    unsigned kind = ARG1 & 0xf, type = (unsigned)ARG1 >> 4;
    struct descriptor d = kinds[kind];
    uint16_t selector;

    d.base = stack_base(STACK_ESP1) - (kind == UP_16 || kind == DOWN_16 ? 0xf040 : 0);
    d.dpl = 1;
    selector = add_descriptor("stack", encode_descriptor(d));
    in_user_mode();
    store_through_ds();
    tss.ss1 = selector | 1;
    tss.esp1 = (uint32_t)ARG0;
    set_gate(vector, .dpl = 3, .type = type, .selector = type == GATE_INTERRUPT16 ? code_1mib() : SEL_RING1_CODE);
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

static void page_fault(void)
{
    set_up(VEC_PF);
    start.ebx = map_page("victim", 0);
    FAULT("mov eax, [ebx]");
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

/* SS0 itself: the fault has a task. */
static void ss0(void)
{
    struct descriptor d = kinds[UP];

    d.base = stack_base(STACK_ESP0);
    in_user_mode();
    tss.ss0 = add_descriptor("stack", encode_descriptor(d));
    tss.esp0 = (uint32_t)ARG0;
    set_gate(0x40, .dpl = 3);
    set_task_gate(VEC_SS, add_task("handler"));
    FAULT("int 0x40");
}

#define G32 (GATE_INTERRUPT << 4)
#define G16 (GATE_INTERRUPT16 << 4)
#define ROW(name_, about_, id_, esp, how, vector_, error_, rip_, run_, ...)                                                                   \
    {                                                                                                                                         \
        VARIANT, .name = name_, .about = about_, .spec = SPEC, .id = id_, .vector = vector_, .error = error_, .saved_rip = rip_, .run = run_, \
                 .arg = {esp, how}, __VA_ARGS__                                                                                               \
    }
#define FITS(name, what, esp, how) ROW(name, "INT 0x40 at CPL 3 to CPL 1, " what ": delivered", "", esp, how, 0x40, NO_ERROR, AFTER, int_n, )
#define NO_ROOM(name, what, esp, how) ROW(name, "INT 0x40 at CPL 3 to CPL 1, " what, "", esp, how, VEC_SS, SEL_FREE, AT_FAULT, int_n, )

VARIANTS(FITS("exact", "ESP1 is 20", 20, UP | G32), NO_ROOM("short", "ESP1 is 19", 19, UP | G32), NO_ROOM("zero", "ESP1 is 0", 0, UP | G32),
         NO_ROOM("four_words", "ESP1 is 16", 16, UP | G32), FITS("top", "ESP1 is the limit and one more", 0xf80, UP | G32),
         NO_ROOM("above", "ESP1 is the limit and two more", 0xf81, UP | G32), NO_ROOM("far_above", "ESP1 is far above the limit", 0x10000, UP | G32),
         FITS("gate16_exact", "ESP1 is 10, 16-bit gate", 10, UP | G16), NO_ROOM("gate16_short", "ESP1 is 9, 16-bit gate", 9, UP | G16),
         FITS("down_exact", "SS1 expands down, ESP1 is 20 above its first byte", 0x800 + 20, DOWN | G32),
         NO_ROOM("down_short", "SS1 expands down, ESP1 is 19 above its first byte", 0x800 + 19, DOWN | G32),
         NO_ROOM("down_below", "SS1 expands down, ESP1 is below its first byte", 0x700, DOWN | G32),
         FITS("b0", "SS1 with B=0, the upper half of ESP1 isn't used", 0xabcd0800, UP_SMALL_16 | G32),
         NO_ROOM("b0_short", "SS1 with B=0, SP1 is 19", 0xabcd0013, UP_SMALL_16 | G32),
         NO_ROOM("b0_above", "SS1 with B=0, SP1 is the limit and two more", 0xf81, UP_SMALL_16 | G32),
         NO_ROOM("b0_zero", "SS1 with B=0 and limit 0xf7f, SP1 is 0: SP wraps to 0xfffc", 0, UP_SMALL_16 | G32),
         FITS("b0_wraps", "SS1 with B=0 and limit 0xffff, SP1 is 0: SP wraps to 0xfffc", 0, UP_16 | G32),
         FITS("b0_down_wraps", "SS1 with B=0 expands down, SP1 is 0: SP wraps to 0xfffc", 0, DOWN_16 | G32),
         FITS("b0_down_exact", "SS1 with B=0 expands down, SP1 is 20 above its first byte", 0xf800 + 20, DOWN_16 | G32),
         NO_ROOM("b0_down_short", "SS1 with B=0 expands down, SP1 is 19 above its first byte", 0xf800 + 19, DOWN_16 | G32),
         FITS("b0_gate16", "SS1 with B=0, 16-bit gate, the upper half of ESP1 isn't used", 0xabcd0800, UP_SMALL_16 | G16),
         ROW("ud", "UD2 at CPL 3 to CPL 1, ESP1 is 19", "", 19, UP | G32, VEC_SS, SEL_FREE | ERROR_EXT, AT_FAULT, ud2, ),
         ROW("ud_exact", "UD2 at CPL 3 to CPL 1, ESP1 is 20: delivered", "", 20, UP | G32, VEC_UD, NO_ERROR, AT_FAULT, ud2, ),
         ROW("error_exact", "load from a not-present page at CPL 3, #PF at CPL 1, ESP1 is 24: delivered", "", 24, UP | G32, VEC_PF, PF_U, AT_FAULT,
             page_fault, ),
         ROW("error_short", "load from a not-present page at CPL 3, #PF at CPL 1, ESP1 is 23: #SS on the way to #PF is #DF", "", 23, UP | G32, VEC_DF,
             0, UNDEFINED, page_fault, ),
         ROW("error16_exact", "load from a not-present page at CPL 3, #PF at CPL 1 through a 16-bit gate, ESP1 is 12: delivered", "", 12, UP | G16,
             VEC_PF, PF_U, AT_FAULT, page_fault, ),
         ROW("error16_short", "load from a not-present page at CPL 3, #PF at CPL 1 through a 16-bit gate, ESP1 is 11: #DF", "", 11, UP | G16, VEC_DF,
             0, UNDEFINED, page_fault, ),
         ROW("irq", "self-IPI 0x60 at CPL 3 to CPL 1, ESP1 is 19", "", 19, UP | G32, VEC_SS, SEL_FREE | ERROR_EXT, AT_FAULT, interrupt,
             .needs = "apic"),
         ROW("ss0_task", "INT 0x40 at CPL 3 to CPL 0, ESP0 is 19, the fault has a task", "pm-ss0-no-room", 19, 0, VEC_SS, SEL_FREE, AT_FAULT, ss0, ));
