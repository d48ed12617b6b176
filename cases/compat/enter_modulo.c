/* ENTER's level in compatibility mode, with both operand sizes. */
#include <case.h>

#define BASE 0
#include "../stack/enter_modulo.h"

#define WORDS(name, level) ENTERS(name, level, in_compat_user(), PROGRAM32, "0x66, 0xc8", "mov cx, [esp + 8]\n" LESS_WORD)
#define DWORDS(name, level) ENTERS(name, level, in_compat_user(), PROGRAM32, "0xc8", "mov ecx, [esp + 8]\n" LESS_DWORD)
EACH(WORDS, words)
EACH(DWORDS, dwords)

VARIANTS(CASES("words", words, 2, "with a 16-bit operand size", .env = COMPAT32),
         CASES("dwords", dwords, 4, "with a 32-bit operand size", .env = COMPAT32));
