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
REMOVED(pop_es, "0x07")
REMOVED(push_cs, "0x0e")
REMOVED(push_ss, "0x16")
REMOVED(pop_ss, "0x17")
REMOVED(push_ds, "0x1e")
REMOVED(pop_ds, "0x1f")
REMOVED(das, "0x2f")
REMOVED(aaa, "0x37")
REMOVED(aas, "0x3f")
REMOVED(popa, "0x61")
REMOVED(alias_82, "0x82, 0xc0, 1")
REMOVED(aam, "0xd4, 0x0a")
REMOVED(aad, "0xd5, 0x0a")
REMOVED(salc, "0xd6")
REMOVED(jmp_far, "0xea, 0, 0, 0, 0, 8, 0")
REMOVED(call_far, "0x9a, 0, 0, 0, 0, 8, 0")

#define ROW(name_, id_, about_, spec_)                                                                                                      \
    {                                                                                                                                       \
        VARIANT, .name = #name_, .about = about_ " in 64-bit mode at CPL 0", .spec = spec_, .id = id_, .vector = VEC_UD, .error = NO_ERROR, \
                 .saved_rip = AT_FAULT, .run = name_                                                                                        \
    }

VARIANTS(ROW(push_es, "ud-long64-op-06", "PUSH ES (06)", "SDM 2B \"PUSH-Push Word, Doubleword, or Quadword Onto the Stack\""),
         ROW(daa, "ud-long64-op-27", "DAA (27)", "SDM 2A \"DAA-Decimal Adjust AL After Addition\""),
         ROW(pusha, "ud-long64-op-60", "PUSHA (60)", "SDM 2B \"PUSHA/PUSHAD-Push All General-Purpose Registers\""),
         ROW(call_far, "ud-long64-op-9a", "CALL ptr16:32 (9A)", "SDM 2A \"CALL-Call Procedure\""),
         ROW(pop_es, "ud-long64-op-07", "POP ES (07)", "SDM 2B \"POP-Pop a Value From the Stack\""),
         ROW(push_cs, "ud-long64-op-0e", "PUSH CS (0E)", "SDM 2B \"PUSH-Push Word, Doubleword, or Quadword Onto the Stack\""),
         ROW(push_ss, "ud-long64-op-16", "PUSH SS (16)", "SDM 2B \"PUSH-Push Word, Doubleword, or Quadword Onto the Stack\""),
         ROW(pop_ss, "ud-long64-op-17", "POP SS (17)", "SDM 2B \"POP-Pop a Value From the Stack\""),
         ROW(push_ds, "ud-long64-op-1e", "PUSH DS (1E)", "SDM 2B \"PUSH-Push Word, Doubleword, or Quadword Onto the Stack\""),
         ROW(pop_ds, "ud-long64-op-1f", "POP DS (1F)", "SDM 2B \"POP-Pop a Value From the Stack\""),
         ROW(das, "ud-long64-op-2f", "DAS (2F)", "SDM 2A \"DAS-Decimal Adjust AL After Subtraction\""),
         ROW(aaa, "ud-long64-op-37", "AAA (37)", "SDM 2A \"AAA-ASCII Adjust After Addition\""),
         ROW(aas, "ud-long64-op-3f", "AAS (3F)", "SDM 2A \"AAS-ASCII Adjust AL After Subtraction\""),
         ROW(popa, "ud-long64-op-61", "POPA (61)", "SDM 2B \"POPA/POPAD-Pop All General-Purpose Registers\""),
         ROW(alias_82, "ud-long64-op-82", "82, which was 80", "SDM 2D \"Opcode Map\""),
         ROW(aam, "ud-long64-op-d4", "AAM (D4)", "SDM 2A \"AAM-ASCII Adjust AX After Multiply\""),
         ROW(aad, "ud-long64-op-d5", "AAD (D5)", "SDM 2A \"AAD-ASCII Adjust AX Before Division\""),
         ROW(salc, "ud-long64-op-d6", "D6", "SDM 2D \"Opcode Map\""), ROW(jmp_far, "ud-long64-op-ea", "JMP ptr16:32 (EA)", "SDM 2A \"JMP-Jump\""));
