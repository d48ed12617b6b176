/*
 * enter.S: into a state by IRETQ, through an event to a stub, and back. The stubs run in whatever ring and on whatever stack
 * the gate leads to: they use neither the stack nor a register that isn't stored before.
 */
#include "sweep/layout.h"

    .text
    .global enter_state, enter_state_whole
enter_state:                    /* rdi, rsi: RAX and RDI in the state; its image is entry_image */
enter_state_whole:              /* rdx, rcx, r8, r9: RDX, RCX, RSI and R11, too */
    pushq %rbx
    pushq %rbp
    pushq %r12
    pushq %r13
    pushq %r14
    pushq %r15
    movq %rsp, harness_rsp
    movl $1, armed
    movq %rdi, %rax
    movq %rsi, %rdi
    movq %r8, %rsi
    movq %r9, %r11
    movl $RBX_OF_STATE, %ebx
    movq $entry_image, %rsp
    iretq

/* An engine may come here in compatibility mode, where it shouldn't: these instructions mean the same there. */
common:
    movq %rsp, captured + CAPTURED_RSP
    movq $capture_stack_top, %rsp
    pushfq
    popq captured + CAPTURED_RFLAGS
    movl %ss, %eax
    movl %eax, captured + CAPTURED_SS
    movl %cs, %eax
    movl %eax, captured + CAPTURED_CS
    xorl %ecx, %ecx
    .byte 0x41, 0xf8            /* clc; in compatibility mode, where SYSCALL may not be valid, inc %ecx; clc */
    testl %ecx, %ecx
    jnz 1f
2:  syscall                     /* from ring 0, too: it is the one way to clear all of RFLAGS on every engine */
1:  testb $3, %al
    jnz 3f
    .byte 0xff, 0x2c, 0x25      /* ljmpl *back_from_ring_0 */
    .long back_from_ring_0
3:  .byte 0xff, 0x2c, 0x25      /* ljmpl *back_from_ring_3 */
    .long back_from_ring_3

    .global leave_state
leave_state:                    /* LSTAR */
    movq %rbx, captured + CAPTURED_RBX
    movq harness_rsp, %rsp
    subl $1, armed
    jnz 1f
    popq %r15
    popq %r14
    popq %r13
    popq %r12
    popq %rbp
    popq %rbx
    ret
1:  call unexpected             /* of the harness itself */

    .balign 4
back_from_ring_0:
    .long 2b
    .word SEL_CODE64
back_from_ring_3:
    .long 2b
    .word SEL_CODE64 + 3 * 16 + 3

/* NMIs wait from here on, as in an NMI's handler, until the next IRET. */
    .global nmi_without_iret
nmi_without_iret:
    movq harness_rsp, %rsp
    ret

    .global wait_for_nmi
wait_for_nmi:                   /* rdi: the ICR, esi: the command */
    movq %rsp, harness_rsp
    movl %esi, (%rdi)
1:  pause
    jmp 1b

    .global drain_interrupt
drain_interrupt:
    iretq

/* What a state does. Whoever runs on comes to the INT. */
    .macro instruction name:req, bytes:vararg
    .global code_\name
code_\name:
    .byte \bytes
    .byte 0xcd, VECTOR_RAN_ON
    .endm

    .section .text.doing, "ax"
    .balign STUB_SIZE
    .global stubs
stubs:
vector = 0
    .rept VECTORS
    .balign STUB_SIZE
    movb $vector, captured + CAPTURED_VECTOR
    jmp common
vector = vector + 1
    .endr
    .balign STUB_SIZE

    instruction int_n 0xcd, VECTOR_INT_N
    instruction int3 0xcc
    instruction int1 0xf1
    instruction ud 0x0f, 0x0b
    instruction gp 0x8e, 0xc0   /* mov %eax, %es */
    instruction pf 0x8a, 0x07   /* mov (%rdi), %al */
    instruction iret16 0x66, 0xcf
    instruction iret32 0xcf
    instruction iret64 0x48, 0xcf
    instruction jmp16 0x66, 0xff, 0x2f  /* ljmp *(%rdi) */
    instruction jmp32 0xff, 0x2f
    instruction jmp64 0x48, 0xff, 0x2f
    instruction call16 0x66, 0xff, 0x1f /* lcall *(%rdi) */
    instruction call32 0xff, 0x1f
    instruction call64 0x48, 0xff, 0x1f
    instruction ret16 0x66, 0xcb
    instruction ret32 0xcb
    instruction ret64 0x48, 0xcb
    instruction ret16_n 0x66, 0xca, RELEASED, 0
    instruction ret32_n 0xca, RELEASED, 0
    instruction ret64_n 0x48, 0xca, RELEASED, 0
    instruction load_es 0x8e, 0xc0      /* mov %eax, %es */
    instruction load_ss 0x8e, 0xd0
    instruction load_ds 0x8e, 0xd8
    instruction load_fs 0x8e, 0xe0
    instruction load_gs 0x8e, 0xe8
    instruction lss 0x0f, 0xb2, 0x0f    /* lss (%rdi), %ecx */
    instruction lfs 0x0f, 0xb4, 0x0f
    instruction lgs 0x0f, 0xb5, 0x0f
    instruction lar 0x0f, 0x02, 0xd8    /* lar %eax, %ebx */
    instruction lsl 0x0f, 0x03, 0xd8
    instruction verr 0x0f, 0x00, 0xe0   /* verr %ax */
    instruction verw 0x0f, 0x00, 0xe8
    instruction lldt 0x0f, 0x00, 0xd0
    instruction ltr 0x0f, 0x00, 0xd8
    instruction write 0x88, 0x07        /* mov %al, (%rdi) */
    instruction change 0x86, 0x07       /* xchg %al, (%rdi) */
    instruction branch 0xff, 0xe7       /* jmp *%rdi */
    .global code_run_on
code_run_on:
    .byte 0xcd, VECTOR_RAN_ON

    .section .text.whole, "ax"
/* Of WATCH_REGISTERS, in ring 0. */
common_whole:
    movq %rcx, captured + CAPTURED_RCX
    movq %r11, captured + CAPTURED_R11
    movq %rsp, captured + CAPTURED_RSP
    movq $capture_stack_top, %rsp
    pushfq
    popq captured + CAPTURED_RFLAGS
    movl %ss, %eax
    movl %eax, captured + CAPTURED_SS
    movl %cs, %eax
    movl %eax, captured + CAPTURED_CS
    xorl %esi, %esi
4:  movl harness_msrs(%rsi), %ecx   /* what SYSCALL needs */
    movl harness_msrs + 8(%rsi), %eax
    movl harness_msrs + 12(%rsi), %edx
    wrmsr
    addl $16, %esi
    cmpl $HARNESS_MSRS * 16, %esi
    jb 4b
    syscall

    .balign STUB_SIZE
    .global stubs_whole
stubs_whole:
vector = 0
    .rept VECTORS
    .balign STUB_SIZE
    movb $vector, captured + CAPTURED_VECTOR
    jmp common_whole
vector = vector + 1
    .endr

    .bss
    .balign 16
    .skip 256
capture_stack_top:
harness_rsp:
    .skip 8
armed:
    .skip 8
    .global stack_boot_top
    .balign 16
    .skip 8192
stack_boot_top:
