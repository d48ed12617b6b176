/* apic.c: the local APIC, for the cases on interrupts and NMI; nothing else touches it (SDM 3A "Advanced Programmable Interrupt Controller"). */
#include "common/cpu.h"

#define SVR_ENABLE 0x100u
#define ICR_FIXED 0u
#define ICR_NMI (4u << 8)
#define ICR_ASSERT (1u << 14)
#define ICR_PENDING (1u << 12)

uint32_t apic_read(uint32_t reg)
{
    return *(volatile uint32_t *)(uintptr_t)(APIC_BASE + reg);
}

void apic_write(uint32_t reg, uint32_t value)
{
    *(volatile uint32_t *)(uintptr_t)(APIC_BASE + reg) = value;
}

bool apic_enabled, nmi_sent;

void enable_apic(void)
{
    apic_enabled = true;
    map_frame(APIC_BASE, APIC_BASE, PAGE_PRESENT | PAGE_WRITE | PAGE_PCD);
    write_msr(MSR_APIC_BASE, read_msr(MSR_APIC_BASE) | 0x800);
    apic_write(APIC_SVR, SVR_ENABLE | 0xff);
}

bool apic_bit(uint32_t bank, unsigned vector)
{
    return apic_read(bank + vector / 32 * 16) >> vector % 32 & 1;
}

/* A destination by number, since the shorthand "self" is no valid one for an NMI. */
static void send(uint32_t command)
{
    apic_write(APIC_ICR_HIGH, apic_read(APIC_ID) & 0xff000000);
    apic_write(APIC_ICR_LOW, command | ICR_ASSERT);
    while (apic_read(APIC_ICR_LOW) & ICR_PENDING)
        continue;
}

void send_self(unsigned vector)
{
    send(ICR_FIXED | vector);
    while (!apic_bit(APIC_IRR, vector))
        continue;
}

void send_self_nmi(void)
{
    nmi_sent = true;
    send(ICR_NMI);
}

void end_of_interrupt(struct interrupt_frame *frame, struct capture *capture)
{
    (void)frame;
    (void)capture;
    apic_write(APIC_EOI, 0);
}
