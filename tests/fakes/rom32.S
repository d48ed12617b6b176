# A ROM for engines without long mode, whose variant (0xFFE8) says what it does. It runs as those of cases do: by the alias below
# 1 MiB, copied to 1 MiB, where it is entered (0xFFEC). It sends a text, then:
#   0 says its end and ends through the port; 1 shuts the processor down; 2 hangs; 3 sends without an end.
#define COPY 0x100000
#define ALIAS 0xf0000
#define AT(label) (label - rom)
        .text
rom:    .org    0x8000
        .code16
start:  cli
        cld
        inb     $0x92, %al
        orb     $2, %al
        andb    $0xfe, %al
        outb    %al, $0x92
        lgdtl   %cs:AT(gdtr)
        movl    %cr0, %eax
        orb     $1, %al
        movl    %eax, %cr0
        ljmpl   $8, $ALIAS + AT(flat)
        .code32
flat:   movl    $0x10, %eax
        movl    %eax, %ds
        movl    %eax, %es
        movl    %eax, %ss
        movl    $ALIAS, %esi
        movl    $COPY, %edi
        movl    $0x4000, %ecx
        rep movsl
        movl    $COPY + AT(entry), %eax
        jmp     *%eax
entry:  movl    $0x7000, %esp
        movw    $0x3fb, %dx             # LCR: the divisor, then 8N1
        movb    $0x83, %al
        outb    %al, %dx
        movw    $0x3f8, %dx
        movb    $1, %al
        outb    %al, %dx
        movw    $0x3f9, %dx
        movb    $0, %al
        outb    %al, %dx
        movw    $0x3fb, %dx
        movb    $3, %al
        outb    %al, %dx
        movl    COPY + 0xffe8, %ebp
        movl    $COPY + AT(hello), %esi
        call    text
        cmpl    $1, %ebp
        je      shutdown
        cmpl    $2, %ebp
        je      hang
        cmpl    $3, %ebp
        je      flood
        movl    $COPY + AT(end), %esi
        call    text
        movw    $0xf4, %dx
        movl    $0x10, %eax
        outl    %eax, %dx
hang:   jmp     hang
flood:  movb    $'x', %bl
        call    send
        jmp     flood
shutdown:
        lidt    COPY + AT(no_idt)
        ud2
text:   movb    (%esi), %bl
        testb   %bl, %bl
        jz      drain
        call    send
        incl    %esi
        jmp     text
send:   movw    $0x3fd, %dx
1:      inb     %dx, %al
        testb   $0x20, %al
        jz      1b
        movw    $0x3f8, %dx
        movb    %bl, %al
        outb    %al, %dx
        ret
drain:  movw    $0x3fd, %dx             # all of it has left the transmitter
1:      inb     %dx, %al
        andb    $0x60, %al
        cmpb    $0x60, %al
        jne     1b
        ret
hello:  .asciz  "trapframe 2\nhello\n"
end:    .asciz  "end exit 0\n"
        .balign 8
gdt:    .quad   0, 0x00cf9b000000ffff, 0x00cf93000000ffff
gdtr:   .word   . - gdt - 1
        .long   ALIAS + AT(gdt)
no_idt: .quad   0
        .org    0xffe8
        .long   0, COPY + AT(entry)
        .code16
        .org    0xfff0
        jmp     start
        .org    0xffff
        .byte   0
