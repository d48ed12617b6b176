/* General detect and the other names of DR6 and DR7, in real mode. */
#include <case16.h>

#define MORE_GUARDED(X) X(read_6, "MOV from DR6", "mov eax, dr6") X(write_6, "MOV to DR6", "mov dr6, eax") X(write_7, "MOV to DR7", "mov dr7, eax")
#define MORE_RESERVED(X)

#include "../pm_debug/detect.h"
