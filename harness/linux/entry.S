/* entry.S: the program's start, system calls, into the program under test and back, and what a signal finds. */
#include "long64/program.inc"
#include "long64/layout.h"
#include <asm/unistd.h>

#define RFLAGS_IF_ALONE 0x202

    .text
    .global hosted_start
hosted_start:
    xorl %ebp, %ebp
    movq %rsp, %rdi
    andq $-16, %rsp
    call hosted_main

/* All of the harness's system calls come from here. */
    .global system_call, system_calls_end
system_call:
    movq %rdi, %rax
    movq %rsi, %rdi
    movq %rdx, %rsi
    movq %rcx, %rdx
    movq %r8, %r10
    movq %r9, %r8
    movq 8(%rsp), %r9
    syscall
    ret

/* With the state that lies at RDI, a struct ucontext, as a signal's handler would go back to it. */
    .global enter_program
enter_program:
    save_callers
    movq %rsp, harness_rsp
    load_start_selectors
    movq start + START_FS_BASE, %rax
    wrfsbase %rax
    movq start + START_GS_BASE, %rax
    wrgsbase %rax
    movq %rdi, %rsp
    .global restorer
restorer:
    movl $__NR_rt_sigreturn, %eax
    syscall
system_calls_end:

    .global leave_program
leave_program:
    movq harness_rsp, %rsp
    pushq $RFLAGS_IF_ALONE
    popfq
    restore_callers
    ret

/* Linux leaves AC and NT as the program had them. */
    .global signal_entry
signal_entry:
    pushq $RFLAGS_IF_ALONE
    popfq
    jmp caught

    .section .text.program, "ax"
    .balign 64
    .code32
    .global program_end32
program_end32:
    ljmp *%cs:program_end_far

    .code64
    .global program_end
program_end:
    store_final
    jmp *2f(%rip)
    .balign 8
2:  .quad leave_program

    .global handler_end      /* no handler of a case's own runs here: on_exception_run is unsupported */
handler_end:
    ud2

    .section .data.program, "aw"
    .balign 64
    .global program_final
program_final:
    .skip 208
program_end_far:
    .long program_end
    .word 0x33              /* SEL_USER_CODE64 */

    .bss
    .balign 8
harness_rsp:
    .skip 8
