/* Opcodes that 64-bit mode took away. The bytes behind each are those that its old form had. */
#include <case.h>

#define REMOVED(name, bytes)   \
    static void name(void)     \
    {                          \
        FAULT(".byte " bytes); \
    }

REMOVED(push_es, "0x06")
REMOVED(daa, "0x27")
REMOVED(pusha, "0x60")
REMOVED(call_far, "0x9a, 0, 0, 0, 0, 8, 0")

#define ROW(name_, id_, about_, spec_)                                                                                                      \
    {                                                                                                                                       \
        VARIANT, .name = #name_, .about = about_ " in 64-bit mode at CPL 0", .spec = spec_, .id = id_, .vector = VEC_UD, .error = NO_ERROR, \
                 .saved_rip = AT_FAULT, .run = name_                                                                                        \
    }

VARIANTS(ROW(push_es, "ud-long64-op-06", "PUSH ES (06)", "SDM 2B \"PUSH-Push Word, Doubleword, or Quadword Onto the Stack\""),
         ROW(daa, "ud-long64-op-27", "DAA (27)", "SDM 2A \"DAA-Decimal Adjust AL After Addition\""),
         ROW(pusha, "ud-long64-op-60", "PUSHA (60)", "SDM 2B \"PUSHA/PUSHAD-Push All General-Purpose Registers\""),
         ROW(call_far, "ud-long64-op-9a", "CALL ptr16:32 (9A)", "SDM 2A \"CALL-Call Procedure\""));
