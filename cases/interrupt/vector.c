/*
 * An interrupt pushes no error code, whatever its vector: neither do those below 32 that an exception has too, and of which some push one.
 * The local APIC accepts 16 to 255 (below 16: illegal_vector.c).
 */
#include <case.h>

static void report(void)
{
    note("irr", apic_bit(APIC_IRR, (unsigned)ARG0));
    note("isr", apic_bit(APIC_ISR, (unsigned)ARG0));
}

static void run(void)
{
    enable_apic();
    apic_write(APIC_SVR, 0x1ef);
    send_self((unsigned)ARG0);
    at_end(report);
    start.rflags &= ~RFLAGS_IF;
    PROGRAM("sti\n" MARK(fault) "nop\n" MARK(after) "nop\n");
}

#define VECTOR(number, id_)                                                                                                    \
    {                                                                                                                          \
        VARIANT, .name = #number, .about = "a fixed self-IPI with vector 0x" #number,                                          \
                 .spec = "SDM 3A \"Valid Interrupt Vectors\", SDM 3A \"Maskable "                                              \
                         "Hardware Interrupts\"",                                                                              \
                 .id = id_, .needs = "apic", .vector = 0x##number, .error = NO_ERROR, .saved_rip = AFTER, .run = run, .arg = { \
                     0x##number                                                                                                \
                 }                                                                                                             \
    }

VARIANTS(VECTOR(10, "apic-self-ipi-vec16-no-error"), VECTOR(11, "apic-self-ipi-vec17-no-error"), VECTOR(12, "apic-self-ipi-vec18-no-error"),
         VECTOR(13, "apic-self-ipi-vec19-no-error"), VECTOR(14, "apic-self-ipi-vec20-no-error"), VECTOR(15, "apic-self-ipi-vec21-no-error"),
         VECTOR(1e, "apic-self-ipi-vec30-no-error"), VECTOR(1f, "apic-self-ipi-vec31-no-error"), VECTOR(20, "apic-self-ipi-20"),
         VECTOR(40, "apic-self-ipi-40"), VECTOR(ff, "apic-self-ipi-ff"));
