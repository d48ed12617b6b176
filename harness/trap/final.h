/* final.h: for assembly: all that struct program_final has of the program, which has come to its end. RAX and RSP are lost. */
#include "trap/layout.h"

    .macro store_final
    movq %rax, program_final + RAX(%rip)
    movq %rcx, program_final + RCX(%rip)
    movq %rdx, program_final + RDX(%rip)
    movq %rbx, program_final + RBX(%rip)
    movq %rsp, program_final + FINAL_RSP(%rip)
    movq %rbp, program_final + RBP(%rip)
    movq %rsi, program_final + RSI(%rip)
    movq %rdi, program_final + RDI(%rip)
    movq %r8, program_final + R8(%rip)
    movq %r9, program_final + R9(%rip)
    movq %r10, program_final + R10(%rip)
    movq %r11, program_final + R11(%rip)
    movq %r12, program_final + R12(%rip)
    movq %r13, program_final + R13(%rip)
    movq %r14, program_final + R14(%rip)
    movq %r15, program_final + R15(%rip)
    leaq program_final + 200(%rip), %rsp
    pushfq
    popq program_final + FINAL_RFLAGS(%rip)
    movl %ds, %eax
    movq %rax, program_final + FINAL_DS(%rip)
    movl %es, %eax
    movq %rax, program_final + FINAL_ES(%rip)
    movl %fs, %eax
    movq %rax, program_final + FINAL_FS(%rip)
    movl %gs, %eax
    movq %rax, program_final + FINAL_GS(%rip)
    .endm
