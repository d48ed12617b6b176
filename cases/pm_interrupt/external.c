/* In 32-bit protected mode. */
#include <case32.h>

#define FIRST_WORD "dword ptr [esp]"
#define SECOND_WORD "dword ptr [esp+4]"
#include "../interrupt/external.h"
