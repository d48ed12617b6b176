/* ENTER's level is the second operand modulo 32: that many frame pointers are pushed, and read from below RBP. */
#include <case.h>

#define DEPTH 0x300

static void prepare(void)
{
    start.rbp = start.rsp - DEPTH / 2;
    start.rsp -= DEPTH;
    record_memory("frame", (const uint8_t *)start.rsp - 8 * (ARG0 + 1), 16);
}

static void level16(void)
{
    prepare();
    FAULT("enter 8, 16");
}

static void level31(void)
{
    prepare();
    FAULT("enter 8, 31");
}

static void level32(void)
{
    prepare();
    FAULT("enter 8, 32");
}

static void level33(void)
{
    prepare();
    FAULT("enter 8, 33");
}

#define ROW(run_, level, about_)                                                                                                               \
    {                                                                                                                                          \
        VARIANT, .name = #run_, .about = about_, .spec = "SDM 2A \"ENTER-Make Stack Frame for Procedure Parameters\"", .vector = NO_EXCEPTION, \
                 .run = run_, .arg = {                                                                                                         \
                     level                                                                                                                     \
                 }                                                                                                                             \
    }
VARIANTS(ROW(level16, 16, "ENTER 8,16"), ROW(level31, 31, "ENTER 8,31"), ROW(level32, 0, "ENTER 8,32: level 0"),
         ROW(level33, 1, "ENTER 8,33: level 1"));
