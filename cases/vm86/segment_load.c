/*
 * In virtual-8086 mode a segment register is loaded with any selector: the base is that, shifted by 4. EAX is the doubleword
 * that lies there.
 */
#include <case32.h>

#define IN_MODE in_vm86()
#include "../real_mode/segment_load.h"
