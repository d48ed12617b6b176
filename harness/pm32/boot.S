/*
 * Environment pm32: from flat 32-bit code to C, with 2-level paging one to one: 8 MiB by pages of 4 KiB (SDM 3A "Initializing
 * Protected-Mode Operation"). The GDT is still that of reset.S, with the same two selectors, until gdt.c has filled its own. No
 * instruction here needs more than a 386.
 */
#include "pm32/layout.h"

#define TABLE_USER_WRITE_PRESENT 7
#define LEAF_WRITE_PRESENT 3

    .text
    .global environment_start
environment_start:
    movl $page_directory, %edi
    movl $1024, %ecx
    xorl %eax, %eax
    rep stosl

    /* The directory allows all; the leaves decide. */
    movl $page_tables + TABLE_USER_WRITE_PRESENT, page_directory
    movl $page_tables + 4096 + TABLE_USER_WRITE_PRESENT, page_directory + 4
    movl $page_tables, %edi
    movl $LEAF_WRITE_PRESENT, %eax
    movl $2048, %ecx
1:  stosl
    addl $0x1000, %eax
    loop 1b
    movl $0, page_tables        /* page 0 stays unmapped: a null pointer faults */

    movl $page_directory, %eax
    movl %eax, %cr3
    movl $0x80010033, %eax      /* PG, WP, NE, ET, MP, PE; caches on */
    movl %eax, %cr0
    jmp 1f
1:  movl $KERNEL_DATA, %eax
    movl %eax, %ds
    movl %eax, %es
    movl %eax, %fs
    movl %eax, %gs
    movl %eax, %ss
    movl $stack_boot_top, %esp
    xorl %eax, %eax
    movl $bss_begin, %edi
    movl $bss_dwords, %ecx
    rep stosl
    fninit
    call harness_main
    ud2

    .section .bss.unset, "aw", @nobits
    .balign 4096
    .global page_directory, page_tables
page_directory: .skip 4096
page_tables:    .skip 2 * 4096
