/* A gate is within the IDT only with its last byte: vector * 8 + 7 must not be above the limit. */
#include <case32.h>

#define SPEC "SDM 2A \"INT n/INTO/INT3/INT1-Call to Interrupt Procedure\""

static void limit_idt(void)
{
    lidt((uintptr_t)idt, (uint16_t)ARG0);
}

/* At CPL ARG1. */
static void int_n(void)
{
    in_ring((unsigned)ARG1);
    set_gate(0x40, .dpl = 3);
    limit_idt();
    FAULT("int 0x40");
}

static void last_vector(void)
{
    limit_idt();
    FAULT("int 0xff");
}

static void x87(void)
{
    *(uint16_t *)(start.ebx = map_page("data", PAGE_PRESENT | PAGE_WRITE)) = 0x37b; /* divide-by-zero unmasked */
    limit_idt();
    PROGRAM("fldcw [ebx]\nfld1\nfldz\nfdivp\n" MARK(fault) "fwait\n" MARK(after));
}

static void alignment(void)
{
    in_user_mode();
    start.ebx = map_page("data", PAGE_PRESENT | PAGE_USER) + 1;
    start.eflags |= EFLAGS_AC;
    write_cr0(read_cr0() | CR0_AM);
    limit_idt();
    FAULT("mov eax, [ebx]");
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
    start.eflags &= ~EFLAGS_IF;
    at_end(interrupt_taken);
    limit_idt();
    PROGRAM("sti\n" MARK(fault) "nop\n" MARK(after) "nop\n");
}

static void page_fault(void)
{
    start.ebx = map_page("victim", 0);
    limit_idt();
    FAULT("mov eax, [ebx]");
}

#define LAST_BYTE(vector) ((vector)*8u + 7)
#define ROW(name_, about_, id_, limit, cpl, vector_, error_, rip_, run_, ...)                                                                 \
    {                                                                                                                                         \
        VARIANT, .name = name_, .about = about_, .spec = SPEC, .id = id_, .vector = vector_, .error = error_, .saved_rip = rip_, .run = run_, \
                 .arg = {limit, cpl}, __VA_ARGS__                                                                                             \
    }
#define INT(name, about, id, limit, cpl) ROW(name, about, id, limit, cpl, VEC_GP, IDT_ERROR(0x40), AT_FAULT, int_n, )

VARIANTS(INT("int", "INT 0x40 at CPL 0, IDT of 64 gates", "", LAST_BYTE(0x3f), 0),
         INT("first_byte", "INT 0x40 at CPL 0, the limit is the gate's first byte", "", LAST_BYTE(0x3f) + 1, 0),
         INT("half", "INT 0x40 at CPL 0, the limit in the middle of the gate", "", LAST_BYTE(0x40) - 4, 0),
         INT("last_byte", "INT 0x40 at CPL 0, the limit excludes the gate's last byte", "pm-limit", LAST_BYTE(0x40) - 1, 0),
         INT("ring1", "INT 0x40 at CPL 1, the limit excludes the gate's last byte", "", LAST_BYTE(0x40) - 1, 1),
         INT("ring3", "INT 0x40 at CPL 3, the limit excludes the gate's last byte", "", LAST_BYTE(0x40) - 1, 3),
         ROW("exact", "INT 0x40 at CPL 0, the limit is the gate's last byte: delivered", "", LAST_BYTE(0x40), 0, 0x40, NO_ERROR, AFTER, int_n, ),
         ROW("exact_ring3", "INT 0x40 at CPL 3, the limit is the gate's last byte: delivered", "", LAST_BYTE(0x40), 3, 0x40, NO_ERROR, AFTER,
             int_n, ),
         ROW("vector_255", "INT 0xff at CPL 0, the limit is that of 256 gates but for one byte", "", LAST_BYTE(0xff) - 1, 0, VEC_GP, IDT_ERROR(0xff),
             AT_FAULT, last_vector, ),
         ROW("above_2048", "INT 0xff at CPL 0, limit 0xffff: delivered", "", 0xffff, 0, 0xff, NO_ERROR, AFTER, last_vector, ),
         ROW("mf", "FWAIT with a pending x87 exception at CPL 0, IDT of 16 gates", "", LAST_BYTE(15), 0, VEC_GP, IDT_ERROR(VEC_MF) | ERROR_EXT,
             AT_FAULT, x87, ),
         ROW("ac", "misaligned load at CPL 3, IDT of 17 gates", "", LAST_BYTE(16), 0, VEC_GP, IDT_ERROR(VEC_AC) | ERROR_EXT, AT_FAULT, alignment, ),
         ROW("irq", "self-IPI 0x60 at CPL 0, IDT of 32 gates", "", LAST_BYTE(31), 0, VEC_GP, IDT_ERROR(0x60) | ERROR_EXT, AFTER, interrupt,
             .needs = "apic"),
         ROW("pf", "load from a not-present page at CPL 0, IDT ends before #PF: #GP on the way to #PF is #DF", "", LAST_BYTE(VEC_GP), 0, VEC_DF, 0,
             UNDEFINED, page_fault, ));
