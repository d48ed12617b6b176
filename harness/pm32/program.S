/* program.S: out of C into the program under test or a handler's, with the state `going`, and back. */
#include "pm32/layout.h"

    .macro load_gprs from
    movl %cs:\from + EAX, %eax
    movl %cs:\from + ECX, %ecx
    movl %cs:\from + EDX, %edx
    movl %cs:\from + EBX, %ebx
    movl %cs:\from + EBP, %ebp
    movl %cs:\from + ESI, %esi
    movl %cs:\from + EDI, %edi
    .endm

    .macro load_data_segments from
    movw %cs:\from + DS, %ds
    movw %cs:\from + ES, %es
    movw %cs:\from + FS, %fs
    movw %cs:\from + GS, %gs
    .endm

    .text
    .global enter_program       /* (way): one of those below; returns when leave_program() is called */
enter_program:
    movl 4(%esp), %eax
    pushl %ebx
    pushl %ebp
    pushl %esi
    pushl %edi
    movl %esp, harness_esp
    jmp *%eax

    .global leave_program
leave_program:
    movl harness_esp, %esp
    popl %edi
    popl %esi
    popl %ebp
    popl %ebx
    ret

/* To virtual-8086 mode: IRET takes all from `going_frame`. */
    .global go_to_vm86
go_to_vm86:
    movl $going_frame, %esp
    load_gprs going
    iretl

/* To a CPL above 0. */
    .global go_to_outer
go_to_outer:
    load_data_segments going
    movl $going_frame, %esp
    load_gprs going
    iretl

/* At CPL 0 IRET takes neither ESP nor SS: three words on the stack of who goes on. */
    .global go_by_iret
go_by_iret:
    load_data_segments going
    lss %cs:going + ESP, %esp
    pushl %cs:going + EFLAGS
    pushl %cs:going + CS
    pushl %cs:going + EIP
    load_gprs going
    iretl

/* At CPL 0, without a write to that stack. RF and TF can't be set; with IF the shadow of STI reaches to the first instruction. */
    .global go_by_jump, go_by_jump_with_if
go_by_jump:
    load_data_segments going
    pushl %cs:going + EFLAGS
    popfl
    lss %cs:going + ESP, %esp
    load_gprs going
    ljmp *%cs:going + EIP
go_by_jump_with_if:
    load_data_segments going
    pushl %cs:going + EFLAGS
    popfl
    lss %cs:going + ESP, %esp
    load_gprs going
    sti
    ljmp *%cs:going + EIP

    .bss
    .balign 4
harness_esp:
    .skip 4
