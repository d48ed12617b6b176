/* In 64-bit mode. */
#include <case.h>

#define FIRST_WORD "qword ptr [rsp]"
#define SECOND_WORD "qword ptr [rsp+8]"
#include "external.h"
