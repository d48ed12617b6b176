/*
 * The reset vector: real mode to flat 32-bit code, still in the ROM but at its alias below 1 MiB, then a copy of the
 * image at 1 MiB and a jump to it (SDM 3A "Processor State After Reset", "Switching to Protected Mode").
 */
#include "common/variant.h"

#define CODE32 0x08
#define DATA32 0x10
#define RESET_OFFSET 0xfe00    /* of this section in the ROM, rom.ld */

#define ALIAS(symbol) (symbol - 0xfff00000) /* rom_alias - rom_base */

    .weak stack_boot            /* where described_memory ends; ROMs without cases don't describe */

    .section .reset, "ax"
    .code16
    .global reset
reset:
    cli
    cld
    inb $0x92, %al              /* A20 on, and no fast reset */
    orb $2, %al
    andb $0xfe, %al
    outb %al, $0x92
    lgdtl %cs:(boot_gdtr - reset + RESET_OFFSET)
    movl %cr0, %eax
    orb $1, %al
    movl %eax, %cr0
    ljmpl $CODE32, $ALIAS(flat)

    .code32
flat:
    movl $DATA32, %eax
    movl %eax, %ds
    movl %eax, %es
    movl %eax, %ss
    movl $rom_alias, %esi
    movl $ram_base, %edi
    movl $image_dwords, %ecx
    movl ALIAS(rom_variant), %eax
    testl $LAST_MASK << LAST_SHIFT, %eax
    jnz describing
copy:
    rep movsl
    movl %eax, rom_variant_copy
start:
    movl $environment_start, %eax
    jmp *%eax

/* The first of several cases that are described, in memory that holds nothing, or the next one, behind describe.c's reset. */
describing:
    movl %eax, %edx
    shrl $LAST_SHIFT, %edx
    andl $LAST_MASK, %edx
    andl $~(LAST_MASK << LAST_SHIFT), %eax
    movl rom_variant_copy, %ebx
    testl %ebx, %ebx
    jz copy
    cmpl %edx, %ebx             /* with DESCRIBE still in it: what sets a case up has reset the machine */
    ja over
1:  repe cmpsl                  /* only what differs: an emulator translates afresh what is written */
    movl -4(%esi), %eax
    movl %eax, -4(%edi)
    testl %ecx, %ecx
    jnz 1b
    xorl %eax, %eax
    movl $stack_boot, %ecx
    subl %edi, %ecx
    shrl $2, %ecx
    rep stosl
    xorl %edi, %edi
    movl $LOW_TOLD / 4, %ecx
    rep stosl
    btsl $31, %ebx
    movl %ebx, rom_variant_copy
    jmp start
over:
    movb $0x10, %al
    outb %al, $0xf4
    hlt

    .balign 8
boot_gdt:
    .quad 0
    .quad 0x00cf9b000000ffff    /* code, 4 GiB, accessed */
    .quad 0x00cf93000000ffff    /* data, 4 GiB, accessed */
boot_gdtr:
    .word 23
    .long ALIAS(boot_gdt)

    .org 0x1e8
    .global rom_variant
rom_variant:                    /* set by who writes the ROM: docs/contract.md */
    .long 0
rom_entry:                      /* where the copy at 1 MiB is entered, for who loads it without a reset: docs/contract.md */
    .long environment_start

    .org 0x1f0
    .code16
    jmp reset
    .org 0x200
