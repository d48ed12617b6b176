/*
 * What files of this folder have in common: one x87 instruction, whose operands raise one exception, is executed at CPL 3 with this exception
 * unmasked, and FWAIT behind it raises #MF; and again with all masked. ST(0) and ST(1) are of the row, the others empty; TOP is 4 and C1
 * is 1 before.
 */
#define ALL_MASKED 0x37f
#define IE 0x01u
#define DE 0x02u
#define ZE 0x04u
#define OE 0x08u
#define UE 0x10u
#define PE 0x20u

/* Rounding and precision control. */
#define DOWN 0x77f
#define UP 0xb7f
#define TO_ZERO 0xf7f
#define TO_24_BITS 0x07f
#define TO_53_BITS 0x27f

/* Offsets on the operands' page. */
#define STATUS 16
#define IMAGE 512

enum number {
    NONE, /* an empty register; no operand in memory */
    FULL, /* ST(1) and with it all eight registers: 1 */
    PLUS_ZERO,
    PLUS_ONE,
    MINUS_ONE,
    TWO,
    THREE,
    TWO_AND_A_HALF,
    HALF,
    MINUS_1_5_LEAST, /* of the least normal number */
    PLUS_1_5_LEAST,  /* the same */
    LEAST,           /* normal number, 2^-16382 */
    GREATEST,        /* power of two, 2^16383 */
    MINUS_GREATEST,  /* the same */
    TINY,            /* 1.5 * 2^-64: behind the last place of 1, and more than half of it */
    NEXT_TO_ONE,     /* 1 + 2^-63 */
    TWO_TO_63,       /* no 64-bit integer */
    TEN_TO_18,       /* no 18 digits */
    DENORMAL,        /* 2^-16384 */
    PLUS_INFINITY,
    MINUS_INFINITY,
    SIGNALING_NAN,
    QUIET_NAN,
    UNNORMAL, /* not supported */
    /* In memory. */
    STORED, /* a pattern that is overwritten */
    ZEROS,
    INTEGER_1,
    INTEGER_2,
    INTEGER_4,
    SINGLE_1,
    SINGLE_2,
    SINGLE_SIGNALING_NAN,
    DOUBLE_1,
    DOUBLE_SIGNALING_NAN,
};

struct extended {
    uint64_t low;
    uint16_t high;
};

static const struct extended numbers[] = {
    [NONE] = {0xd0d0d0d0d0d0d0d0, 0x4123},
    [FULL] = {0x8000000000000000, 0x3fff},
    [PLUS_ZERO] = {0, 0},
    [PLUS_ONE] = {0x8000000000000000, 0x3fff},
    [MINUS_ONE] = {0x8000000000000000, 0xbfff},
    [TWO] = {0x8000000000000000, 0x4000},
    [THREE] = {0xc000000000000000, 0x4000},
    [TWO_AND_A_HALF] = {0xa000000000000000, 0x4000},
    [HALF] = {0x8000000000000000, 0x3ffe},
    [MINUS_1_5_LEAST] = {0xc000000000000000, 0x8001},
    [PLUS_1_5_LEAST] = {0xc000000000000000, 0x0001},
    [LEAST] = {0x8000000000000000, 0x0001},
    [GREATEST] = {0x8000000000000000, 0x7ffe},
    [MINUS_GREATEST] = {0x8000000000000000, 0xfffe},
    [TINY] = {0xc000000000000000, 0x3fbf},
    [NEXT_TO_ONE] = {0x8000000000000001, 0x3fff},
    [TWO_TO_63] = {0x8000000000000000, 0x403e},
    [TEN_TO_18] = {0xde0b6b3a76400000, 0x403a},
    [DENORMAL] = {0x2000000000000000, 0x0000},
    [PLUS_INFINITY] = {0x8000000000000000, 0x7fff},
    [MINUS_INFINITY] = {0x8000000000000000, 0xffff},
    [SIGNALING_NAN] = {0x8000000000000001, 0x7fff},
    [QUIET_NAN] = {0xc000000000000001, 0x7fff},
    [UNNORMAL] = {0x4000000000000000, 0x4000},
    [STORED] = {0x7777777777777777, 0x7777},
    [ZEROS] = {0, 0},
    [INTEGER_1] = {1, 0},
    [INTEGER_2] = {2, 0},
    [INTEGER_4] = {4, 0},
    [SINGLE_1] = {0x3f800000, 0},
    [SINGLE_2] = {0x40000000, 0},
    [SINGLE_SIGNALING_NAN] = {0x7f800001, 0},
    [DOUBLE_1] = {0x3ff0000000000000, 0},
    [DOUBLE_SIGNALING_NAN] = {0x7ff0000000000001, 0},
};

/* Of FXSAVE. */
struct image {
    uint16_t control, status;
    uint8_t tags, unused;
    uint16_t opcode;
    uint32_t pointers[4];
    uint32_t mxcsr, mxcsr_mask;
    struct extended st[8];
    uint8_t others[512 - 160];
} __attribute__((aligned(16)));
_Static_assert(sizeof(struct image) == 512 && sizeof(struct extended) == 16, "SDM 1 \"FXSAVE Area\"");

static struct image after;
static uint32_t environment[7];

#define CONTROL (ARG0)
#define OPERAND_0 ((enum number)(ARG1 & 0xff))
#define OPERAND_1 ((enum number)(ARG1 >> 8 & 0xff))
#define MEMORY ((enum number)(ARG1 >> 16))

/* Which registers that aren't empty hold something else than before, a bit a physical register. */
static unsigned changed_registers(const struct image *before)
{
    unsigned changed = 0;

    for (unsigned n = 0; n < 8; n++) {
        unsigned physical = ((after.status >> 11) + n) & 7;
        const struct extended *now = &after.st[n], *then = &before->st[(physical - 4) & 7];

        if (after.tags >> physical & 1 && (now->low != then->low || now->high != then->high))
            changed |= 1u << physical;
    }
    return changed;
}

/*
 * What the status word was before FWAIT, tags (a bit a physical register, 1 where it isn't empty), ST(0), 0 where it is empty; and the pointers
 * of the environment, which every processor has only for an unmasked exception.
 */
static void note_state(void)
{
    const uint8_t *page = frame_of(start.rbx);
    bool is_empty;

    __asm__ volatile("fxsave %0\n\tfnstenv %1" : "=m"(after), "=m"(environment));
    is_empty = !(after.tags >> (after.status >> 11 & 7) & 1);
    note("fsw", *(const uint16_t *)(page + STATUS));
    note("tags", after.tags);
    note("changed", changed_registers((const struct image *)(page + IMAGE)));
    note("st0", is_empty ? 0 : after.st[0].low);
    note("st0_high", is_empty ? 0 : after.st[0].high);
    if ((CONTROL & 0x3f) == 0x3f)
        return;
    note("fip", environment[3] - recorded_label("cause"));
    note("fop", environment[4] >> 16 & 0x7ff);
    if (MEMORY != NONE)
        note("fdp", environment[5] - (uint32_t)start.rbx);
}

static void set_up(void)
{
    uint8_t *page;
    struct image *image;

    in_user_mode();
    start.rflags &= ~(uint64_t)(RFLAGS_ZF | RFLAGS_PF | RFLAGS_CF); /* FCOMI would set them */
    start.rbx = map_page("operand", PAGE_PRESENT | PAGE_WRITE | PAGE_USER);
    page = frame_of(start.rbx);
    *(struct extended *)page = numbers[MEMORY];
    image = (struct image *)(page + IMAGE);
    __asm__ volatile("fxsave %0" : "=m"(*image));
    image->control = (uint16_t)CONTROL;
    image->status = 4 << 11 | 0x200;
    image->tags = OPERAND_1 == FULL ? 0xff : (uint8_t)((OPERAND_0 != NONE) << 4 | (OPERAND_1 != NONE) << 5);
    image->opcode = 0;
    for (unsigned n = 0; n < 4; n++)
        image->pointers[n] = 0;
    for (unsigned n = 0; n < 8; n++) {
        image->st[n] = numbers[n == 0 ? OPERAND_0 : n == 1 ? OPERAND_1 : OPERAND_1 == FULL ? FULL : NONE];
        if (n > 1)
            image->st[n].low += n;
    }
    if (MEMORY == STORED)
        record_memory("operand", page, 12);
    at_end(note_state);
}

#define FUNCTION(name_, unmasked_, st0_, st1_, memory_, instruction_)                                          \
    static void run_##name_(void)                                                                              \
    {                                                                                                          \
        set_up();                                                                                              \
        PROGRAM("fxrstor [rbx + 512]\n" MARK(cause) instruction_ "\nfnstsw [rbx + 16]\n" MARK(fault) "fwait"); \
    }

#define SPEC "SDM 2 \"Floating-Point Exceptions\" of the instruction; SDM 3A \"Interrupt 16-x87 FPU Floating-Point Error (#MF)\""
#define ONE_ROW(name_, needs_, control_, st0_, st1_, memory_, run_, about_, ...)                                      \
    {                                                                                                                 \
        VARIANT, .name = name_, .about = about_, .spec = SPEC, .needs = needs_, .run = run_,                          \
                 .arg = {control_, (uint64_t)(st0_) | (uint64_t)(st1_) << 8 | (uint64_t)(memory_) << 16}, __VA_ARGS__ \
    }
#define ABOUT(st0_, st1_, memory_, instruction_) instruction_ "; ST(0) " #st0_ ", ST(1) " #st1_ ", memory " #memory_
#define ROWS(needs_, control_, name_, unmasked_, st0_, st1_, memory_, instruction_)                                                            \
    ONE_ROW(#name_, needs_, (control_) & ~(unmasked_), st0_, st1_, memory_, run_##name_,                                                       \
            ABOUT(st0_, st1_, memory_, instruction_) ", " #unmasked_ " unmasked", .vector = VEC_MF, .error = NO_ERROR, .saved_rip = AT_FAULT), \
        ONE_ROW(#name_ "_masked", needs_, control_, st0_, st1_, memory_, run_##name_, ABOUT(st0_, st1_, memory_, instruction_) ", all masked", \
                .vector = NO_EXCEPTION),
#define ROW(...) ROWS(NULL, ALL_MASKED, __VA_ARGS__)
#define ROW_SSE3(...) ROWS("sse3", ALL_MASKED, __VA_ARGS__)
#define ROW_DOWN(...) ROWS(NULL, DOWN, __VA_ARGS__)
#define ROW_UP(...) ROWS(NULL, UP, __VA_ARGS__)
#define ROW_TO_ZERO(...) ROWS(NULL, TO_ZERO, __VA_ARGS__)
#define ROW_24(...) ROWS(NULL, TO_24_BITS, __VA_ARGS__)
#define ROW_53(...) ROWS(NULL, TO_53_BITS, __VA_ARGS__)
