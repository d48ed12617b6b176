/* ENTER's level in real mode, with both operand sizes. */
#include <case16.h>

#define BASE (16 * REAL_STACK)
#include "../stack/enter_modulo.h"

#define WORDS(name, level) ENTERS(name, level, , PROGRAM, "0xc8", "mov cx, [esp + 8]\n" LESS_WORD)
#define DWORDS(name, level) ENTERS(name, level, , PROGRAM, "0x66, 0xc8", "mov ecx, [esp + 8]\n" LESS_DWORD)
EACH(WORDS, words)
EACH(DWORDS, dwords)

VARIANTS(CASES("words", words, 2, "in real mode", ), CASES("dwords", dwords, 4, "with a 32-bit operand size in real mode", ));
