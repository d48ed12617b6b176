/* nmi.c: NMIs that are blocked when the program starts. */
#include "case32.h"

#define ICR_NMI (4u << 8)
#define ICR_ASSERT (1u << 14)

void send_and_wait_for_nmi(uintptr_t icr, uint32_t command);
extern const uint8_t nmi_without_iret[];

void block_nmi(void)
{
    struct gate gate = *gate_of(VEC_NMI);

    *gate_of(VEC_NMI) = make_gate((uintptr_t)nmi_without_iret, SEL_KERNEL_CODE, GATE_INTERRUPT, 0, true);
    apic_write(APIC_ICR_HIGH, apic_read(APIC_ID) & 0xff000000);
    send_and_wait_for_nmi(APIC_BASE + APIC_ICR_LOW, ICR_NMI | ICR_ASSERT);
    *gate_of(VEC_NMI) = gate;
}
