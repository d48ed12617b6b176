/* Prefixes change nothing about INT n but its length; LOCK is #UD. */
#include <case.h>

#define SPEC "SDM 2A \"INT n/INTO/INT3/INT1-Call to Interrupt Procedure\""
#define INT(name, bytes)                      \
    static void name(void)                    \
    {                                         \
        FAULT(".byte " bytes ", 0xcd, 0x40"); \
    }
#define ROW(name_, about_, id_)                                                                                                           \
    {                                                                                                                                     \
        VARIANT, .name = #name_, .about = "INT 0x40 at CPL 0 behind " about_, .spec = SPEC, .id = id_, .vector = 0x40, .error = NO_ERROR, \
                 .saved_rip = AFTER, .run = name_                                                                                         \
    }

INT(sizes, "0x66, 0x67")
INT(operand_size, "0x66")
INT(address_size, "0x67")
INT(repeat, "0xf3")
INT(repeat_not, "0xf2")
INT(segment, "0x2e, 0x65")
INT(rex_w, "0x48")
INT(longest, "0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66")
INT(lock, "0xf0")

VARIANTS(ROW(sizes, "operand and address size prefixes", "int-prefixed"), ROW(operand_size, "an operand size prefix", ""),
         ROW(address_size, "an address size prefix", ""), ROW(repeat, "a REP prefix", ""), ROW(repeat_not, "a REPNE prefix", ""),
         ROW(segment, "CS and GS prefixes", ""), ROW(rex_w, "REX.W", ""), ROW(longest, "13 prefixes: 15 bytes", ""),
         {VARIANT, .name = "lock", .about = "LOCK INT 0x40 at CPL 0", .spec = SPEC, .id = "int-lock", .vector = VEC_UD, .error = NO_ERROR,
          .saved_rip = AT_FAULT, .run = lock});
