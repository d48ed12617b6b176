/*
 * The boot sector of a floppy disk that holds a ROM behind it: for a PC that has a BIOS of its own, such as DOSBox. Does what
 * the ROM's reset code does there: the ROM copied to 1 MiB, and entered in flat 32-bit code where it says (docs/contract.md).
 */
#define CODE32 0x08
#define DATA32 0x10
#define BUFFER 0x20000
#define COPY 0x100000
#define ROM_SECTORS 128
#define ROM_ENTRY 0xffec
#define SECTORS 8               /* on a track of a disk of 160 KiB, which has one side */
#define SECTOR 512
#define READ_ONE_SECTOR 0x0201  /* INT 13h */

    .code16
    .global _start
_start:
    ljmp $0, $load
load:
    cli
    cld
    xorw %ax, %ax
    movw %ax, %ss
    movw $_start, %sp
    movw %ax, %ds
    sti
    movw $BUFFER / 16, %ax
    movw %ax, %es
    movw $2, %cx                /* the cylinder, and a sector: counted from 1, and the first is this one */
    xorw %dx, %dx               /* the head, and drive A: */
    xorw %bx, %bx
    movw $ROM_SECTORS, %di
next:
    movw $READ_ONE_SECTOR, %ax
    int $0x13
    movw %es, %ax
    addw $SECTOR / 16, %ax
    movw %ax, %es
    incb %cl
    cmpb $SECTORS, %cl
    jbe 1f
    movb $1, %cl
    incb %ch
1:  decw %di
    jnz next

    cli
    inb $0x92, %al              /* A20 on, and no fast reset */
    orb $2, %al
    andb $0xfe, %al
    outb %al, $0x92
    lgdtl gdtr
    movl %cr0, %eax
    orb $1, %al
    movl %eax, %cr0
    ljmpl $CODE32, $flat

    .code32
flat:
    movl $DATA32, %eax
    movl %eax, %ds
    movl %eax, %es
    movl %eax, %ss
    movl $BUFFER, %esi
    movl $COPY, %edi
    movl $ROM_SECTORS * SECTOR / 4, %ecx
    rep movsl
    jmp *COPY + ROM_ENTRY

    .balign 8
gdt:
    .quad 0
    .quad 0x00cf9b000000ffff    /* code, 4 GiB, accessed */
    .quad 0x00cf93000000ffff    /* data, 4 GiB, accessed */
gdtr:
    .word . - gdt - 1
    .long gdt

    .org SECTOR - 2
    .word 0xaa55
