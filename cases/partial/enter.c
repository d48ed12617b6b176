/* ENTER with nesting levels over a page edge, with 64 bits, and with 16 bits of each word. */
#include <case.h>

#include "enter.h"

VARIANTS(EACH(8, "64"), EACH(2, "16"));
