# A ROM for real emulators, whose variant (0xFFE8) says what it does. It sends the text at offset 0, then:
#   0 ends through the port; 1 shuts the processor down; 2 hangs, having sent nothing; 3 sends without an end.
        .code16
        .text
        .org    0
        .asciz  "trapframe 1\nhello\n"
        .org    0x8000
start:  cli
        mov     $0x3fb, %dx             # LCR: 8N1
        mov     $3, %al
        out     %al, %dx
        mov     %cs:0xffe8, %eax
        cmp     $2, %eax
        je      hang
        cmp     $3, %eax
        je      flood
        xor     %si, %si
text:   mov     %cs:(%si), %al
        test    %al, %al
        jz      sent
        call    send
        inc     %si
        jmp     text
sent:   mov     $0x3fd, %dx             # all of it has left the transmitter
1:      in      %dx, %al
        and     $0x60, %al
        cmp     $0x60, %al
        jne     1b
        cmpl    $1, %cs:0xffe8
        je      shutdown
        mov     $0xf4, %dx
        mov     $0x10, %eax
        out     %eax, %dx
        mov     $0x8900, %dx
        mov     $bye, %si
2:      mov     %cs:(%si), %al
        test    %al, %al
        jz      hang
        out     %al, %dx
        inc     %si
        jmp     2b
hang:   jmp     hang
flood:  mov     $'x', %al
        call    send
        jmp     flood
shutdown:
        lidtl   %cs:no_idt
        ud2
send:   mov     %al, %bl
        mov     $0x3fd, %dx
3:      in      %dx, %al
        test    $0x20, %al
        jz      3b
        mov     $0x3f8, %dx
        mov     %bl, %al
        out     %al, %dx
        ret
bye:    .asciz  "Shutdown"
no_idt: .quad   0
        .org    0xffe8
        .long   0
        .org    0xfff0
        jmp     start
        .org    0xffff
        .byte   0
