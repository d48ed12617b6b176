/*
 * What files of this folder have in common: one x87 instruction, whose operands raise one exception, is executed at CPL 3 with this exception
 * unmasked, and FWAIT behind it raises #MF; and again with all masked. ST(0) and ST(1) are of the row, the others empty; TOP is 4 and C1
 * is 1 before.
 */
#include "numbers.h"

/* Rounding and precision control. */
#define DOWN 0x77f
#define UP 0xb7f
#define TO_ZERO 0xf7f
#define TO_24_BITS 0x07f
#define TO_53_BITS 0x27f

/* Offsets on the operands' page. */
#define STATUS 16
#define IMAGE 512

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
