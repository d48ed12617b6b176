/*
 * A stack of an inner ring whose segment has B=0: ESP is loaded from the TSS, all 32 bits, and what is pushed moves SP alone. The upper half stays
 * what the TSS has.
 */
#include <case32.h>

/* From CPL 3 to 1; the offset is in a segment of 64 KiB. */
static void set_up(void)
{
    struct descriptor d = {.type = DATA_WRITABLE, .limit = 0xffff, .dpl = 1, .base = stack_base(STACK_ESP1)};

    in_user_mode();
    tss.ss1 = add_descriptor("small", encode_descriptor(d)) | 1;
    tss.esp1 = 0xabcd0000 | (stack_top(STACK_ESP1) - stack_base(STACK_ESP1));
    store_through_ds();
    start.ds = SEL_USER_DATA;
}

static void int_n(void)
{
    set_up();
    set_gate(0x40, .dpl = 3, .selector = SEL_RING1_CODE);
    FAULT("int 0x40");
}

/* The procedure's UD2 shows its ESP. */
static void call_gate(void)
{
    struct program p = ASSEMBLE(MARK(fault) "call fword ptr [ebx]\n" MARK(after) "nop\n" MARK(target) "ud2\n");
    uint32_t *pointer;

    set_up();
    start.ebx = map_page("pointer", PAGE_PRESENT | PAGE_USER);
    pointer = frame_of(start.ebx);
    pointer[1] = add_call_gate("gate", (struct call_gate){.offset = label_of(p, "target"), .selector = SEL_RING1_CODE, .dpl = 3}) | 3u;
    run_program(p);
}

#define ROW(name_, about_, spec_, ...)                                                     \
    {                                                                                      \
        VARIANT, .name = #name_, .about = about_, .spec = spec_, .run = name_, __VA_ARGS__ \
    }
VARIANTS(ROW(int_n, "INT n from CPL 3 to 1, SS1 with B=0, ESP1 of 32 bits", "SDM 2A \"INT n/INTO/INT3/INT1-Call to Interrupt Procedure\"",
             .vector = 0x40, .error = NO_ERROR, .saved_rip = AFTER),
         ROW(call_gate, "far CALL through a gate from CPL 3 to 1, SS1 with B=0, ESP1 of 32 bits", "SDM 2A \"CALL-Call Procedure\"", .vector = VEC_UD,
             .error = NO_ERROR, .saved_rip = "target"));
