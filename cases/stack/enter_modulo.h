/*
 * ENTER's nesting level is its second operand modulo 32: 31 or -1 pushes the frame pointer, 30 of those that are below (R/E)BP, and the new one;
 * 32 pushes the frame pointer alone.
 */
#include <wide.h>

/* Those below (R/E)BP are 1, 2, 3 and so on; what lies at the place of the last two copies that level 31 makes is in the record. ARG0: the size. */
static void set_up(void)
{
    size_t size = ARG0;
    uintptr_t top = BASE + start.R(sp);

    start.R(bp) = start.R(sp) - 0x100;
    start.R(sp) -= 0x300;
    for (uint8_t i = 1; i <= 31; i++)
        *(uint8_t *)(top - 0x100 - size * i) = i;
    record_memory("copies", (const void *)(top - 0x300 - 31 * size), 2 * size);
}

/* (E)CX: the new frame pointer less what was pushed last, and that is 0 but for level 0. */
#define LESS_WORD "not cx\nlea ecx, [ecx + ebp + 1]\nmovzx ecx, cx\n"
#define LESS_DWORD "not ecx\nlea ecx, [ecx + ebp + 1]\n"

/* `go`: what leads to the mode; `enter`: its bytes but for the level. */
#define ENTERS(name, level, go, program, enter, read)                                \
    static void name##_##level(void)                                                 \
    {                                                                                \
        go;                                                                          \
        set_up();                                                                    \
        program(MARK(fault) ".byte " enter ", 8, 0, " #level "\n" MARK(after) read); \
    }
#define CASES(name, run, bytes, about, ...)                                                                                 \
    ROW(name "_31", run##_31, bytes, 31, about, __VA_ARGS__), ROW(name "_32", run##_32, bytes, 32, about, __VA_ARGS__),     \
        ROW(name "_33", run##_33, bytes, 33, about, __VA_ARGS__), ROW(name "_63", run##_63, bytes, 63, about, __VA_ARGS__), \
        ROW(name "_255", run##_255, bytes, 255, about, __VA_ARGS__)
#define EACH(X, name) X(name, 31) X(name, 32) X(name, 33) X(name, 63) X(name, 255)
#define ROW(name_, run_, bytes, level, about_, ...)                                                                                          \
    {                                                                                                                                        \
        VARIANT, .name = name_, .about = "ENTER 8," #level " " about_, .spec = "SDM 2A \"ENTER-Make Stack Frame for Procedure Parameters\"", \
                 .vector = NO_EXCEPTION, .run = run_, .arg = {bytes}, __VA_ARGS__                                                            \
    }
