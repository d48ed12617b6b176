/* ENTER's level in 32-bit protected mode, with both operand sizes. */
#include <case32.h>

#define BASE 0
#define STACK esp
#define FRAME ebp
#include "../stack/enter_modulo.h"

#define WORDS(name, level)                                                                                       \
    static void name##_##level(void)                                                                             \
    {                                                                                                            \
        set_up();                                                                                                \
        PROGRAM(MARK(fault) ".byte 0x66, 0xc8, 8, 0, " #level "\n" MARK(after) "mov cx, [esp + 8]\n" LESS_WORD); \
    }
#define DWORDS(name, level)                                                                         \
    static void name##_##level(void)                                                                \
    {                                                                                               \
        in_user_mode();                                                                             \
        set_up();                                                                                   \
        PROGRAM(MARK(fault) "enter 8, " #level "\n" MARK(after) "mov ecx, [esp + 8]\n" LESS_DWORD); \
    }
EACH(WORDS, words)
EACH(DWORDS, dwords)

VARIANTS(CASES("words", words, 2, "with a 16-bit operand size", ), CASES("dwords", dwords, 4, "with a 32-bit operand size", ));
