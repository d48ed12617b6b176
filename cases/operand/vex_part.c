#define BEFORE_EACH "push 0x1f80\nvldmxcsr [rsp]\npop rax\n" /* VLDMXCSR loads 0 */
#include "vex_part_forms.h"
