/* The stacks of 64-bit mode. */
#include "common/stacks.inc"

    stacks_begin_here
    stack kernel
    stack user
    stack rsp0
    stack rsp1
    stack rsp2
    stack ist1
    stack ist2
    stack ist3
    stack ist4
    stack ist5
    stack ist6
    stack ist7
    stack boot
    stack capture
