/* ENTER of nesting level 2, which reads below BP, EBP, RBP. What it pushes lies elsewhere. */
#ifdef CODE16
#define SIZE16 ""
#define SIZE32 "0x66, "
#else
#define SIZE16 "0x66, "
#define SIZE32 ""
#endif
#define NESTED                                                                                                            \
    "op_of 9, enter_16, 2, .byte " SIZE16 "0xc8, 0, 0, 2\n" IF32("op_of 9, enter_32, 4, .byte " SIZE32 "0xc8, 0, 0, 2\n") \
        IF64("op_of 9, enter_64, 8, .byte 0xc8, 0, 0, 2\n")
BY(nested, NESTED)

#define ABOUT "ENTER with a frame pointer"
#ifdef KERNEL
VARIANTS(BY_IMPLICIT("nested", nested, ABOUT, ""));
#elif defined(CODE16)
VARIANTS(ROW("nested_limit_stack", nested, LAST_BYTE_ON_SECOND, LIMITED_STACK, 0, ABOUT " whose last byte is at 0x10000", SPEC_SS, ""),
         ROW("nested_inside_stack", nested, ALL_ON_FIRST, LIMITED_STACK, 0, ABOUT " that ends at 0xffff", SPEC_SS, ""));
#elif defined(LIMIT)
VARIANTS(ROW_MISSING("nested", nested, ABOUT, ""), ROW_MISALIGNED("nested", nested, ABOUT, ""),
         ROW("nested_limit_stack", nested, AT_LIMIT, LIMITED_STACK, USER_PAGE, ABOUT BEYOND " the limit of SS", SPEC_SS LIMIT, ""),
         ROW("nested_inside_stack", nested, ALL_ON_FIRST, LIMITED_STACK, USER_PAGE, ABOUT " that ends at the limit of SS", SPEC_SS LIMIT, ""));
#else
VARIANTS(ROW_MISSING("nested", nested, ABOUT, ""), ROW_MISALIGNED("nested", nested, ABOUT, ""),
         ROW("nested_last_byte", nested, LAST_BYTE_ON_SECOND, FLAT, MISSING_PAGE, ABOUT " whose last byte is on a page that isn't present", SPEC_PF,
             ""),
         ROW("nested_before", nested, ALL_ON_FIRST, FLAT, MISSING_PAGE, ABOUT " that ends in front of a page that isn't present", SPEC_PF, ""),
         ROW("nested_read_only", nested, ON_SECOND, FLAT, PAGE_PRESENT | PAGE_USER, ABOUT " on a read-only page", SPEC_RIGHTS, ""),
         ROW("nested_supervisor", nested, ON_SECOND, FLAT, PAGE_PRESENT | PAGE_WRITE, ABOUT " on a supervisor page", SPEC_RIGHTS, ""),
         ROW("nested_noncanonical_stack", nested, BEYOND_CANONICAL, FLAT, USER_PAGE, ABOUT " at an address that isn't canonical", SPEC_SS CANONICAL,
             ""));
#endif
