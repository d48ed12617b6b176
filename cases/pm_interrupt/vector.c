/*
 * An interrupt pushes no error code, whatever its vector: neither do those below 32 that an exception has too, and of which some push one. So the
 * frame of vector 17 or 21 is one doubleword shorter than that of #AC or #CP, through every kind of gate.
 */
#include <case32.h>

/* arg: the vector; the ring, or 4 for virtual-8086 mode; the gate. */
enum { VM86 = 4 };
enum { GATE32, GATE16, TASK_GATE };

static void run(void)
{
    unsigned vector = (unsigned)ARG0 & 0xff;

    if (ARG1 == VM86)
        in_vm86();
    else
        in_ring(ARG1);
    enable_apic();
    send_self(vector);
    if (ARG0 >> 8 == TASK_GATE)
        set_task_gate(vector, add_task("handler"));
    else
        set_gate(vector, .type = ARG0 >> 8 == GATE16 ? GATE_INTERRUPT16 : GATE_INTERRUPT);
    start.eflags |= EFLAGS_IOPL(3);
    start.eflags &= ~EFLAGS_IF;
    if (ARG1 == VM86)
        PROGRAM16("sti\n" MARK(fault) "nop\n" MARK(after) "nop\n");
    else
        PROGRAM("sti\n" MARK(fault) "nop\n" MARK(after) "nop\n");
}

#define ROW(name_, vector_, gate_, from_, about_)                                                                                           \
    {                                                                                                                                       \
        VARIANT, .name = name_, .about = "a fixed self-IPI with vector " #vector_ about_,                                                   \
                 .spec = "SDM 3A \"Valid Interrupt Vectors\", SDM 3A \"Maskable Hardware Interrupts\"", .needs = "apic", .vector = vector_, \
                 .error = NO_ERROR, .saved_rip = AFTER, .run = run, .arg = {                                                                \
                     (vector_) | (gate_) << 8,                                                                                              \
                     from_                                                                                                                  \
                 }                                                                                                                          \
    }
#define EACH(number, vector)                                                                                                                   \
    ROW(number, vector, GATE32, 0, ""), ROW(number "_user", vector, GATE32, 3, " at CPL 3"),                                                   \
        ROW(number "_vm86", vector, GATE32, VM86, " in virtual-8086 mode"), ROW(number "_gate16", vector, GATE16, 0, ", a 16-bit gate"),       \
        ROW(number "_gate16_user", vector, GATE16, 3, " at CPL 3, a 16-bit gate"), ROW(number "_task", vector, TASK_GATE, 0, ", a task gate"), \
        ROW(number "_task_user", vector, TASK_GATE, 3, " at CPL 3, a task gate")
VARIANTS(EACH("11", 0x11), EACH("15", 0x15), ROW("10", 0x10, GATE32, 0, ""), ROW("12", 0x12, GATE32, 0, ""), ROW("13", 0x13, GATE32, 0, ""),
         ROW("14", 0x14, GATE32, 0, ""), ROW("1d", 0x1d, GATE32, 0, ""), ROW("1e", 0x1e, GATE32, 0, ""), ROW("1f", 0x1f, GATE32, 0, ""),
         ROW("20", 0x20, GATE32, 0, ""), ROW("ff", 0xff, GATE32, 0, ""));
