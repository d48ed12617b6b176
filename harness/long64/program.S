/*
 * program.S: into the program under test and back. In: the state `start`, by IRETQ, which loads RIP, CS, RFLAGS, RSP
 * and SS at once. Back: program_end stores the state, then leaves CPL 3 by SYSCALL, which needs no IDT and no stack.
 */
#include "long64/program.inc"
#include "long64/layout.h"

#define MSR_FS_BASE 0xc0000100
#define MSR_GS_BASE 0xc0000101

    .text
    .global enter_program
enter_program:
    save_callers
    movq %rsp, harness_rsp
    load_start_selectors
    movl $MSR_FS_BASE, %ecx
    movl start + START_FS_BASE, %eax
    movl start + START_FS_BASE + 4, %edx
    wrmsr
    movl $MSR_GS_BASE, %ecx
    movl start + START_GS_BASE, %eax
    movl start + START_GS_BASE + 4, %edx
    wrmsr
    movq start + RAX, %rax
    movq start + RCX, %rcx
    movq start + RDX, %rdx
    movq start + RBX, %rbx
    movq start + RBP, %rbp
    movq start + RSI, %rsi
    movq start + RDI, %rdi
    movq start + R8, %r8
    movq start + R9, %r9
    movq start + R10, %r10
    movq start + R11, %r11
    movq start + R12, %r12
    movq start + R13, %r13
    movq start + R14, %r14
    movq start + R15, %r15
    movq $start + START_FRAME, %rsp
    iretq

    .global leave_program
leave_program:
    movq harness_rsp, %rsp
    cli
    cld
    restore_callers
    ret

    .section .text.program, "ax"
    .balign 64
    .code32
    .global program_end32
program_end32:                  /* a far jump changes no register but CS and RIP; its operand is read through CS, as the case may have any DS */
    ljmp *%cs:program_end_far

    .code64
    .global program_end
program_end:
    store_final
    movl %cs, %eax
    testb $3, %al
    jnz 1f
    jmp *2f(%rip)
1:  syscall
    .balign 8
2:  .quad leave_program

    .section .data.program, "aw"
    .balign 64
    .global program_final
program_final:
    .skip 208
    .global program_end_far
program_end_far:
    .long program_end
    .word 0

    .bss
    .balign 8
harness_rsp:
    .skip 8
