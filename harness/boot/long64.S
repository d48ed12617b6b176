/*
 * Environment long64: from flat 32-bit code to 64-bit C, with paging by 4 KiB pages, one to one
 * (SDM 3A "Initializing IA-32e Mode").
 */
#define TABLE_USER_WRITE_PRESENT 7
#define LEAF_WRITE_PRESENT 3
#define MAPPED_TABLES 4         /* page tables of 2 MiB each: 8 MiB */

    .text
    .code32
    .global environment_start
environment_start:
    movl $bss_begin, %edi
    movl $bss_end, %ecx
    subl %edi, %ecx
    shrl $2, %ecx
    xorl %eax, %eax
    rep stosl

    /* Upper levels allow all; the leaves decide. */
    movl $page_directory_pointers + TABLE_USER_WRITE_PRESENT, page_map
    movl $page_directory + TABLE_USER_WRITE_PRESENT, page_directory_pointers
    movl $page_tables + TABLE_USER_WRITE_PRESENT, %eax
    movl $page_directory, %edi
    movl $MAPPED_TABLES, %ecx
1:  movl %eax, (%edi)
    addl $0x1000, %eax
    addl $8, %edi
    loop 1b
    movl $0x1000 + LEAF_WRITE_PRESENT, %eax     /* page 0 stays unmapped: a null pointer faults */
    movl $page_tables + 8, %edi
    movl $MAPPED_TABLES * 512 - 1, %ecx
1:  movl %eax, (%edi)
    addl $0x1000, %eax
    addl $8, %edi
    loop 1b

    movl $0x620, %eax           /* PAE, OSFXSR, OSXMMEXCPT */
    movl %eax, %cr4
    movl $page_map, %eax
    movl %eax, %cr3
    movl $0xc0000080, %ecx      /* EFER: SCE, LME, NXE */
    xorl %edx, %edx
    movl $0x901, %eax
    wrmsr
    movl $0x80010033, %eax      /* PG, WP, NE, ET, MP, PE; caches on */
    movl %eax, %cr0
    lgdt boot_gdtr64
    ljmp $0x08, $1f

    .code64
1:  movl $0x10, %eax
    movl %eax, %ss
    movl %eax, %ds
    movl %eax, %es
    movl %eax, %fs
    movl %eax, %gs
    movq $stack_boot_top, %rsp
    fninit
    call harness_main
    ud2

    .section .rodata
    .balign 8
boot_gdtr64:
    .word 0x167                 /* GDT_LIMIT */
    .long gdt
    .long 0

    .bss
    .balign 4096
    .global page_map
page_map:                .skip 4096
page_directory_pointers: .skip 4096
page_directory:          .skip 4096
page_tables:             .skip 4096 * MAPPED_TABLES
