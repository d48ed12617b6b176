/* A gate is within the IDT only with its last byte: vector * 16 + 15 must not be above the limit. */
#include <case.h>

#define SPEC "SDM 2A \"INT n/INTO/INT3/INT1-Call to Interrupt Procedure\""

static void limit_idt(void)
{
    lidt((uintptr_t)&idt, (uint16_t)ARG0);
}

static void int_n(void)
{
    limit_idt();
    FAULT("int 0x40");
}

static void simd(void)
{
    uint32_t *data = (uint32_t *)map_page("data", PAGE_PRESENT | PAGE_WRITE);

    data[0] = 0x1d80;     /* MXCSR: divide-by-zero unmasked */
    data[1] = 0x3f800000; /* 1.0 */
    start.rbx = (uintptr_t)data;
    limit_idt();
    PROGRAM("ldmxcsr [rbx]\nmovss xmm0, [rbx+4]\nxorps xmm1, xmm1\n" MARK(fault) "divss xmm0, xmm1\n" MARK(after));
}

static void x87(void)
{
    *(uint16_t *)(start.rbx = map_page("data", PAGE_PRESENT | PAGE_WRITE)) = 0x37b; /* divide-by-zero unmasked */
    limit_idt();
    PROGRAM("fldcw [rbx]\nfld1\nfldz\nfdivp\n" MARK(fault) "fwait\n" MARK(after));
}

static void interrupt_taken(void)
{
    note("irr", apic_bit(APIC_IRR, 0x60));
    note("isr", apic_bit(APIC_ISR, 0x60));
}

static void interrupt(void)
{
    enable_apic();
    send_self(0x60);
    start.rflags &= ~RFLAGS_IF;
    at_end(interrupt_taken);
    limit_idt();
    PROGRAM("sti\n" MARK(fault) "nop\n" MARK(after) "nop\n");
}

static void page_fault(void)
{
    start.rbx = map_page("victim", 0);
    limit_idt();
    FAULT("mov rax, [rbx]");
}

#define LAST_BYTE(vector) ((vector)*16u + 15)
#define ROW(name_, about_, id_, limit, vector_, error_, rip_, run_)                                                                           \
    {                                                                                                                                         \
        VARIANT, .name = name_, .about = about_, .spec = SPEC, .id = id_, .vector = vector_, .error = error_, .saved_rip = rip_, .run = run_, \
                 .arg = {                                                                                                                     \
                     limit                                                                                                                    \
                 }                                                                                                                            \
    }

VARIANTS(ROW(NULL, "INT 0x40 at CPL 0, IDT of 64 gates", "idt-limit-int-n", LAST_BYTE(0x3f), VEC_GP, IDT_ERROR(0x40), AT_FAULT, int_n),
         ROW("half", "INT 0x40 at CPL 0, the limit in the middle of the gate", "idt-limit-partial", LAST_BYTE(0x40) - 8, VEC_GP, IDT_ERROR(0x40),
             AT_FAULT, int_n),
         ROW("one_byte", "INT 0x40 at CPL 0, the limit excludes the gate's last byte", NULL, LAST_BYTE(0x40) - 1, VEC_GP, IDT_ERROR(0x40), AT_FAULT,
             int_n),
         ROW("exact", "INT 0x40 at CPL 0, the limit is the gate's last byte: delivered", "idt-limit-exact-ok", LAST_BYTE(0x40), 0x40, NO_ERROR, AFTER,
             int_n),
         ROW("xm", "DIVSS by 0, unmasked, at CPL 0, IDT of 16 gates", "idt-limit-xm", LAST_BYTE(15), VEC_GP, IDT_ERROR(VEC_XM) | ERROR_EXT, AT_FAULT,
             simd),
         ROW("mf", "FWAIT with a pending x87 exception at CPL 0, IDT of 16 gates", "idt-limit-mf", LAST_BYTE(15), VEC_GP,
             IDT_ERROR(VEC_MF) | ERROR_EXT, AT_FAULT, x87),
         ROW("irq", "self-IPI 0x60 at CPL 0, IDT of 32 gates", "idt-limit-irq", LAST_BYTE(31), VEC_GP, IDT_ERROR(0x60) | ERROR_EXT, AFTER, interrupt),
         ROW("pf", "load from a not-present page at CPL 0, IDT ends before #PF: #GP on the way to #PF is #DF", "idt-limit-pf-is-df",
             LAST_BYTE(VEC_GP), VEC_DF, 0, UNDEFINED, page_fault));
