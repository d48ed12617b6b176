/*
 * The local vector table says what becomes of an event of the APIC's own or at its pins. The error entry delivers its vector when an illegal
 * one is sent. LINT0, where the 8259's request comes, may be taken as a fixed interrupt with the entry's own vector, or not at all.
 */
#include <case.h>
#include <pic.h>

#define PIT_CHANNEL0 0x40
#define PIT_COMMAND 0x43
#define LVT_MASKED (1u << 16)

static void pending(void)
{
    start.rflags &= ~RFLAGS_IF;
    PROGRAM("sti\n" MARK(fault) "nop\n" MARK(after) "nop\n");
}

static void error(void)
{
    enable_apic();
    apic_write(APIC_ESR, 0);
    apic_write(APIC_LVT_ERROR, (uint32_t)ARG0);
    apic_write(APIC_ICR_HIGH, apic_read(APIC_ID) & 0xff000000);
    apic_write(APIC_ICR_LOW, 0x4005);
    pending();
}

/* The 8254 raises line 0 of the 8259, base 0x20. Whether the vector is the entry's or the 8259's shows who was asked. */
static void lint0(void)
{
    enable_pic(0x20, 1 << 0);
    apic_write(APIC_LVT_LINT0, (uint32_t)ARG0);
    out8(PIT_COMMAND, 0x30);
    out8(PIT_CHANNEL0, 16);
    out8(PIT_CHANNEL0, 0);
    wait_for_line(0);
    at_end(silence_pic);
    pending();
}

#define ROW(name_, run_, entry, about_, ...)                                                                                                         \
    {                                                                                                                                                \
        VARIANT, .name = name_, .about = about_ ", at CPL 0", .spec = "SDM 3A \"Local Vector Table\"", .needs = "apic", .run = run_, .arg = {entry}, \
                 __VA_ARGS__                                                                                                                         \
    }
#define COMES(vector_) .vector = vector_, .error = NO_ERROR, .saved_rip = AFTER
#define NOTHING .vector = NO_EXCEPTION

VARIANTS(ROW("error", error, 0x47, "the error entry has vector 0x47, an IPI with vector 5; STI, NOP", COMES(0x47)),
         ROW("error_masked", error, LVT_MASKED | 0x47, "the error entry is masked, an IPI with vector 5; STI, NOP", NOTHING),
         ROW("lint0_fixed", lint0, 0x48, "LINT0 fixed with vector 0x48, line 0 of the 8259; STI, NOP", COMES(0x48)),
         ROW("lint0_masked", lint0, LVT_MASKED | LVT_EXTINT, "LINT0 masked, line 0 of the 8259; STI, NOP", NOTHING));
