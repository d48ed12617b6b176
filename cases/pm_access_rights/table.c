/* access_rights/table.c in 32-bit protected mode. */
#include <case32.h>

#include "../access_rights/table.h"
