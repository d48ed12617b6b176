/* ENTER's level in virtual-8086 mode, with both operand sizes. */
#include <case32.h>

#define BASE (16 * REAL_STACK)
#include "../stack/enter_modulo.h"

#define WORDS(name, level) ENTERS(name, level, in_vm86(), PROGRAM16, "0xc8", "mov cx, [esp + 8]\n" LESS_WORD)
#define DWORDS(name, level) ENTERS(name, level, in_vm86(), PROGRAM16, "0x66, 0xc8", "mov ecx, [esp + 8]\n" LESS_DWORD)
EACH(WORDS, words)
EACH(DWORDS, dwords)

VARIANTS(CASES("words", words, 2, "in virtual-8086 mode", ), CASES("dwords", dwords, 4, "with a 32-bit operand size in virtual-8086 mode", ));
