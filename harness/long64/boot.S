/*
 * Environment long64: from flat 32-bit code to 64-bit C, with paging one to one: 2 MiB by pages of 4 KiB, then 6 MiB
 * by pages of 2 MiB (SDM 3A "Initializing IA-32e Mode").
 */
#define TABLE_USER_WRITE_PRESENT 7
#define LEAF_WRITE_PRESENT 3
#define LARGE_WRITE_PRESENT 0x83

    .text
    .code32
    .global environment_start
environment_start:
    movl $page_map, %edi
    movl $3 * 1024, %ecx
    xorl %eax, %eax
    rep stosl

    /* Upper levels allow all; the leaves decide. */
    movl $page_directory_pointers + TABLE_USER_WRITE_PRESENT, page_map
    movl $page_directory + TABLE_USER_WRITE_PRESENT, page_directory_pointers
    movl $page_table + TABLE_USER_WRITE_PRESENT, page_directory
    movl $0x200000 + LARGE_WRITE_PRESENT, page_directory + 8
    movl $0x400000 + LARGE_WRITE_PRESENT, page_directory + 16
    movl $0x600000 + LARGE_WRITE_PRESENT, page_directory + 24
    movl $page_table, %edi
    movl $512, %ecx
    movl $LEAF_WRITE_PRESENT, %edx
1:  movl %edx, (%edi)
    movl %eax, 4(%edi)
    addl $0x1000, %edx
    addl $8, %edi
    loop 1b
    movl %eax, page_table       /* page 0 stays unmapped: a null pointer faults */

    movl $0x620, %eax           /* PAE, OSFXSR, OSXMMEXCPT */
    movl %eax, %cr4
    movl $page_map, %eax
    movl %eax, %cr3
    movl $0x80000001, %eax
    cpuid
    andl $1 << 20, %edx         /* NX: without it NXE is reserved */
    shrl $20 - 11, %edx
    leal 0x101(%edx), %eax      /* EFER: SCE, LME, NXE */
    xorl %edx, %edx
    movl $0xc0000080, %ecx
    wrmsr
    movl $0x80010033, %eax      /* PG, WP, NE, ET, MP, PE; caches on */
    movl %eax, %cr0
    lgdt boot_gdtr64
    ljmp $0x08, $1f

    .code64
1:  movl $0x10, %eax
    movl %eax, %ds
    movl %eax, %es
    movl %eax, %fs
    movl %eax, %gs
    xorl %eax, %eax
    movl %eax, %ss              /* null, as for record.c's calm_down() */
    movq $stack_boot_top, %rsp
    movl $bss_begin, %edi
    movl $bss_quadwords, %ecx
    rep stosq
    fninit
    call harness_main
    ud2

    .section .rodata
    .balign 8
boot_gdtr64:
    .word 0x167                 /* GDT_LIMIT */
    .long gdt
    .long 0

    .section .bss.unset, "aw", @nobits
    .balign 4096
    .global page_map
page_map:                .skip 4096
page_directory_pointers: .skip 4096
page_directory:          .skip 4096
page_table:              .skip 4096
