/* General detect and the other names of DR6 and DR7, in 32-bit code. */
#include <case32.h>

#define MORE_GUARDED(X)
#define MORE_RESERVED(X) X(de_read_4, "MOV from DR4", ".byte 0x0f, 0x21, 0xe0")

#include "detect.h"
