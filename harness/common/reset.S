/*
 * The reset vector: real mode to flat 32-bit code, still in the ROM but at its alias below 1 MiB, then a copy of the
 * image at 1 MiB and a jump to it (SDM 3A "Processor State After Reset", "Switching to Protected Mode").
 */
#define CODE32 0x08
#define DATA32 0x10
#define RESET_OFFSET 0xfe00    /* of this section in the ROM, rom.ld */

#define ALIAS(symbol) (symbol - 0xfff00000) /* rom_alias - rom_base */

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
    rep movsl
    movl ALIAS(rom_variant), %eax
    movl %eax, rom_variant_copy
    movl $environment_start, %eax
    jmp *%eax

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
