/*
 * nmi/iret.c in real mode: an execution of IRET unblocks NMIs, of either operand size, and also one that faults, before the fault's handler begins; a
 * far RET doesn't. The NMI's handler isn't captured: the first time it runs it sends a second NMI to itself, the second time it ends the run by INT3,
 * with the distance of the IP that it found from where it has to be in EDI. Another INT3 is where the program gets to without it.
 */
#include <case16.h>

/* EBX: the ICR, beyond the segments of real mode. FS gets a limit of 4 GiB in protected mode, which it keeps. */
#define SEND                                                                                                                                     \
    "mov eax, cr0\nor al, 1\nmov cr0, eax\n.byte 0xea\n.word 5f - 0x8000, 0x78\n5: mov dx, 0x10\nmov fs, dx\nand al, 0xfe\nmov cr0, eax\n.byte " \
    "0xea\n.word 6f - 0x8000, 0x800\n6: mov dword ptr fs:[ebx], 0x4400\nmov dx, 0x340\nmov fs, dx\nmov eax, 0\nmov edx, 0\n" PUSH_WORD("2") "popf\n"
#define FIRST_TIME "jcxz 1f\njmp 8f\n1: mov ecx, 1\n" SEND
#define TARGET "7: " MARK(inner) "int3\n" MARK(missed)
#define OF_FAULT "9: " MARK(handler) "int3\n" MARK(reached)
#define SECOND_TIME(place) \
    "8: pushf\nmov bp, sp\nmov edi, 0\nmov di, [bp + 2]\n.byte 0x81, 0xef\n.word " place " - 0x8000\nmov ebp, 0\npopf\nint3\n" MARK(second)
#define IP_OF_TARGET ".word 7f - 0x8000\n"
#define WORD_TARGET "mov bp, sp\n.byte 0xc7, 0x46, 0\n" IP_OF_TARGET "mov ebp, 0\n"

static void run(struct program handler)
{
    set_ivt(VEC_NMI, handler);
    enable_apic();
    block_nmi();
    send_self_nmi();
    start.ebx = APIC_BASE + APIC_ICR_LOW;
    start.ecx = 0;
    PROGRAM(MARK(fault) "nop\n" MARK(after) "int3\n");
}

#define RETURNED(name, text)                                                 \
    static void name(void)                                                   \
    {                                                                        \
        run(ASSEMBLE(MARK(entry) FIRST_TIME text TARGET SECOND_TIME("7b"))); \
    }
RETURNED(word, WORD_TARGET "iret\n")
RETURNED(dword, PUSH_DWORD("2") PUSH_DWORD("0x800") ".byte 0x66, 0x68\n.long 7f - 0x8000\niretd\n")
RETURNED(far_return, WORD_TARGET "retf 2\n")

/* The handler of the fault is reached behind the second NMI. */
static void fault(unsigned vector, struct program handler)
{
    ivt[vector] = (struct ivt_entry){(uint16_t)(label_of(handler, "handler") - 16 * REAL_CODE), REAL_CODE};
    run(handler);
}

#define FAULTS(text) ASSEMBLE(MARK(entry) FIRST_TIME text OF_FAULT SECOND_TIME("9b"))

static void fault_stack(void)
{
    fill_words(16 * REAL_STACK + 0xf000, 0, 0x1000 / sizeof(uintptr_t)); /* where the harness has nothing */
    fault(VEC_SS, FAULTS("mov sp, 0xfffb\niret\n"));
}

static void fault_ip(void)
{
    fault(VEC_GP, FAULTS(PUSH_DWORD("2") PUSH_DWORD("0x800") PUSH_DWORD("0x10000") "iretd\n"));
}

#define ROW(name_, end, about_)                                                                                                       \
    {                                                                                                                                 \
        VARIANT, .name = #name_, .about = "in an NMI's handler, another waits: " about_, .spec = "SDM 3A \"Handling Multiple NMIs\"", \
                 .needs = "apic", .vector = VEC_BP, .error = NO_ERROR, .saved_rip = end, .run = name_                                 \
    }

VARIANTS(ROW(word, "second", "IRET"), ROW(dword, "second", "IRETD"), ROW(fault_stack, "second", "IRET from offset FFFB is #SS"),
         ROW(fault_ip, "second", "IRETD to offset 10000 is #GP"), ROW(far_return, "missed", "a far RET, which doesn't unblock it"));
