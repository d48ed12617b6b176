/* ENTER's level in 64-bit mode, with both operand sizes. */
#include <case.h>

#define BASE 0
#include "enter_modulo.h"

#define WORDS(name, level) ENTERS(name, level, , PROGRAM, "0x66, 0xc8", "mov cx, [rsp + 8]\n" LESS_WORD)
#define QWORDS(name, level) ENTERS(name, level, , PROGRAM, "0xc8", "mov rcx, [rsp + 8]\nnot rcx\nlea rcx, [rcx + rbp + 1]\n")
EACH(WORDS, words)
EACH(QWORDS, qwords)

VARIANTS(CASES("words", words, 2, "with a 16-bit operand size", ), CASES("qwords", qwords, 8, "with a 64-bit operand size", ));
