/*
 * start.S: what a test may touch ends at 0x10FFEF, so the ROM moves on to 2 MiB before it does anything else. Then the way into
 * real mode, and out of it (SDM 3A "Mode Switching").
 */
#include "replay/layout.h"

    .section .boot, "ax"
    .code32
    .global environment_start
environment_start:
    movl $ram_base, %esi
    movl $moved_base, %edi
    movl $rom_dwords, %ecx
    rep movsl
    movl $moved, %eax
    jmp *%eax

    .text
moved:
    movl $stack_top, %esp
    movl $bss_begin, %edi
    movl $bss_dwords, %ecx
    xorl %eax, %eax
    rep stosl
    movl $0x33, %eax            /* NE, ET, MP, PE; caches on */
    movl %eax, %cr0
    fninit
    call replay_main
    ud2

    .global run_in_real_mode, real_mode_left
run_in_real_mode:
    pushal
    movl %esp, saved_esp
    lidt ivt_register
    movl $DATA16, %eax
    movl %eax, %ds
    movl %eax, %es
    movl %eax, %fs
    movl %eax, %gs
    movl %eax, %ss
    ljmp $CODE16, $low_enter

real_mode_left:
    movl $DATA32, %eax
    movl %eax, %ds
    movl %eax, %es
    movl %eax, %fs
    movl %eax, %gs
    movl %eax, %ss
    movl saved_esp, %esp
    cld
    popal
    ret

    .section .rodata
    .balign 4
    .word 0
ivt_register:
    .word 0x3ff
    .long 0

    .bss
    .balign 16
saved_esp:
    .skip 4
    .balign 16
    .skip 4096
stack_top:
