/* nmi.S: takes an NMI and goes on without IRET, so that NMIs stay blocked (SDM 3A "Handling Multiple NMIs"). */

    .text
    .global send_and_wait_for_nmi
send_and_wait_for_nmi:          /* rdi: the ICR, esi: the command */
    movq %rsp, %rdx
    movl %esi, (%rdi)
1:  pause
    jmp 1b

    .global nmi_without_iret
nmi_without_iret:               /* the gate's target, on the same stack */
    movq %rdx, %rsp
    ret
