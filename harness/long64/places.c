/* places.c: the stacks. */
#include "case.h"
#include "common/cpu.h"

extern uint8_t stack_kernel[], stack_user[], stack_rsp0[], stack_rsp1[], stack_rsp2[], stack_ist1[], stack_ist2[], stack_ist3[], stack_ist4[],
    stack_ist5[], stack_ist6[], stack_ist7[], stack_boot[], stack_capture[];

#define STACK_PLACE(name)                                                    \
    {                                                                        \
        {#name}, {(uintptr_t)stack_##name}, STACK_BYTES - STACK_ABOVE_TOP, 1 \
    }

const struct place harness_places[STACK_COUNT + 1] = {
    STACK_PLACE(kernel), STACK_PLACE(user), STACK_PLACE(rsp0), STACK_PLACE(rsp1), STACK_PLACE(rsp2), STACK_PLACE(ist1), STACK_PLACE(ist2),
    STACK_PLACE(ist3),   STACK_PLACE(ist4), STACK_PLACE(ist5), STACK_PLACE(ist6), STACK_PLACE(ist7), STACK_PLACE(boot), STACK_PLACE(capture),
};
