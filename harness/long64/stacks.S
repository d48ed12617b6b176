/* The stacks: a guard page that is unmapped at start, then 4 KiB, of which the highest 64 bytes lie above the top. */
    .section .stacks, "aw", @nobits
    .balign 4096
    .macro stack name
    .skip 4096
    .global stack_\name
stack_\name:
    .skip 4096 - 64
    .global stack_\name\()_top
stack_\name\()_top:
    .skip 64
    .endm

    .global stacks_first
stacks_first:
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
