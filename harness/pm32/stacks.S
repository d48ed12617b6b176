/* The stacks of 32-bit protected mode; that of real mode lies below 1 MiB. */
#include "common/stacks.inc"

    stacks_begin_here
    stack kernel
    stack user
    stack esp0
    stack esp1
    stack esp2
    stack ring1
    stack ring2
    stack task1
    stack task2
    stack task3
    stack boot
    stack capture
