/*
 * In real mode a segment register is loaded with any selector: the base is that, shifted by 4. EAX is the doubleword that lies
 * there.
 */
#include <case16.h>

#define IN_MODE
#include "segment_load.h"
