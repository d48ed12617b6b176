/*
 * stubs.S: from a gate, or from the end of a program, to capture() at CPL 0.
 *
 * The processor pushed the frame; from here on software works. It writes nothing to the interrupted stack, whose last bytes
 * may be all that there are, changes no register and no flag before all are stored, and may run at any CPL: the way to CPL 0
 * is then a call gate, and capture() takes what the gate pushed for what the handler had. Memory is reached through SS, which
 * a delivery leaves flat unless the case made it otherwise; program.c writes DS into these prefixes where that is so.
 */
#include "pm32/layout.h"

    .section .rodata.store_prefixes, "a"
    .global store_prefixes
store_prefixes:

    .macro through_ss instruction:vararg
    .pushsection .rodata.store_prefixes, "a"
    .long 779f
    .popsection
779:
    .byte 0x36                  /* SS, or what program.c writes */
    \instruction
    .endm

    /* On with all registers and flags as they are at `inner` at CPL 0, else through the gate. Two words at scratch. */
    .macro to_cpl0 inner, gate, scratch
    through_ss movl %eax, \scratch
    lahf
    seto %al
    through_ss movl %eax, \scratch + 4
    movl %cs, %eax
    testb $3, %al
    through_ss movl \scratch + 4, %eax
    jnz 778f
    addb $0x7f, %al             /* OF as it was */
    sahf
    through_ss movl \scratch, %eax
    jmp \inner
778:
    addb $0x7f, %al
    sahf
    through_ss movl \scratch, %eax
    lcall $\gate, $0
    .endm

/* From a page's beginning: a handler may run at CPL 3. What follows on the last page is code of the harness. */
    .section .stubs, "awx"
    .balign 4096
    .global stubs_begin, capture_stubs
stubs_begin:
capture_stubs:                  /* 256 of 16 bytes: IRET, then the entry. A task that is used again starts behind the IRET that left it. */
vector = 0
    .rept 256
    .balign 16
    iretl
    .byte 0x36
    movb $vector, entry_vector
    jmp common
vector = vector + 1
    .endr

    .balign 16
common:
    to_cpl0 collect, STUB_GATE, stub_scratch

    .global return_by_iretw
return_by_iretw:
    iretw

    .balign 4
stub_scratch:
    .long 0, 0
    .global entry_vector
entry_vector:
    .long 0
    .global stubs_end
stubs_end:

/* On the program's pages: its end, which `jmp` reaches from any CPL. */
    .section .text.program, "ax"
    .balign 64
    .global program_end, handler_end
program_end:
    to_cpl0 program_ended, PROGRAM_GATE, program_scratch
handler_end:
    to_cpl0 handler_ended, HANDLER_GATE, program_scratch

    .section .data.program, "aw"
    .balign 64
program_scratch:
    .long 0, 0

    .text
    .global outer_stub, outer_program_end, outer_handler_end /* what the gates lead to; SS is the TSS's SS0 */
outer_program_end:
    movb $BY_PROGRAM_END, %ss:entry_reason
    jmp outer_stub
outer_handler_end:
    movb $BY_HANDLER_END, %ss:entry_reason
outer_stub:
    movb $1, %ss:entry_from_outer
    jmp collect

    .global program16_ended
program16_ended:
    through_ss movb $BY_PROGRAM16_END, entry_reason
    jmp collect
program_ended:
    through_ss movb $BY_PROGRAM_END, entry_reason
    jmp collect
handler_ended:
    through_ss movb $BY_HANDLER_END, entry_reason
collect:
    through_ss movl %eax, entry_state + EAX
    through_ss movl %ecx, entry_state + ECX
    through_ss movl %edx, entry_state + EDX
    through_ss movl %ebx, entry_state + EBX
    through_ss movl %esp, entry_state + ESP
    through_ss movl %ebp, entry_state + EBP
    through_ss movl %esi, entry_state + ESI
    through_ss movl %edi, entry_state + EDI
    through_ss movw %ds, entry_state + DS
    through_ss movw %es, entry_state + ES
    through_ss movw %fs, entry_state + FS
    through_ss movw %gs, entry_state + GS
    through_ss movw %cs, entry_state + CS
    through_ss movw %ss, entry_state + SS
    movl $KERNEL_DATA, %eax
    movl %eax, %ds
    movl %eax, %es
    movl %eax, %ss
    movl $stack_capture_top, %esp
    pushfl
    popl entry_state + EFLAGS
    pushl $2                    /* NT too: the harness's own IRET is none to another task */
    popfl
    ljmp $KERNEL_CODE, $1f
1:  call capture

    .section .rodata.store_prefixes, "a"
    .long 0

    .bss
    .balign 4
    .global entry_state, entry_reason, entry_from_outer
entry_state:
    .skip 80
entry_reason:
    .skip 1
entry_from_outer:
    .skip 1
