#include <case.h>

#include "table.h"

UNSIGNED(div8, 8, "div bl")
UNSIGNED(div16, 16, "div bx")
UNSIGNED(div32, 32, "div ebx")
UNSIGNED(div64, 64, "div rbx")
SIGNED(idiv8, 8, "idiv bl", BY_3(8))
SIGNED(idiv16, 16, "idiv bx", BY_3(16))
SIGNED(idiv32, 32, "idiv ebx", BY_3(32))
SIGNED(idiv64, 64, "idiv rbx", )

VARIANTS(ROW(div8, 8, "DIV BL", "DIV-Unsigned Divide"), ROW(div16, 16, "DIV BX", "DIV-Unsigned Divide"),
         ROW(div32, 32, "DIV EBX", "DIV-Unsigned Divide"), ROW(div64, 64, "DIV RBX", "DIV-Unsigned Divide"),
         ROW(idiv8, 8, "IDIV BL", "IDIV-Signed Divide"), ROW(idiv16, 16, "IDIV BX", "IDIV-Signed Divide"),
         ROW(idiv32, 32, "IDIV EBX", "IDIV-Signed Divide"), ROW(idiv64, 64, "IDIV RBX", "IDIV-Signed Divide"));
