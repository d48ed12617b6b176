/*
 * An interrupt through the INTR pin may have any vector, 0 to 255, and never pushes an error code. The 8259 sends its base plus the line's number:
 * line 0 is the timer's (8254), line 4 the first serial port's.
 */
#include <case.h>

#define PIC_COMMAND 0x20
#define PIC_DATA 0x21
#define PIT_CHANNEL0 0x40
#define PIT_COMMAND 0x43
#define COM1_IER 0x3f9
#define COM1_MCR 0x3fc
#define EXTINT 0x700u

/* The initialization words: edge triggered, cascaded, on line 2, 8086 mode; then the mask. */
static void pic_init(unsigned base, unsigned line)
{
    out8(PIC_COMMAND, 0x11);
    out8(PIC_DATA, (uint8_t)base);
    out8(PIC_DATA, 4);
    out8(PIC_DATA, 1);
    out8(PIC_DATA, (uint8_t) ~(1u << line));
    out8(PIC_COMMAND, 0x0a); /* reads give the IRR */
}

static void wait_for_line(unsigned line)
{
    while (!(in8(PIC_COMMAND) & 1u << line))
        continue;
}

static void calm(void)
{
    out8(PIC_DATA, 0xff);
    out8(COM1_IER, 0);
}

static void run(void)
{
    enable_apic();
    apic_write(APIC_LVT_LINT0, EXTINT);
    set_gate((unsigned)current_case->vector, .ist = 0);
    at_end(calm);
    start.rflags &= ~RFLAGS_IF;
    PROGRAM("sti\n" MARK(fault) "nop\n" MARK(after) "nop\n");
}

/* Mode 0: the output goes high when the count is over. */
static void timer(void)
{
    pic_init((unsigned)ARG0, 0);
    out8(PIT_COMMAND, 0x30);
    out8(PIT_CHANNEL0, 16);
    out8(PIT_CHANNEL0, 0);
    wait_for_line(0);
    run();
}

/* The transmitter is empty. OUT2 lets the interrupt through. */
static void serial(void)
{
    pic_init((unsigned)ARG0, 4);
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
