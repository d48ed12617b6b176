/* MOV of AL, AX, EAX, RAX and memory whose address is in the instruction: opcodes A0 to A3. Who includes it has IN_FIXED_PAGES. */
#if defined(__x86_64__) && !defined(COMPAT)
#define SECOND "0x123457000"
#define ADDRESS_OF ".quad"
#define BEFORE ""
#elif defined(CODE16)
#define SECOND "0x8000"
#define ADDRESS_OF ".long"
#define BEFORE "0x67, "
#else
#define SECOND "0x23457000"
#define ADDRESS_OF ".long"
#define BEFORE ""
#endif
#ifdef CODE16
#define SIZE16 BEFORE
#define SIZE32 BEFORE "0x66, "
#else
#define SIZE16 "0x66, "
#define SIZE32 ""
#endif

#define IN_MACRO(text) ".macro moffs address, opcode:vararg\n.byte \\opcode\n" ADDRESS_OF " \\address\n.endm\n" text ".purgem moffs\n"
#define SIZES(i, opcode8, opcode, AT)                                                                                               \
    "op " i "_8, 1, moffs " AT("1") ", " BEFORE opcode8 "\n"                                                                        \
                                    "op " i "_16, 2, moffs " AT("2") ", " SIZE16 opcode "\n"                                        \
                                                                     "op " i "_32, 4, moffs " AT("4") ", " SIZE32 opcode "\n" IF64( \
                                                                         "op " i "_64, 8, moffs " AT("8") ", 0x48, " opcode "\n")
#define MOFFS(AT) IN_MACRO(SIZES("load", "0xa0", "0xa1", AT) SIZES("store", "0xa2", "0xa3", AT))

#define AT_SECOND(width) SECOND
#define AT_LAST_BYTE(width) SECOND "-" width "+1"
#define AT_END(width) SECOND "-" width
#define AT_ODD(width) SECOND "-63"
#define AT_NONCANONICAL(width) "0x100000000000000"
#define AT_LIMIT_16(width) "0x10000-" width "+1"
#define AT_END_16(width) "0x10000-" width
#ifndef REAL
BY(on_second, MOFFS(AT_SECOND))
BY(misaligned, MOFFS(AT_ODD))
#endif

#define ABOUT "MOV of an accumulator and memory"
#ifdef KERNEL
VARIANTS(IN_ANY_STATE("at", on_second, ABOUT, ""), ROW_MISALIGNED("at", misaligned, ABOUT, ""));
#elif defined(__x86_64__) && !defined(COMPAT)
BY(last_byte, MOFFS(AT_LAST_BYTE))
BY(in_front, MOFFS(AT_END))
BY(noncanonical, MOFFS(AT_NONCANONICAL))
VARIANTS(ROW_MISSING("at", on_second, ABOUT, ""), ROW_MISALIGNED("at", misaligned, ABOUT, ""),
         ROW("at_last_byte", last_byte, LAST_BYTE_ON_SECOND, FLAT, MISSING_PAGE, ABOUT " whose last byte is on a page that isn't present", SPEC_PF,
             ""),
         ROW("at_before", in_front, ALL_ON_FIRST, FLAT, MISSING_PAGE, ABOUT " that ends in front of a page that isn't present", SPEC_PF, ""),
         ROW("at_read_only", on_second, ON_SECOND, FLAT, PAGE_PRESENT | PAGE_USER, ABOUT " of a read-only page", SPEC_RIGHTS, ""),
         ROW("at_supervisor", on_second, ON_SECOND, FLAT, PAGE_PRESENT | PAGE_WRITE, ABOUT " of a supervisor page", SPEC_RIGHTS, ""),
         ROW("at_noncanonical", noncanonical, BEYOND_CANONICAL, FLAT, USER_PAGE, ABOUT " by an address that isn't canonical", SPEC_GP CANONICAL, ""));
#elif defined(LIMIT)
BY(last_byte, MOFFS(AT_LAST_BYTE))
BY(in_front, MOFFS(AT_END))
VARIANTS(ROW_MISSING("at", on_second, ABOUT, ""), ROW_MISALIGNED("at", misaligned, ABOUT, ""),
         ROW("at_limit", last_byte, LAST_BYTE_ON_SECOND, LIMITED_DATA, USER_PAGE, ABOUT " whose last byte is beyond the limit", SPEC_GP LIMIT, ""),
         ROW("at_inside", in_front, ALL_ON_FIRST, LIMITED_DATA, USER_PAGE, ABOUT " that ends at the limit", SPEC_GP LIMIT, ""),
         ROW("at_null", on_second, ON_SECOND, NULL_DATA, USER_PAGE, ABOUT " by NULL DS", SPEC_GP, ""),
         ROW("at_read_only", on_second, ON_SECOND, READ_ONLY_DATA, USER_PAGE, ABOUT " in a read-only segment", SPEC_GP TYPE, ""));
#else
BY(beyond, MOFFS(AT_LIMIT_16))
BY(inside, MOFFS(AT_END_16))
#ifdef VM86
#define PAGED ROW_MISSING("at", on_second, ABOUT, ""), ROW_MISALIGNED("at", misaligned, ABOUT, ""),
#else
#define PAGED
#endif
VARIANTS(PAGED ROW("at_limit", beyond, LAST_BYTE_ON_SECOND, LIMITED_DATA, 0, ABOUT " whose last byte is at 0x10000", SPEC_GP, ""),
         ROW("at_inside", inside, ALL_ON_FIRST, LIMITED_DATA, 0, ABOUT " that ends at 0xffff", SPEC_GP, ""));
#endif
