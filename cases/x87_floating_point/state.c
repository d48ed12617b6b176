/*
 * What is pending follows from the flags and the masks that are there, whichever instruction loaded them; FXRSTOR doesn't wait; and what FNSTENV
 * stores of an unmasked exception with 16-bit operand size.
 */
#include <case.h>

#define ALL_MASKED 0x37f
#define ZERO_DIVIDE_UNMASKED 0x37b
#define ZE 0x4u

/* Offsets on the operands' page. */
#define STATUS 16
#define IMAGE 512

struct fxsave_image {
    uint8_t bytes[512];
};

static void note_status(void)
{
    note("fsw", *(const uint16_t *)(const void *)((const uint8_t *)frame_of(start.rbx) + STATUS));
}

/* RBX: a page that begins with a control word. */
static uint16_t *set_up(void)
{
    in_user_mode();
    start.rbx = map_page("operand", PAGE_PRESENT | PAGE_WRITE | PAGE_USER);
    *(uint16_t *)frame_of(start.rbx) = ZERO_DIVIDE_UNMASKED;
    at_end(note_status);
    return (uint16_t *)(void *)((uint8_t *)frame_of(start.rbx) + IMAGE);
}

/* Control, status and tag word, in which all registers are empty, are `step` words apart. */
static void set_image(unsigned step, uint16_t tag)
{
    uint16_t *image = set_up();

    __asm__ volatile("fxsave %0" : "=m"(*(struct fxsave_image *)(void *)image)); /* with an MXCSR that FXRSTOR takes */
    image[0] = (uint16_t)ARG0;
    image[step] = (uint16_t)ARG1;
    image[2 * step] = tag;
}

#define LOADED(name, step, tag, instruction)                                                                   \
    static void name(void)                                                                                     \
    {                                                                                                          \
        set_image(step, tag);                                                                                  \
        PROGRAM("fninit\n" instruction " [rbx + 512]\nfnstsw [rbx + 16]\n" MARK(fault) "fwait\n" MARK(after)); \
    }

LOADED(fldenv, 2, 0xffff, "fldenv")
LOADED(fldenv16, 1, 0xffff, ".byte 0x66; fldenv")
LOADED(frstor, 2, 0xffff, "frstor")
LOADED(frstor16, 1, 0xffff, ".byte 0x66; frstor")
LOADED(fxrstor, 1, 0, "fxrstor")

#define PENDING "fninit\nfldcw [rbx]\nfldz\nfld1\n" MARK(cause) "fdiv st, st(1)\n"

static void fxrstor_pending(void)
{
    set_image(1, 0);
    PROGRAM(PENDING "fxrstor [rbx + 512]\nfnstsw [rbx + 16]\n" MARK(fault) "fwait\n" MARK(after));
}

static void note_environment16(void)
{
    const uint16_t *image = (const uint16_t *)(const void *)((const uint8_t *)frame_of(start.rbx) + IMAGE);

    note("image_fcw", image[0]);
    note("image_fsw", image[1]);
    note("image_ftw", image[2]);
    note("image_fip", (image[3] - recorded_label("cause")) & 0xffff);
    note_status();
}

static void fnstenv16(void)
{
    set_up();
    at_end(note_environment16);
    PROGRAM(PENDING ".byte 0x66; fnstenv [rbx + 512]\nfnstsw [rbx + 16]\n" MARK(fault) "fwait\n" MARK(after));
}

#define SPEC "SDM 3A \"Interrupt 16-x87 FPU Floating-Point Error (#MF)\"; SDM 2A, the instruction's page"
#define ROW(name_, run_, control_, flags_, about_, ...)                                                            \
    {                                                                                                              \
        VARIANT, .name = name_, .about = about_, .spec = SPEC, .run = run_, .arg = {control_, flags_}, __VA_ARGS__ \
    }
#define FAULTS .vector = VEC_MF, .error = NO_ERROR, .saved_rip = AT_FAULT
#define PASSES .vector = NO_EXCEPTION
#define BOTH(name_, instruction_)                                                                                   \
    ROW(#name_ "_unmasked", name_, ZERO_DIVIDE_UNMASKED, ZE, instruction_ " of ZE=1 and ZM=0, then FWAIT", FAULTS), \
        ROW(#name_ "_masked", name_, ALL_MASKED, ZE, instruction_ " of ZE=1 and ZM=1, then FWAIT", PASSES)

VARIANTS(BOTH(fldenv, "FLDENV"), BOTH(fldenv16, "FLDENV with 16-bit operand size"), BOTH(frstor, "FRSTOR"),
         BOTH(frstor16, "FRSTOR with 16-bit operand size"), BOTH(fxrstor, "FXRSTOR"),
         ROW("fxrstor_clears", fxrstor_pending, ZERO_DIVIDE_UNMASKED, 0, "FXRSTOR of ZE=0 with a division by zero pending, then FWAIT", PASSES),
         ROW("fnstenv16", fnstenv16, 0, 0, "FNSTENV with 16-bit operand size and a division by zero pending, then FWAIT", PASSES));
