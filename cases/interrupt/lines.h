/*
 * An interrupt through the INTR pin may have any vector, 0 to 255, and never pushes an error code. The 8259 sends its base plus the line's number:
 * line 0 is the timer's (8254), line 4 the first serial port's.
 */
#include <wide.h>

#include <pic.h>

#define PIT_CHANNEL0 0x40
#define PIT_COMMAND 0x43
#define COM1_IER 0x3f9
#define COM1_MCR 0x3fc

static void calm(void)
{
    silence_pic();
    out8(COM1_IER, 0);
}

static void run(void)
{
    SET_GATE((unsigned)current_case->vector);
    at_end(calm);
    start.R(flags) &= ~(uintptr_t)RFLAGS_IF;
    PROGRAM("sti\n" MARK(fault) "nop\n" MARK(after) "nop\n");
}

/* Mode 0: the output goes high when the count is over. */
static void timer(void)
{
    enable_pic((unsigned)ARG0, 1 << 0);
    out8(PIT_COMMAND, 0x30);
    out8(PIT_CHANNEL0, 16);
    out8(PIT_CHANNEL0, 0);
    wait_for_line(0);
    run();
}

/* The transmitter is empty. OUT2 lets the interrupt through. */
static void serial(void)
{
    enable_pic((unsigned)ARG0, 1 << 4);
    out8(COM1_MCR, 0xb);
    out8(COM1_IER, 2);
    wait_for_line(4);
    run();
}

#define PIC(name_, run_, vector_, base)                                                                                                             \
    VARIANT, .name = #name_, .spec = "SDM 3A \"Maskable Hardware Interrupts\"", .needs = "apic", .run = run_, .vector = vector_, .error = NO_ERROR, \
             .saved_rip = AFTER, .arg = {base}

VARIANTS({PIC(irq0_vector_0, timer, 0x00, 0x00), .about = "line 0 of the 8259 with base 0: vector 0, as #DE", .id = "apic-pic-irq0-vec8"},
         {PIC(irq0_vector_8, timer, 0x08, 0x08), .about = "line 0 of the 8259 with base 8: vector 8, as #DF but without an error code",
          .id = "apic-pic-irq0-vec8"},
         {PIC(irq0_vector_20, timer, 0x20, 0x20), .about = "line 0 of the 8259 with base 0x20", .id = "apic-pic-remapped"},
         {PIC(irq0_vector_f8, timer, 0xf8, 0xf8), .about = "line 0 of the 8259 with base 0xf8", .id = "apic-pic-remapped"},
         {PIC(irq4_vector_c, serial, 0x0c, 0x08), .about = "line 4 of the 8259 with base 8: vector 12, as #SS but without an error code",
          .id = "apic-pic-irq5-vec13"},
         {PIC(irq4_vector_4, serial, 0x04, 0x00), .about = "line 4 of the 8259 with base 0: vector 4, as #OF", .id = "apic-pic-irq5-vec13"});
