/* places.c: the stacks. */
#include "case32.h"
#include "common/cpu.h"

extern uint8_t stack_kernel[], stack_user[], stack_esp0[], stack_esp1[], stack_esp2[], stack_ring1[], stack_ring2[], stack_task1[], stack_task2[],
    stack_task3[], stack_boot[], stack_capture[];

#define STACK_PLACE(name)                                                    \
    {                                                                        \
        {#name}, {(uintptr_t)stack_##name}, STACK_BYTES - STACK_ABOVE_TOP, 1 \
    }

#define LOW_PLACE(name, base)                            \
    {                                                    \
        {name}, {base}, STACK_BYTES - STACK_ABOVE_TOP, 1 \
    }
#define LOW_STACK1 0x5000u
#define LOW_STACK2 0x7000u

const struct place harness_places[STACK_COUNT + 1] = {
    STACK_PLACE(kernel),
    STACK_PLACE(user),
    STACK_PLACE(esp0),
    STACK_PLACE(esp1),
    STACK_PLACE(esp2),
    STACK_PLACE(ring1),
    STACK_PLACE(ring2),
    STACK_PLACE(task1),
    STACK_PLACE(task2),
    STACK_PLACE(task3),
    LOW_PLACE("real", 16 * REAL_STACK),
    LOW_PLACE("low1", LOW_STACK1),
    LOW_PLACE("low2", LOW_STACK2),
    STACK_PLACE(boot),
    STACK_PLACE(capture),
};
