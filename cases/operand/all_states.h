/* all_states.h: IN_EACH_STATE of 64-bit mode with two states more. */
#define ROW_HALF_ALIGNED(name, group, about, needs) \
    ROW(name "_half", group, ALIGNED_TO_HALF, FLAT, USER_PAGE, about " at an odd multiple of half its width, with AM=1 and AC=1", SPEC_AC, needs)
#if defined(__x86_64__) && !defined(COMPAT)
#define ROW_FIRST_BYTE(name, group, about, needs) \
    ROW(name "_first_byte", group, FIRST_BYTE_ON_FIRST, FLAT, MISSING_PAGE, about " whose first byte is on a page that isn't present", SPEC_PF, needs)
#define IN_EACH_STATE_UNCHECKED(name, group, about, needs)                                                                                         \
    BY_IMPLICIT(name, group##_data, about, needs), ROW_FIRST_BYTE(name, group##_data, about, needs),                                               \
        ROW(name "_noncanonical_stack", group##_stack, BEYOND_CANONICAL, FLAT, USER_PAGE, about " by RBP that isn't canonical", SPEC_SS CANONICAL, \
            needs)
#undef IN_EACH_STATE
#define IN_EACH_STATE(name, group, about, needs) \
    IN_EACH_STATE_UNCHECKED(name, group, about, needs), ROW_HALF_ALIGNED(name, group##_data, about, needs)
#endif
