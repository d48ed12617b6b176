#define COMPAT
#define BEFORE_EACH "push 0x1f80\nvldmxcsr [esp]\npop eax\n" /* VLDMXCSR loads 0 */
#include "vex_part_forms.h"
