/*
 * mask.h: which elements K1 wants, and where the operand lies. What isn't wanted isn't accessed, and can't fault, but by instructions whose
 * exception type ends with NF, which access all of their operand, whatever K1 is.
 */
#define SPEC_MASK "SDM 2A \"Exception Classifications of EVEX-Encoded Instructions\""
#define MASK_ROW(name, group, where, mask, page, about, needs) ROW(name, group, where, mask, page, about, SPEC_MASK, needs)
#define IN_EVEX_BLOCK_STATES(name, group, about, needs)                                                                                             \
    MASK_ROW(name "_none_missing", group##_data, ON_SECOND, NO_ELEMENT, MISSING_PAGE, about " K1=0, of a page that isn't present", needs),          \
        MASK_ROW(name "_none_read_only", group##_data, ON_SECOND, NO_ELEMENT, PAGE_PRESENT | PAGE_USER, about " K1=0, of a read-only page", needs), \
        MASK_ROW(name "_none_noncanonical", group##_data, BEYOND_CANONICAL, NO_ELEMENT, USER_PAGE,                                                  \
                 about " K1=0, by an address that isn't canonical", needs),                                                                         \
        MASK_ROW(name "_none_noncanonical_stack", group##_stack, BEYOND_CANONICAL, NO_ELEMENT, USER_PAGE,                                           \
                 about " K1=0, by RBP that isn't canonical", needs)
#define IN_EVEX_STATES(name, group, about, needs)                                                            \
    IN_EVEX_BLOCK_STATES(name, group, about, needs),                                                         \
        MASK_ROW(name "_lowest_last_byte", group##_data, LAST_BYTE_ON_SECOND, LOWEST, MISSING_PAGE,          \
                 about " K1=1, whose last byte is on a page that isn't present", needs),                     \
        MASK_ROW(name "_lowest_first_byte", group##_data, FIRST_BYTE_ON_FIRST, LOWEST, MISSING_PAGE,         \
                 about " K1=1, whose first byte is on a page that isn't present", needs),                    \
        MASK_ROW(name "_others_last_byte", group##_data, LAST_BYTE_ON_SECOND, ALL_BUT_LOWEST, MISSING_PAGE,  \
                 about " K1[0]=0 alone, whose last byte is on a page that isn't present", needs),            \
        MASK_ROW(name "_others_first_byte", group##_data, FIRST_BYTE_ON_FIRST, ALL_BUT_LOWEST, MISSING_PAGE, \
                 about " K1[0]=0 alone, whose first byte is on a page that isn't present", needs)
#define IN_EVEX_UNCHECKED_STATES IN_EVEX_STATES
#define IN_EVEX_ALIGNED_STATES(name, group, about, needs) \
    IN_EVEX_BLOCK_STATES(name, group, about, needs),      \
        MASK_ROW(name "_none_odd", group##_data, ODD, NO_ELEMENT, USER_PAGE, about " K1=0, at an odd address", needs)
