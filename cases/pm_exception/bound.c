/* BOUND: a signed index below the first or above the second of two numbers in memory is #BR, a fault. */
#include <case32.h>

#define SPEC "SDM 2A \"BOUND-Check Array Index Against Bounds\""

/* Bounds 10 and 20, as two doublewords and at offset 8 as two words; -5 and 5 behind them. The index is ARG0. */
static void set_up(void)
{
    int32_t *bounds;

    start.ebx = map_page("bounds", PAGE_PRESENT | PAGE_WRITE | PAGE_USER);
    bounds = frame_of(start.ebx);
    bounds[0] = 10;
    bounds[1] = 20;
    bounds[2] = 20 << 16 | 10;
    bounds[4] = -5;
    bounds[5] = 5;
    start.eax = (uint32_t)ARG0;
}

#define BOUND(name, text)  \
    static void name(void) \
    {                      \
        set_up();          \
        FAULT(text);       \
    }

BOUND(dwords, "bound eax, [ebx]")
BOUND(words, "bound ax, [ebx + 8]")
BOUND(negative, "bound eax, [ebx + 16]")
BOUND(lock, ".byte 0xf0\nbound eax, [ebx]")

static void user(void)
{
    in_user_mode();
    dwords();
}

static void ring1(void)
{
    in_ring(1);
    dwords();
}

static void code16(void)
{
    in_code16();
    set_up();
    FAULT16("bound ax, [ebx + 8]");
}

static void code16_dwords(void)
{
    in_code16();
    set_up();
    FAULT16("bound eax, [ebx]");
}

static void through_register(void)
{
    FAULT(".byte 0x62, 0xc0");
}

static void missing(void)
{
    start.ebx = map_page("bounds", 0);
    FAULT("bound eax, [ebx]");
}

/* The second bound is on the next page, and the index isn't below the first one. */
static void second_missing(void)
{
    start.ebx = map_page("bounds", PAGE_PRESENT | PAGE_WRITE) + PAGE_SIZE - 4;
    *(int32_t *)frame_of(start.ebx) = 10;
    start.eax = 10;
    FAULT("bound eax, [ebx]");
}

static void segment(void)
{
    start.ds = 0;
    start.ebx = 0;
    FAULT("bound eax, [ebx]");
}

static void stack_segment(void)
{
    uint16_t data = add_descriptor(
        "small", encode_descriptor((struct descriptor){.base = stack_base(STACK_KERNEL), .limit = 0xfff, .d = true, .type = DATA_WRITABLE}));

    start.ss = data;
    start.esp = 0x800;
    start.ebp = 0xffc;
    FAULT("bound eax, [ebp]");
}

static void step_in(struct interrupt_frame *frame, struct capture *capture)
{
    (void)capture;
    ((int32_t *)frame_of(start.ebx))[0] = 9;
    (void)frame;
}

/* The handler widens the bounds, the instruction is executed again. */
static void repaired(void)
{
    on_exception(VEC_BR, step_in);
    dwords();
}

#define MINUS(n) ((uint32_t) - (n))
#define ROW(name_, run_, index, id_, about_, ...)                                                                  \
    {                                                                                                              \
        VARIANT, .name = name_, .about = about_, .id = id_, .spec = SPEC, .run = run_, .arg = {index}, __VA_ARGS__ \
    }
#define FAULTS .vector = VEC_BR, .error = NO_ERROR, .saved_rip = AT_FAULT
#define RAISES(vector_, error_) .vector = vector_, .error = error_, .saved_rip = AT_FAULT
#define PASSES .vector = NO_EXCEPTION

VARIANTS(ROW("below", dwords, 9, "", "BOUND, index 9 of 10 to 20", FAULTS),
         ROW("above", dwords, 21, "br-bound-pm32-above", "BOUND, index 21 of 10 to 20", FAULTS),
         ROW("below_signed", dwords, MINUS(1), "br-bound-pm32-below", "BOUND, index -1 of 10 to 20: signed", FAULTS),
         ROW("user", user, 21, "", "BOUND at CPL 3, index 21 of 10 to 20", FAULTS),
         ROW("ring1", ring1, 21, "", "BOUND at CPL 1, index 21 of 10 to 20", FAULTS),
         ROW("words_above", words, 21, "br-bound16-pm32", "BOUND of words, index 21 of 10 to 20", FAULTS),
         ROW("words_upper_half", words, 0x70000 | 9, "", "BOUND of words, index 9 of 10 to 20, with an upper half", FAULTS),
         ROW("words_signed", words, 0xffff, "", "BOUND of words, index -1 of 10 to 20", FAULTS),
         ROW("negative_below", negative, MINUS(6), "", "BOUND, index -6 of -5 to 5", FAULTS),
         ROW("negative_above", negative, 6, "", "BOUND, index 6 of -5 to 5", FAULTS),
         ROW("code16", code16, 9, "", "BOUND of words in 16-bit code, index 9", FAULTS),
         ROW("code16_dwords", code16_dwords, 21, "", "BOUND of doublewords in 16-bit code, index 21", FAULTS),
         ROW("repaired", repaired, 9, "", "BOUND, index 9 of 10 to 20; the handler widens the bounds", FAULTS, .resumes = 1),
         ROW("register", through_register, 0, "br-bound-reg-pm32", "BOUND with a register for the bounds", RAISES(VEC_UD, NO_ERROR)),
         ROW("lock", lock, 9, "", "LOCK BOUND", RAISES(VEC_UD, NO_ERROR)),
         ROW("missing", missing, 0, "br-bound-mem-np-pm32 pri-br-after-pf", "BOUND, the bounds' page isn't present", RAISES(VEC_PF, 0)),
         ROW("second_missing", second_missing, 0, "", "BOUND, index 9, the second bound's page isn't present: #PF first", RAISES(VEC_PF, 0)),
         ROW("segment", segment, 0, "", "BOUND through a NULL DS", RAISES(VEC_GP, 0)),
         ROW("stack_segment", stack_segment, 0, "", "BOUND through SS, the second bound beyond its limit", RAISES(VEC_SS, 0)),
         ROW("lower_edge", dwords, 10, "br-bound-pm32-edges-ok", "BOUND, index 10 of 10 to 20", PASSES),
         ROW("upper_edge", dwords, 20, "br-bound-pm32-edges-ok", "BOUND, index 20 of 10 to 20", PASSES),
         ROW("words_edge", words, 0x70000 | 20, "", "BOUND of words, index 20 of 10 to 20, with an upper half", PASSES));
