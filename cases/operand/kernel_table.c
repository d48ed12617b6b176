/* Loads of system registers, which CPL 0 only may execute: what they load isn't there. */
#define KERNEL
#include "each.h"

#define LOADS(M)                        \
    "op lgdt, 10, lgdt " M "\n"         \
    "op lidt, 10, lidt " M "\n"         \
    "op lldt, 2, lldt word ptr " M "\n" \
    "op ltr, 2, ltr word ptr " M "\n"   \
    "op lmsw, 2, lmsw word ptr " M "\n"
#define INVPCID(M) "op invpcid, 16, invpcid rax, " M "\n"
BY_BOTH(loads, LOADS)
BY_BOTH(invpcid, INVPCID)
BY(loads_stack, LOADS(BASE("bp")))
BY(invpcid_stack, INVPCID(BASE("bp")))

#define FAULTING(name, group, about, needs)                                                                                                          \
    ROW(name "_missing", group##_data, ON_SECOND, NOTHING_SET, PAGE_WRITE, about " of a page that isn't present", SPEC_PF, needs),                   \
        ROW(name "_last_byte", group##_data, LAST_BYTE_ON_SECOND, NOTHING_SET, PAGE_WRITE, about " whose last byte is on a page that isn't present", \
            SPEC_PF, needs),                                                                                                                         \
        ROW(name "_user", group##_data, ON_SECOND, SMAP, USER_PAGE, about " of a user page with SMAP=1 and AC=0", SPEC_RIGHTS, needs " smap"),       \
        ROW(name "_noncanonical", group##_data, BEYOND_CANONICAL, NOTHING_SET, USER_PAGE, about " by an address that isn't canonical",               \
            SPEC_GP CANONICAL, needs),                                                                                                               \
        ROW(name "_noncanonical_stack", group##_stack, BEYOND_CANONICAL, NOTHING_SET, USER_PAGE, about " by RBP that isn't canonical",               \
            SPEC_SS CANONICAL, needs)

VARIANTS(FAULTING("load", loads, "LGDT, LIDT, LLDT, LTR, LMSW of memory", ""), FAULTING("invpcid", invpcid, "INVPCID of memory", "invpcid"));
