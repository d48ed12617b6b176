/* ENTER's level in 32-bit protected mode, with both operand sizes. */
#include <case32.h>

#define BASE 0
#include "../stack/enter_modulo.h"

#define WORDS(name, level) ENTERS(name, level, , PROGRAM, "0x66, 0xc8", "mov cx, [esp + 8]\n" LESS_WORD)
#define DWORDS(name, level) ENTERS(name, level, in_user_mode(), PROGRAM, "0xc8", "mov ecx, [esp + 8]\n" LESS_DWORD)
EACH(WORDS, words)
EACH(DWORDS, dwords)

VARIANTS(CASES("words", words, 2, "with a 16-bit operand size", ), CASES("dwords", dwords, 4, "with a 32-bit operand size", ));
