/*
 * Interrupts and NMIs in virtual-8086 mode go through the IDT, whatever IOPL, VIF and the redirection map are: IF alone holds interrupts off. The
 * frame is that of an exception.
 */
#include <case32.h>

#define VECTOR 0x60u

/* ARG0: flags to set, ARG1: flags to clear. */
static void send(void)
{
    in_vm86();
    enable_apic();
    send_self(VECTOR);
    start.eflags = (start.eflags | (uint32_t)ARG0) & ~(uint32_t)ARG1;
}

static void at_once(void)
{
    send();
    PROGRAM16(MARK(fault) "nop\n" MARK(after) "nop\n");
}

static void resumed(void)
{
    on_exception(VECTOR, end_of_interrupt);
    at_once();
}

static void sti(void)
{
    send();
    PROGRAM16("sti\n" MARK(fault) "nop\n" MARK(after) "nop\n");
}

static void virtual(void)
{
    send();
    enable_vme();
    PROGRAM16(MARK(fault) "nop\n" MARK(after) "nop\n");
}

static void by_task(void)
{
    set_task_gate(VECTOR, add_task("handler"));
    at_once();
}

static void nmi(void)
{
    in_vm86();
    enable_apic();
    block_nmi();
    send_self_nmi();
    start.eflags &= ~EFLAGS_IF;
    PROGRAM16(MARK(fault) "nop\n" MARK(after) "nop\n");
}

#define CLASS_1 "SDM 3B \"Class 1-Hardware Interrupt and Exception Handling in Virtual-8086 Mode\""
#define CLASS_2 "SDM 3B \"Class 2-Maskable Hardware Interrupt Handling in Virtual-8086 Mode Using the Virtual Interrupt Mechanism\""
#define ROW(name_, run_, spec_, set, clear, needs_, id_, about_, ...)                                                                            \
    {                                                                                                                                            \
        VARIANT, .name = name_, .about = about_, .spec = spec_, .id = id_, .needs = needs_, .run = run_, .error = NO_ERROR, .arg = {set, clear}, \
                 __VA_ARGS__                                                                                                                     \
    }
#define FIRST .vector = VECTOR, .saved_rip = AT_FAULT
#define NONE .vector = NO_EXCEPTION
VARIANTS(ROW("at_once", at_once, CLASS_1, 0, 0, "apic", "vm86-irq", "an interrupt at the first boundary", FIRST),
         ROW("iopl_3", at_once, CLASS_1, EFLAGS_IOPL(3), 0, "apic", "", "an interrupt at the first boundary, IOPL 3", FIRST),
         ROW("masked", at_once, CLASS_1, 0, EFLAGS_IF, "apic", "", "an interrupt with IF=0", NONE),
         ROW("resumed", resumed, CLASS_1, 0, 0, "apic", "", "an interrupt whose handler returns", FIRST, .resumes = 1),
         ROW("sti", sti, CLASS_1, EFLAGS_IOPL(3), EFLAGS_IF, "apic", "", "an interrupt behind the instruction that follows STI, IOPL 3",
             .vector = VECTOR, .saved_rip = AFTER),
         ROW("by_task", by_task, CLASS_1, 0, 0, "apic", "", "an interrupt through a task gate", FIRST),
         ROW("virtual", virtual, CLASS_2, 0, 0, "apic vme", "", "an interrupt with VIF=0, IF=1, CR4.VME=1", FIRST),
         ROW("virtual_enabled", virtual, CLASS_2, EFLAGS_VIF, 0, "apic vme", "", "an interrupt with VIF=1, IF=1, CR4.VME=1", FIRST),
         ROW("virtual_masked", virtual, CLASS_2, EFLAGS_VIF, EFLAGS_IF, "apic vme", "", "an interrupt with VIF=1, IF=0, CR4.VME=1", NONE),
         ROW("nmi", nmi, CLASS_1, 0, 0, "apic", "", "an NMI at the first boundary", .vector = VEC_NMI, .saved_rip = AT_FAULT));
