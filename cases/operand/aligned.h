/* The states of operands that have to be aligned: #GP(0) where one isn't, whatever AM and AC say. */
#define MISALIGNED_16(name, group, about, needs) \
    ROW(name "_misaligned", group, MISALIGNED, FLAT, USER_PAGE, about " at an odd address with AM=1 and AC=1", SPEC_GP, needs)
#ifdef COMPAT
#define ALIGNED(name, group, about, needs)                                                                                                   \
    ROW_MISSING(name, group##_data, about, needs), MISALIGNED_16(name, group##_data, about, needs),                                          \
        ROW(name "_limit", group##_data, ON_SECOND, LIMITED_DATA, USER_PAGE, about " beyond the limit", SPEC_GP LIMIT, needs),               \
        ROW(name "_inside", group##_data, ALL_ON_FIRST, LIMITED_DATA, USER_PAGE, about " that ends at the limit", SPEC_GP LIMIT, needs),     \
        ROW(name "_null", group##_data, ON_SECOND, NULL_DATA, USER_PAGE, about " by NULL DS", SPEC_GP, needs),                               \
        ROW(name "_read_only", group##_data, ON_SECOND, READ_ONLY_DATA, USER_PAGE, about " in a read-only segment", SPEC_GP TYPE, needs),    \
        ROW(name "_limit_stack", group##_stack, ON_SECOND, LIMITED_STACK, USER_PAGE, about " beyond the limit of SS", SPEC_SS LIMIT, needs), \
        ROW(name "_execute_only", group##_code, ON_SECOND, EXECUTE_ONLY, USER_PAGE, about " by CS that is execute-only", SPEC_GP TYPE, needs)
#else
/* Of one that isn't aligned the #GP and the #PF of its last byte have no order in the manual. */
#define ALIGNED(name, group, about, needs)                                                                                                         \
    ROW_MISSING(name, group##_data, about, needs), MISALIGNED_16(name, group##_data, about, needs),                                                \
        ROW(name "_before", group##_data, ALL_ON_FIRST, FLAT, MISSING_PAGE, about " that ends in front of a page that isn't present", SPEC_PF,     \
            needs),                                                                                                                                \
        ROW(name "_read_only", group##_data, ON_SECOND, FLAT, PAGE_PRESENT | PAGE_USER, about " of a read-only page", SPEC_RIGHTS, needs),         \
        ROW(name "_supervisor", group##_data, ON_SECOND, FLAT, PAGE_PRESENT | PAGE_WRITE, about " of a supervisor page", SPEC_RIGHTS, needs),      \
        ROW(name "_noncanonical", group##_data, BEYOND_CANONICAL, FLAT, USER_PAGE, about " by an address that isn't canonical", SPEC_GP CANONICAL, \
            needs),                                                                                                                                \
        ROW(name "_noncanonical_stack", group##_stack, BEYOND_CANONICAL, FLAT, USER_PAGE, about " by RBP that isn't canonical", SPEC_SS CANONICAL, \
            needs)
#endif
