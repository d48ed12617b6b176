/*
 * IRETD to virtual-8086 mode loads RF of its image: an interrupt that has waited for it pushes RF=1, an instruction breakpoint at its target is
 * passed, and the instruction behind meets its own.
 */
#include <case32.h>

/* ARG0: RF of the image. */
static void interrupt(void)
{
    in_vm86();
    set_gate(0x60, .dpl = 3);
    start.eflags |= EFLAGS_IF | EFLAGS_IOPL(3) | (uint32_t)ARG0;
    enable_apic();
    send_self(0x60);
    FAULT16("nop");
}

static void nmi(void)
{
    in_vm86();
    start.eflags |= (uint32_t)ARG0;
    enable_apic();
    block_nmi();
    send_self_nmi();
    FAULT16("nop");
}

#define SPEC "SDM 2A \"IRET/IRETD/IRETQ-Interrupt Return\", RETURN-TO-VIRTUAL-8086-MODE"
#define ROW(run_, name_, rf, vector_, about_)                                                                                   \
    {                                                                                                                           \
        VARIANT, .name = #run_ "_" name_, .about = about_, .spec = SPEC, .needs = "apic", .vector = vector_, .error = NO_ERROR, \
                 .saved_rip = AT_FAULT, .run = run_, .arg = {                                                                   \
                     rf                                                                                                         \
                 }                                                                                                              \
    }
VARIANTS(ROW(interrupt, "rf", EFLAGS_RF, 0x60, "IRETD with RF=1 in the image, an interrupt waits"),
         ROW(interrupt, "none", 0, 0x60, "IRETD with RF=0 in the image, an interrupt waits"),
         ROW(nmi, "rf", EFLAGS_RF, VEC_NMI, "IRETD with RF=1 in the image, an NMI waits"),
         ROW(nmi, "none", 0, VEC_NMI, "IRETD with RF=0 in the image, an NMI waits"));
