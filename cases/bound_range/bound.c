/* BOUND: a signed index below the first or above the second of two numbers in memory is #BR, a fault. Only outside 64-bit mode. */
#include <case.h>

/* Bounds 10 and 20, as two doublewords and at offset 8 as two words; -5 and 5 behind them. */
static void set_up(uint32_t index)
{
    int32_t *bounds;

    start.rbx = map_page("bounds", PAGE_PRESENT | PAGE_WRITE | PAGE_USER);
    bounds = frame_of(start.rbx);
    bounds[0] = 10;
    bounds[1] = 20;
    bounds[2] = 20 << 16 | 10;
    bounds[4] = -5;
    bounds[5] = 5;
    start.rax = index;
}

static void kernel(void)
{
    set_up((uint32_t)ARG0);
    in_compat_kernel();
    FAULT32("bound eax, [ebx]");
}

static void user(void)
{
    set_up((uint32_t)ARG0);
    in_compat_user();
    FAULT32("bound eax, [ebx]");
}

static void words(void)
{
    set_up((uint32_t)ARG0);
    in_compat_user();
    FAULT32("bound ax, [ebx + 8]");
}

static void negative(void)
{
    set_up((uint32_t)ARG0);
    in_compat_user();
    FAULT32("bound eax, [ebx + 16]");
}

#define MINUS(n) ((uint32_t) - (n))
#define ROW(name_, run_, index, id_, about_, ...)                                                                      \
    {                                                                                                                  \
        VARIANT, .name = name_, .env = COMPAT32, .about = about_ ", in compatibility mode", .id = id_,                 \
                 .spec = "SDM 2A \"BOUND-Check Array Index Against Bounds\"", .run = run_, .arg = {index}, __VA_ARGS__ \
    }
#define FAULTS .vector = VEC_BR, .error = NO_ERROR, .saved_rip = AT_FAULT
#define PASSES .vector = NO_EXCEPTION

VARIANTS(ROW("below", kernel, 9, "", "BOUND at CPL 0, index 9 of 10 to 20", FAULTS),
         ROW("above", kernel, 21, "", "BOUND at CPL 0, index 21 of 10 to 20", FAULTS),
         ROW("below_user", user, 9, "", "BOUND at CPL 3, index 9 of 10 to 20", FAULTS),
         ROW("above_user", user, 21, "br-bound-compat-above", "BOUND at CPL 3, index 21 of 10 to 20", FAULTS),
         ROW("below_signed", user, MINUS(1), "br-bound-compat-below", "BOUND at CPL 3, index -1 of 10 to 20: signed", FAULTS),
         ROW("least", user, 0x80000000, "", "BOUND at CPL 3, index -2^31 of 10 to 20", FAULTS),
         ROW("greatest", user, 0x7fffffff, "", "BOUND at CPL 3, index 2^31 - 1 of 10 to 20", FAULTS),
         ROW("lower_edge", user, 10, "br-bound-compat-edges-ok", "BOUND at CPL 3, index 10 of 10 to 20", PASSES),
         ROW("upper_edge", user, 20, "br-bound-compat-edges-ok", "BOUND at CPL 3, index 20 of 10 to 20", PASSES),
         ROW("word_below", words, 0x7fff0009, "", "BOUND of words at CPL 3, index 9 of 10 to 20, more above the word", FAULTS),
         ROW("word_above", words, 21, "", "BOUND of words at CPL 3, index 21 of 10 to 20", FAULTS),
         ROW("word_signed", words, 0xffff, "", "BOUND of words at CPL 3, index -1 of 10 to 20", FAULTS),
         ROW("word_edge", words, 0xffff0014, "", "BOUND of words at CPL 3, index 20 of 10 to 20, more above the word", PASSES),
         ROW("negative_below", negative, MINUS(6), "", "BOUND at CPL 3, index -6 of -5 to 5", FAULTS),
         ROW("negative_edge", negative, MINUS(5), "", "BOUND at CPL 3, index -5 of -5 to 5", PASSES),
         ROW("negative_above", negative, 6, "", "BOUND at CPL 3, index 6 of -5 to 5", FAULTS));
