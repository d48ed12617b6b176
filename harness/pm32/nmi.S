/* nmi.S: takes an NMI and goes on without IRET, so that NMIs stay blocked (SDM 3A "Handling Multiple NMIs"). */

    .text
    .global send_and_wait_for_nmi
send_and_wait_for_nmi:          /* (the ICR, the command) */
    movl 4(%esp), %eax
    movl 8(%esp), %ecx
    movl %esp, %edx
    movl %ecx, (%eax)
1:  pause
    jmp 1b

    .global nmi_without_iret
nmi_without_iret:               /* the gate's target, on the same stack */
    movl %edx, %esp
    ret
