/* descriptor.c for far transfers, returns and deliveries: code segments, the gates and stacks on the way. */
#include <case32.h>

#include "descriptor.h"

VARIANTS(LOADS(jmp, "far JMP to a code segment"), LOADS(call, "far CALL to a code segment"), CROSSES(gate, "CALL by a call gate"),
         LOADS(gate_code, "CALL by a call gate to a code segment"), LOADS(iretd_cs, "IRETD to a code segment"),
         LOADS(iretd_outer, "IRETD to CPL 3, to a code segment"), LOADS(iretd_ss, "IRETD to CPL 3, to a stack segment"),
         LOADS(retf_cs, "far RET to a code segment"), LOADS(retf_outer, "far RET to CPL 3, to a code segment"),
         LOADS(retf_ss, "far RET to CPL 3, to a stack segment"), LOADS(int_n, "INT 0x40 to a code segment"), LOADS(ud2, "#UD to a code segment"),
         MISSES_LDT(jmp, "far JMP to a code segment"), MISSES_LDT(call, "far CALL to a code segment"), MISSES(gate, "CALL by a call gate"),
         MISSES(gate_code, "CALL by a call gate to a code segment"), MISSES(gate_stack, "CALL to CPL 1 with SS1"),
         MISSES(iretd_cs, "IRETD to a code segment"), MISSES(retf_cs, "far RET to a code segment"), MISSES_LDT(int_n, "INT 0x40 to a code segment"),
         MISSES_LDT(int_n_stack, "INT 0x40 to CPL 1 with SS1"),
         ROW("int_n_stack_read_only", int_n_stack, 3 | READ_ONLY | LOCAL, 0, PF_P | PF_W,
             "CPL 3: INT 0x40 to CPL 1 with SS1 of an LDT that nobody may write to, accessed flag clear", .needs = "i486"),
         ROW("gate_stack_read_only", gate_stack, 3 | READ_ONLY | LOCAL, 0, PF_P | PF_W,
             "CPL 3: CALL to CPL 1 with SS1 of an LDT that nobody may write to, accessed flag clear", .needs = "i486"));
