/*
 * low.S: below 1 MiB: the way into real mode and out of it (SDM 3A "Mode Switching"), and there the counterparts of stubs.S.
 * The 16-bit programs of the cases lie behind it, in the same segment.
 */
#include "pm32/layout.h"

#define LOW(symbol) (symbol - LOW_BEGIN)

    .macro load_low_gprs
    movl %cs:LOW(low_state) + EAX, %eax
    movl %cs:LOW(low_state) + ECX, %ecx
    movl %cs:LOW(low_state) + EDX, %edx
    movl %cs:LOW(low_state) + EBX, %ebx
    movl %cs:LOW(low_state) + EBP, %ebp
    movl %cs:LOW(low_state) + ESI, %esi
    movl %cs:LOW(low_state) + EDI, %edi
    .endm

    .section .low, "awx"
    .code16
    .balign 16
    .global real_stubs
real_stubs:                     /* 256 of 16 bytes */
vector = 0
    .rept 256
    .balign 16
    movb $vector, %cs:LOW(low_vector)
    jmp real_collect
vector = vector + 1
    .endr

    .balign 16
    .global program_end16, handler_end16
program_end16:                  /* program.c writes another way out here where this isn't real mode */
    .fill 8, 1, 0x90
    movb $BY_PROGRAM_END, %cs:LOW(low_reason)
    jmp real_collect
    .balign 16
handler_end16:
    movb $BY_HANDLER_END, %cs:LOW(low_reason)

real_collect:
    movl %eax, %cs:LOW(low_state) + EAX
    movl %ecx, %cs:LOW(low_state) + ECX
    movl %edx, %cs:LOW(low_state) + EDX
    movl %ebx, %cs:LOW(low_state) + EBX
    movl %esp, %cs:LOW(low_state) + ESP
    movl %ebp, %cs:LOW(low_state) + EBP
    movl %esi, %cs:LOW(low_state) + ESI
    movl %edi, %cs:LOW(low_state) + EDI
    movw %ds, %cs:LOW(low_state) + DS
    movw %es, %cs:LOW(low_state) + ES
    movw %fs, %cs:LOW(low_state) + FS
    movw %gs, %cs:LOW(low_state) + GS
    movw %cs, %cs:LOW(low_state) + CS
    movw %ss, %cs:LOW(low_state) + SS
    movw $LOW_SEGMENT, %ax
    movw %ax, %ss
    movw $LOW(low_stack_top), %sp
    pushfw
    popw %cs:LOW(low_state) + EFLAGS
    pushw $2
    popfw
    lgdtl %cs:LOW(low_gdtr)
    movl %cr0, %eax
    orb $1, %al
    movl %eax, %cr0
    ljmpl $KERNEL_CODE, $real_mode_left

real_mode_entered:
    movl %cr0, %eax
    andb $0xfe, %al
    movl %eax, %cr0
    ljmp $LOW_SEGMENT, $LOW(1f)
1:  movw $LOW_SEGMENT, %ax
    movw %ax, %ss
    movw $LOW(low_stack_top), %sp
    movw %cs:LOW(low_state) + DS, %ds
    movw %cs:LOW(low_state) + ES, %es
    movw %cs:LOW(low_state) + FS, %fs
    movw %cs:LOW(low_state) + GS, %gs
    cmpb $0, %cs:LOW(low_by_jump)
    jne 2f
    lssl %cs:LOW(low_state) + ESP, %esp
    pushw %cs:LOW(low_state) + EFLAGS
    pushw %cs:LOW(low_state) + CS
    pushw %cs:LOW(low_state) + EIP
    load_low_gprs
    .global low_iret
low_iret:
    iretw

2:  pushw %cs:LOW(low_state) + EFLAGS /* without a write to the stack of who goes on; TF can't be set */
    popfw
    lssl %cs:LOW(low_state) + ESP, %esp
    load_low_gprs
    ljmp *%cs:LOW(low_target)

    .global vm86_halt
vm86_halt:
    hlt

    .balign 4
    .global low_vector, low_reason, low_by_jump, low_state, low_target, low_gdtr
low_state:
    .skip 80
low_target:                     /* IP and CS */
    .word 0, 0
low_gdtr:
    .skip 6
low_vector:
    .byte 0
low_reason:
    .byte 0
low_by_jump:
    .byte 0
    .balign 4
    .skip 32
low_stack_top:

    .text
    .code32
    .global go_to_real_mode     /* for enter_program() */
go_to_real_mode:
    movl %cr0, %eax
    andl $0x7fffffff, %eax      /* paging off: all is mapped one to one */
    movl %eax, %cr0
    movl $REAL_MODE_DATA, %eax
    movl %eax, %ds
    movl %eax, %es
    movl %eax, %fs
    movl %eax, %gs
    movl %eax, %ss
    lidt %cs:real_idtr
    ljmp $REAL_MODE_CODE, $LOW(real_mode_entered)

real_mode_left:
    movl $KERNEL_DATA, %eax
    movl %eax, %ds
    movl %eax, %es
    movl %eax, %fs
    movl %eax, %gs
    movl %eax, %ss
    movl $stack_capture_top, %esp
    lidt protected_idtr
    movl %cr0, %eax
    orl $0x80000000, %eax
    movl %eax, %cr0
    call capture_in_real_mode
