/* real.S: into a state of real-address mode, through an event to a stub, and back (SDM 3A "Mode Switching"). */
#include "sweep32/layout.h"

#define REAL(symbol) (symbol - real_begin + REAL_CODE)

    .section .text.real, "ax"
    .code32
    .global enter_real_mode
enter_real_mode:                /* the state is in `real_entry`; paging is off, and the IDTR is that of the state */
    pushl %ebx
    pushl %ebp
    pushl %esi
    pushl %edi
    movl %esp, real_esp
    ljmp $SEL_REAL_CODE, $REAL(1f)

left_real_mode:
    movl $SEL_DATA, %eax
    movl %eax, %ss
    movl %ss:real_esp, %esp
    movl $SEL_DATA3, %eax
    movl %eax, %ds
    movl %eax, %es
    movl %eax, %fs
    movl %eax, %gs
    popl %edi
    popl %esi
    popl %ebp
    popl %ebx
    ret

/* What is copied to REAL_CODE. */
    .section .rodata.real, "a"
    .code16
    .balign 4
    .global real_begin, real_end
real_begin:
number = 0
    .rept STUB_OTHER + 1
    .balign STUB_SIZE
    movb $number, %al
    jmp 3f                      /* of 2 bytes */
number = number + 1
    .endr

3:  movb %al, %cs:REAL(real_captured) + CAPTURED_VECTOR
    movl %esp, %cs:REAL(real_captured) + CAPTURED_ESP
    movl %ebx, %cs:REAL(real_captured) + CAPTURED_EBX
    movl %ebp, %cs:REAL(real_captured) + CAPTURED_EBP
    movl %esi, %cs:REAL(real_captured) + CAPTURED_ESI
    movl %edi, %cs:REAL(real_captured) + CAPTURED_EDI
    movw %es, %cs:REAL(real_captured) + CAPTURED_ES
    movw %cs, %cs:REAL(real_captured) + CAPTURED_CS
    movw %ss, %cs:REAL(real_captured) + CAPTURED_SS
    movw %ds, %cs:REAL(real_captured) + CAPTURED_DS
    movw %fs, %cs:REAL(real_captured) + CAPTURED_FS
    movw %gs, %cs:REAL(real_captured) + CAPTURED_GS
    movw $0, %ax                /* no flag changes */
    movw %ax, %ss
    movw $REAL(real_stack_top), %sp
    pushfl
    popl %cs:REAL(real_captured) + CAPTURED_EFLAGS
    pushl $2
    popfl
    movl %cr0, %eax
    orb $1, %al
    movl %eax, %cr0
    ljmpl $SEL_CODE, $left_real_mode

1:  movw $SEL_REAL_DATA, %ax    /* with the limits of real-address mode */
    movw %ax, %ds
    movw %ax, %es
    movw %ax, %fs
    movw %ax, %gs
    movw %ax, %ss
    movl %cr0, %eax
    andb $0xfe, %al
    movl %eax, %cr0
    ljmp $0, $REAL(2f)
2:  xorw %ax, %ax
    movw %ax, %ss
    movw $REAL(real_stack_top), %sp
    movw %cs:REAL(real_entry) + REAL_ES, %es
    movw %cs:REAL(real_entry) + REAL_DS, %ds
    movw %cs:REAL(real_entry) + REAL_FS, %fs
    movw %cs:REAL(real_entry) + REAL_GS, %gs
    movl %cs:REAL(real_entry) + REAL_EBX, %ebx
    movl %cs:REAL(real_entry) + REAL_EBP, %ebp
    movl %cs:REAL(real_entry) + REAL_ESI, %esi
    movl %cs:REAL(real_entry) + REAL_EDI, %edi
    movl %cs:REAL(real_entry) + REAL_ECX, %ecx
    movl %cs:REAL(real_entry) + REAL_EDX, %edx
    movl %cs:REAL(real_entry) + REAL_EAX, %eax
    cmpb $0, %cs:REAL(real_entry) + REAL_BY_IRET
    jne 4f
    pushl %cs:REAL(real_entry) + REAL_EFLAGS
    popfl
    lssl %cs:REAL(real_entry) + REAL_ESP, %esp
    ljmp *%cs:REAL(real_entry) + REAL_EIP
4:  lssl %cs:REAL(real_entry) + REAL_ESP, %esp /* with TF: by an image on the state's own stack */
    pushl %cs:REAL(real_entry) + REAL_EFLAGS
    pushw $0
    pushw %cs:REAL(real_entry) + REAL_EIP + 2
    pushw $0
    pushw %cs:REAL(real_entry) + REAL_EIP
    iretl

    .balign 4
    .global real_captured, real_entry
real_captured:
    .skip 40
real_entry:
    .skip REAL_ENTRY_SIZE
    .skip 32
real_stack_top:
real_end:

    .section .bss.real, "aw", @nobits
    .balign 4
real_esp:
    .skip 4
