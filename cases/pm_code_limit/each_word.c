/* In 32-bit protected mode: branches of a 16-bit operand size, and those that count. */
#include <case32.h>

#include "each.h"

VARIANTS(WORD_ROWS() COUNTED_ROWS(COUNTED, "", " by ECX") COUNTED_ROWS(COUNTED67, "_cx", " by CX"));
