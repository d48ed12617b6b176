/*
 * enter.S: into a state, through an event to a stub, and back. The stubs run in whatever ring, code size, and on whatever
 * stack the gate leads to: of the registers they lose AL, ECX and EDX, and they use no stack of others.
 */
#include "sweep32/layout.h"

    .text
    .code32
    .global enter_state
enter_state:                    /* the state is in `entry` */
    pushl %ebx
    pushl %ebp
    pushl %esi
    pushl %edi
    movl %esp, harness_esp
    movl $1, armed
    cmpl $0, entry + ENTRY_INNER
    jne 1f
    pushl entry + ENTRY_EFLAGS
    popfl
1:  movw entry + ENTRY_ES, %es  /* nothing from here on changes a flag */
    movw entry + ENTRY_FS, %fs
    movw entry + ENTRY_GS, %gs
    movl entry + ENTRY_EDI, %edi
    movl entry + ENTRY_ESI, %esi
    movl entry + ENTRY_EBP, %ebp
    movl entry + ENTRY_EBX, %ebx
    movl entry + ENTRY_EDX, %edx
    movl entry + ENTRY_EAX, %eax
    movl entry + ENTRY_INNER, %ecx
    jecxz 2f
    movl entry + ENTRY_ECX, %ecx
    movw entry + ENTRY_DS, %ds
    movl $entry, %esp
    iretl
2:  movl entry + ENTRY_ECX, %ecx
    lss entry + ENTRY_ESP, %esp
    movw entry + ENTRY_DS, %ds
    ljmpl *%cs:entry + ENTRY_EIP

/* What is copied to LOW_CODE. */
    .balign 16
    .global low_begin
low_begin:
number = 0
    .rept STUB_OTHER + 1
    .balign STUB_SIZE
    movb $number, %al
    jmp common                  /* 2 bytes, and so the same in 16-bit code */
number = number + 1
    .endr

    .macro capture
    movw %ds, %cx
    movb $SEL_DATA3, %dl        /* of any ring, in code of any size */
    movb $0, %dh
    movw %dx, %ds
    movl $captured, %edx
    movb %al, CAPTURED_VECTOR(%edx)
    movl %esp, CAPTURED_ESP(%edx)
    movl %ebx, CAPTURED_EBX(%edx)
    movl %ebp, CAPTURED_EBP(%edx)
    movl %esi, CAPTURED_ESI(%edx)
    movl %edi, CAPTURED_EDI(%edx)
    movw %es, CAPTURED_ES(%edx)
    movw %cs, CAPTURED_CS(%edx)
    movw %ss, CAPTURED_SS(%edx)
    movw %cx, CAPTURED_DS(%edx)
    movw %fs, CAPTURED_FS(%edx)
    movw %gs, CAPTURED_GS(%edx)
    movzbl CAPTURED_CS(%edx), %ecx
    movzbl stack_by_cs(%ecx), %ecx
    movw %cx, %ss
    movl $capture_stack_top, %esp
    pushfl
    popl CAPTURED_EFLAGS(%edx)
    sysenter                    /* to CPL 0 from all others, and from itself, without a stack or a table */
    .endm

common:
    .byte 0xb9, 0, 0            /* in 32-bit code: mov $..., %ecx, with the jump as its upper half */
    jmp 1f
    capture
    .code16
1:  capture
    .code32

/* What a state does. Whoever runs on comes to the INT. */
    .macro instruction name:req, bytes:vararg
    .global code_\name
code_\name:
    .byte \bytes
    .byte 0xcd, VECTOR_RAN_ON
    .endm

    .balign 16
    instruction int_n 0xcd, VECTOR_INT_N
    instruction int3 0xcc
    instruction into 0xce
    instruction ud 0x0f, 0x0b
    instruction gp 0x8e, 0xc0   /* mov %ax, %es */
    instruction pf 0x8a, 0x07   /* mov (%edi), %al, or (%bx) */
    instruction iret 0xcf
    instruction iret_66 0x66, 0xcf
    instruction retf 0xcb
    instruction retf_66 0x66, 0xcb
    /* of the selector in AX */
    instruction load_es 0x8e, 0xc0
    instruction load_ss 0x8e, 0xd0
    instruction load_ds 0x8e, 0xd8
    instruction load_fs 0x8e, 0xe0
    instruction load_gs 0x8e, 0xe8
    instruction lar 0x0f, 0x02, 0xd8 /* to EBX */
    instruction lsl 0x0f, 0x03, 0xd8
    instruction verr 0x0f, 0x00, 0xe0
    instruction verw 0x0f, 0x00, 0xe8
    instruction arpl 0x63, 0xc3 /* arpl %ax, %bx */
    instruction lldt 0x0f, 0x00, 0xd0
    instruction ltr 0x0f, 0x00, 0xd8
    .macro operand prefix:req
    .irp form, 0x90888a, 0x66898b, 0x90898b /* of 8, 16 and 32 bits: a prefix or NOP, the write, the read */
    .balign 8
    .byte \form >> 16, \prefix, \form & 0xff, 0x06
    .byte 0xcd, VECTOR_RAN_ON
    .balign 8
    .byte \form >> 16, \prefix, \form >> 8 & 0xff, 0x06
    .byte 0xcd, VECTOR_RAN_ON
    .endr
    .endm
    .balign 8
    .global code_operand
code_operand:                   /* in the order of operand_form() */
    .irp prefix, 0x26, 0x2e, 0x36, 0x3e, 0x64, 0x65
    operand \prefix
    .endr

    .global code_run_on
code_run_on:
    .byte 0xcd, VECTOR_RAN_ON
    instruction jmpf 0xff, 0x2e /* by the pointer at ESI */
    instruction callf 0xff, 0x1e
    .global low_end
low_end:

    .global drain_interrupt
drain_interrupt:
    iretl

    .global leave_state
leave_state:                    /* SYSENTER */
    movl harness_esp, %esp
    pushl $2
    popfl                       /* NT */
    pushl $2                    /* VIF and VIP, too */
    pushl $SEL_CODE
    pushl $1f
    iretl
1:
    movl $SEL_DATA3, %eax
    movl %eax, %ds
    movl %eax, %es
    movl %eax, %fs
    movl %eax, %gs
    subl $1, armed
    jnz 1f
    popl %edi
    popl %esi
    popl %ebp
    popl %ebx
    ret
1:  call unexpected             /* of the harness itself */

    .section .rodata.stack_by_cs, "a"
stack_by_cs:
number = 0
    .rept 256
    .byte SEL_DATA + (number & 3) * 17
number = number + 1
    .endr

    .bss
    .balign 16
    .skip 256
capture_stack_top:
harness_esp:
    .skip 4
armed:
    .skip 4
    .global stack_boot_top
    .balign 16
    .skip 8192
stack_boot_top:
