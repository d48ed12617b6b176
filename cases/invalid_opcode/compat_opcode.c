/* Opcodes and forms that 32-bit mode hasn't, in compatibility mode at CPL 3. */
#define COMPAT
#include "../operand/each.h"

#include "../pm_exception/reserved.h"

#define SPEC "SDM 3A \"Interrupt 6-Invalid Opcode Exception (#UD)\", SDM 2D \"Opcode Map\""
#define BYTES_OF(name, about, cpl, ...) ENCODING(ud_##name, __VA_ARGS__)
BY(one, RESERVED(BYTES_OF))
BY(other, MORE_RESERVED(BYTES_OF))

VARIANTS(ROW("one", one, ON_SECOND, FLAT, USER_PAGE, "reserved opcodes and forms, one half", SPEC, NULL),
         ROW("other", other, ON_SECOND, FLAT, USER_PAGE, "reserved opcodes and forms, other half", SPEC, NULL));
