/*
 * XSAVE and its kin with EDX:EAX=0, so that only the header is accessed, which lies 512 bytes behind the operand's address. Who includes it has
 * OF_XSAVE.
 */
#define SAVES(M)                  \
    "op xsave, 64, xsave " M "\n" \
    "op xrstor, 64, xrstor " M "\n" IF64("op xsave64, 64, xsave64 " M "\nop xrstor64, 64, xrstor64 " M "\n")
#define OPTIMIZED(M) "op xsaveopt, 64, xsaveopt " M "\n" IF64("op xsaveopt64, 64, xsaveopt64 " M "\n")
#define COMPACTED(M) "op xsavec, 64, xsavec " M "\n" IF64("op xsavec64, 64, xsavec64 " M "\n")
BY_BOTH(saves, SAVES)
BY_BOTH(optimized, OPTIMIZED)
BY_BOTH(compacted, COMPACTED)

#ifdef KERNEL
#define IN_STATES(name, group, about, needs) ROW_ODD(name, group##_data, about, needs), IN_ANY_STATE(name, group##_data, about, needs)
#elif defined(CODE16)
#define OUTSIDE(name, group, about, needs)                                                                                                        \
    ROW_ODD(name, group##_data, about, needs), ROW(name "_limit", group##_data, ON_SECOND, LIMITED_DATA, 0, about " at 0x10000", SPEC_GP, needs), \
        ROW(name "_limit_stack", group##_stack, ON_SECOND, LIMITED_STACK, 0, about " at 0x10000 of SS", SPEC_SS, needs)
#ifdef VM86
#define IN_STATES(name, group, about, needs) ROW_MISSING(name, group##_data, about, needs), OUTSIDE(name, group, about, needs)
#else
#define IN_STATES OUTSIDE
#endif
#elif defined(LIMIT)
#define IN_STATES(name, group, about, needs)                                                                                                 \
    ROW_MISSING(name, group##_data, about, needs), ROW_ODD(name, group##_data, about, needs),                                                \
        ROW(name "_limit", group##_data, ON_SECOND, LIMITED_DATA, USER_PAGE, about " beyond the limit", SPEC_GP LIMIT, needs),               \
        ROW(name "_null", group##_data, ON_SECOND, NULL_DATA, USER_PAGE, about " by NULL DS", SPEC_GP, needs),                               \
        ROW(name "_read_only", group##_data, ON_SECOND, READ_ONLY_DATA, USER_PAGE, about " in a read-only segment", SPEC_GP TYPE, needs),    \
        ROW(name "_limit_stack", group##_stack, ON_SECOND, LIMITED_STACK, USER_PAGE, about " beyond the limit of SS", SPEC_SS LIMIT, needs), \
        ROW(name "_execute_only", group##_code, ON_SECOND, EXECUTE_ONLY, USER_PAGE, about " by CS that is execute-only", SPEC_GP TYPE, needs)
#else
#define IN_STATES(name, group, about, needs)                                                                                                       \
    ROW_MISSING(name, group##_data, about, needs), ROW_ODD(name, group##_data, about, needs),                                                      \
        ROW(name "_read_only", group##_data, ON_SECOND, FLAT, PAGE_PRESENT | PAGE_USER, about " of a read-only page", SPEC_RIGHTS, needs),         \
        ROW(name "_supervisor", group##_data, ON_SECOND, FLAT, PAGE_PRESENT | PAGE_WRITE, about " of a supervisor page", SPEC_RIGHTS, needs),      \
        ROW(name "_noncanonical", group##_data, BEYOND_CANONICAL, FLAT, USER_PAGE, about " by an address that isn't canonical", SPEC_GP CANONICAL, \
            needs),                                                                                                                                \
        ROW(name "_noncanonical_stack", group##_stack, BEYOND_CANONICAL, FLAT, USER_PAGE, about " by RBP that isn't canonical", SPEC_SS CANONICAL, \
            needs)
#endif
#define THREE                                                                                                                              \
    IN_STATES("plain", saves, "XSAVE and XRSTOR of memory", "xsave"), IN_STATES("optimized", optimized, "XSAVEOPT to memory", "xsaveopt"), \
        IN_STATES("compacted", compacted, "XSAVEC to memory", "xsavec")
#ifdef KERNEL
#define SUPERVISOR(M) \
    "op xsaves, 64, xsaves " M "\nop xrstors, 64, xrstors " M "\nop xsaves64, 64, xsaves64 " M "\nop xrstors64, 64, xrstors64 " M "\n"
BY_BOTH(supervisor, SUPERVISOR)
VARIANTS(THREE, IN_STATES("supervisor", supervisor, "XSAVES and XRSTORS of memory", "xsaves"));
#else
VARIANTS(THREE);
#endif
