/* Descriptors in two pages, in pages that nobody may write to, and in the GDT's first entry. */
#include <case.h>

#include "table.h"
