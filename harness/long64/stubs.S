/*
 * stubs.S: from a gate to capture(). The processor pushed the frame; from here on software works, and it
 * writes nothing to the interrupted stack: the registers go to memory, and C runs on a stack of its own.
 */
#include "long64/layout.h"

    .macro save_registers
    movq %rax, entry_state + RAX
    movq %rcx, entry_state + RCX
    movq %rdx, entry_state + RDX
    movq %rbx, entry_state + RBX
    movq %rsp, entry_state + HANDLER_RSP
    movq %rbp, entry_state + RBP
    movq %rsi, entry_state + RSI
    movq %rdi, entry_state + RDI
    movq %r8, entry_state + R8
    movq %r9, entry_state + R9
    movq %r10, entry_state + R10
    movq %r11, entry_state + R11
    movq %r12, entry_state + R12
    movq %r13, entry_state + R13
    movq %r14, entry_state + R14
    movq %r15, entry_state + R15
    .endm

    .text
    .balign 16
    .global capture_stubs
capture_stubs:
vector = 0
    .rept 256
    .balign 16
    movl $vector, entry_vector
    jmp common
vector = vector + 1
    .endr

    .balign 16
common:
    save_registers
    movq $stack_capture_top, %rsp
    pushfq
    popq entry_state + HANDLER_RFLAGS
    movl %cs, %eax
    movq %rax, entry_state + HANDLER_CS
    movl %ss, %eax
    movq %rax, entry_state + HANDLER_SS
    cli
    cld
    call capture                /* returns where the handler goes on, or doesn't return */
    jmp leave_handler

/* The end of a program that a handler ran: as after a capture whose action was to resume. */
    .section .text.program, "ax"
    .global handler_end
handler_end:
    jmp *1f(%rip)
    .balign 8
1:  .quad handler_program_end

    .text
handler_program_end:
    save_registers
    movq $stack_capture_top, %rsp
    cli
    call finish_handler

/*
 * rax: 0 for IRETQ, else the program that the handler runs. It gets the handler's RFLAGS by POPFQ, since IRETQ would
 * unblock NMIs; where IF=1, STI's shadow reaches to the program's first instruction.
 */
leave_handler:
    movq %rax, leave_target
    testq %rax, %rax
    movl $return_from, %eax
    jz 1f
    movl $enter_handler_program, %eax
1:  movq %rax, leave_through
    movq entry_state + RAX, %rax
    movq entry_state + RCX, %rcx
    movq entry_state + RDX, %rdx
    movq entry_state + RBX, %rbx
    movq entry_state + RBP, %rbp
    movq entry_state + RSI, %rsi
    movq entry_state + RDI, %rdi
    movq entry_state + R8, %r8
    movq entry_state + R9, %r9
    movq entry_state + R10, %r10
    movq entry_state + R11, %r11
    movq entry_state + R12, %r12
    movq entry_state + R13, %r13
    movq entry_state + R14, %r14
    movq entry_state + R15, %r15
    jmp *leave_through

return_from:
    movq entry_state + HANDLER_RSP, %rsp
    iretq                       /* capture() moved HANDLER_RSP over the error code */

enter_handler_program:
    testl $0x200, entry_state + HANDLER_RFLAGS
    jnz 1f
    pushq entry_state + HANDLER_RFLAGS
    popfq
    movq entry_state + HANDLER_RSP, %rsp
    jmp *leave_target
1:  pushq entry_state + HANDLER_RFLAGS
    andl $~0x200, (%rsp)
    popfq
    movq entry_state + HANDLER_RSP, %rsp
    sti
    jmp *leave_target

    .bss
    .balign 8
leave_target:
    .skip 8
leave_through:
    .skip 8
