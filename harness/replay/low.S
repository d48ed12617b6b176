/*
 * low.S: below 1 MiB, in a block where the test at hand has nothing: a stub for each vector, the last steps into real mode and
 * the first out of it. All addresses are offsets in the block.
 */
#include "replay/layout.h"

    .section .low, "awx"
    .code16
    .global low_stubs
low_stubs:                      /* 256 of 9 bytes */
vector = 0
    .rept 256
    movb $vector, %cs:low_vector
    .byte 0xe9                  /* JMP rel16 */
    .word low_collect - . - 2
vector = vector + 1
    .endr

low_collect:
    movl %eax, %cs:low_state + EAX
    movl %ecx, %cs:low_state + ECX
    movl %edx, %cs:low_state + EDX
    movl %ebx, %cs:low_state + EBX
    movl %ebp, %cs:low_state + EBP
    movl %esi, %cs:low_state + ESI
    movl %edi, %cs:low_state + EDI
    movl %esp, %cs:low_state + ESP
    movw %ss, %cs:low_state + SS
    movw %ds, %cs:low_state + DS
    movw %es, %cs:low_state + ES
    movw %cs, %ax
    movw %ax, %ss
    movw $low_stack_top, %sp
    pushfw
    popw %cs:low_state + FLAGS
    lgdtl %cs:low_gdtr
    movl %cr0, %eax
    orb $1, %al
    movl %eax, %cr0
    ljmpl $CODE32, $real_mode_left

    .global low_enter
low_enter:                      /* in CODE16 */
    movl %cr0, %eax
    andb $0xfe, %al
    movl %eax, %cr0
    ljmp *%cs:low_entry

    .global low_entered
low_entered:
    xorl %eax, %eax
    movw %ax, %fs
    movw %ax, %gs
    movw %cs, %ax
    movw %ax, %ss
    movl $low_stack_top, %esp
    movw %cs:low_state + DS, %ds
    movw %cs:low_state + ES, %es
    pushw %cs:low_state + FLAGS
    popfw
    lssl %cs:low_state + ESP, %esp
    movl %cs:low_state + EAX, %eax
    movl %cs:low_state + ECX, %ecx
    movl %cs:low_state + EDX, %edx
    movl %cs:low_state + EBX, %ebx
    movl %cs:low_state + EBP, %ebp
    movl %cs:low_state + ESI, %esi
    movl %cs:low_state + EDI, %edi
    ljmp *%cs:low_state + IP

    .balign 4096                /* a translator throws code away where its page is written to */
    .global low_data, low_state, low_entry, low_gdtr, low_vector
low_data:                       /* what changes from test to test begins here */
low_state:
    .skip 52
low_entry:                      /* offset and segment of low_entered */
    .word 0, 0
low_gdtr:
    .skip 6
low_vector:
    .byte 0
    .balign 4
    .skip 32
low_stack_top:
