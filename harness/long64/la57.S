/*
 * la57.S: from 4-level to 5-level paging. CR4.LA57 can't change while IA-32e mode is active (SDM 3A "Control Registers"), so
 * paging goes off and on again. In: rdi, the PML5 table, below 4 GiB like all code here.
 */
#include "long64/program.inc"

#define SEL_KERNEL_CODE64 0x08
#define SEL_KERNEL_CODE32 0x30
#define CR0_PG 0x80000000
#define CR4_LA57 0x1000

    .text
    .global load_5_level_paging
load_5_level_paging:
    save_callers
    pushq $SEL_KERNEL_CODE32
    pushq $1f
    lretq

    .code32
1:  movl %cr0, %eax
    xorl $CR0_PG, %eax
    movl %eax, %cr0
    movl %cr4, %edx
    orl $CR4_LA57, %edx
    movl %edx, %cr4
    movl %edi, %cr3
    xorl $CR0_PG, %eax
    movl %eax, %cr0
    ljmp $SEL_KERNEL_CODE64, $2f

    .code64
2:  movl %esp, %esp             /* upper halves are undefined after the way through 32-bit code */
    restore_callers
    ret
