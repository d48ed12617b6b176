/* Stores to where a general register says, without a ModRM byte of memory: MASKMOVQ and MASKMOVDQU with a mask of ones, and MOVDIR64B. */
#define MASKED "op maskmovq, 8, maskmovq mm0, mm1\nop maskmovdqu, 16, maskmovdqu xmm0, xmm1\n"
/* movdir64b rbx, [rsp - 192], which not every assembler knows: of the stack, where nothing faults. */
#define DIRECT64 "op movdir64b, 64, .byte 0x66, 0x0f, 0x38, 0xf8, 0x9c, 0x24, 0x40, 0xff, 0xff, 0xff\n"
BY(masked, MASKED)
#if defined(__x86_64__) && !defined(COMPAT)
/* movdir64b rsp, [rbx] and [rbp]: to the 64 bytes above the stack, which are its own. */
BY(source64_data, "op movdir64b, 64, .byte 0x66, 0x0f, 0x38, 0xf8, 0x23\n")
#ifndef KERNEL
BY(source64_stack, "op movdir64b, 64, .byte 0x66, 0x0f, 0x38, 0xf8, 0x65, 0\n")
#endif
#define SOURCE64 IN_EACH_STATE("source64", source64, "MOVDIR64B of memory", "movdir64b")
#endif
#define ABOUT "MASKMOVQ and MASKMOVDQU"
#define ABOUT64 "MOVDIR64B to memory"
#ifdef CODE16
#ifdef VM86
#define PAGED ROW_MISSING("masked", masked, ABOUT, "sse2"),
#else
#define PAGED
#endif
VARIANTS(PAGED ROW("masked_limit", masked, LAST_BYTE_ON_SECOND, LIMITED_DATA, 0, ABOUT " whose last byte is at 0x10000", SPEC_GP, "sse2"),
         ROW("masked_inside", masked, ALL_ON_FIRST, LIMITED_DATA, 0, ABOUT " that ends at 0xffff", SPEC_GP, "sse2"));
#else
BY(direct64, DIRECT64)
/* Of a destination that isn't aligned the #GP and what its last byte raises have no order in the manual. */
#ifdef KERNEL
VARIANTS(IN_ANY_STATE("masked", masked, ABOUT, "sse2"), IN_ANY_STATE("direct64", direct64, ABOUT64, "movdir64b"), SOURCE64,
#elif defined(LIMIT)
#define BOTH(name, group, about, needs)                                                                                           \
    ROW_MISSING(name, group, about, needs),                                                                                       \
        ROW(name "_inside", group, ALL_ON_FIRST, LIMITED_DATA, USER_PAGE, about " that ends at the limit", SPEC_GP LIMIT, needs), \
        ROW(name "_null", group, ON_SECOND, NULL_DATA, USER_PAGE, about " by NULL DS and ES", SPEC_GP, needs),                    \
        ROW(name "_read_only", group, ON_SECOND, READ_ONLY_DATA, USER_PAGE, about " in a read-only segment", SPEC_GP TYPE, needs)
VARIANTS(BOTH("masked", masked, ABOUT, "sse2"), BOTH("direct64", direct64, ABOUT64, "movdir64b"),
         ROW("masked_limit", masked, AT_LIMIT, LIMITED_DATA, USER_PAGE, ABOUT BEYOND " the limit", SPEC_GP LIMIT, "sse2"),
         ROW("direct64_limit", direct64, ON_SECOND, LIMITED_DATA, USER_PAGE, ABOUT64 " beyond the limit", SPEC_GP LIMIT, "movdir64b"),
#else
#define BOTH(name, group, about, needs)                                                                                                         \
    ROW_MISSING(name, group, about, needs),                                                                                                     \
        ROW(name "_before", group, ALL_ON_FIRST, FLAT, MISSING_PAGE, about " that ends in front of a page that isn't present", SPEC_PF, needs), \
        ROW(name "_read_only", group, ON_SECOND, FLAT, PAGE_PRESENT | PAGE_USER, about " of a read-only page", SPEC_RIGHTS, needs),             \
        ROW(name "_supervisor", group, ON_SECOND, FLAT, PAGE_PRESENT | PAGE_WRITE, about " of a supervisor page", SPEC_RIGHTS, needs),          \
        ROW(name "_noncanonical", group, BEYOND_CANONICAL, FLAT, USER_PAGE, about " by an address that isn't canonical", SPEC_GP CANONICAL, needs)
VARIANTS(BOTH("masked", masked, ABOUT, "sse2"), BOTH("direct64", direct64, ABOUT64, "movdir64b"), SOURCE64,
         ROW("masked_last_byte", masked, LAST_BYTE_ON_SECOND, FLAT, MISSING_PAGE, ABOUT " whose last byte is on a page that isn't present", SPEC_PF,
             "sse2"),
#endif
         ROW("direct64_misaligned", direct64, MISALIGNED, FLAT, USER_PAGE, ABOUT64 " at an odd address with AM=1 and AC=1", SPEC_GP, "movdir64b"));
#endif
