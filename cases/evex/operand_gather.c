#define BEFORE_EACH "mov eax, 1\nkmovq k1, rax\nvpxord zmm2, zmm2, zmm2\n"
#include "operand_gather_forms.h"
