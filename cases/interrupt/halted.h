/*
 * What ends HLT: an interrupt, which STI in front of it lets in no earlier, and an NMI with IF=0, too. What is saved is behind HLT, its prefixes
 * included, so that a handler's return doesn't halt again. The file includes case.h or case32.h before.
 */
#include <wide.h>

#define VECTOR 0x60u
#define DIVIDE_BY_1 0xbu
#define IF (1u << 9)

static void pend(void)
{
    enable_apic();
    send_self(VECTOR);
    start.R(flags) &= ~(uint32_t)IF;
}

/* It fires later, or has fired: IF is set by the STI right before HLT. */
static void __attribute__((unused)) set_timer(void)
{
    enable_apic();
    apic_write(APIC_TIMER_DIVIDE, DIVIDE_BY_1);
    apic_write(APIC_LVT_TIMER, VECTOR);
    apic_write(APIC_TIMER_INITIAL, 0x8000);
    start.R(flags) &= ~(uint32_t)IF;
}

/* RBX, RAX: the store that sends an NMI; it may be recognized before HLT, too. */
static void __attribute__((unused)) send_nmi(void)
{
    pend();
    start.R(bx) = APIC_BASE + APIC_ICR_LOW;
    start.R(ax) = 0x4400;
}

static void __attribute__((unused)) return_from(unsigned vector)
{
    on_exception(vector, end_of_interrupt);
}

#define HALT(text) "sti\n" MARK(fault) text "\n" MARK(after) "nop\n"
#define NMI_HALT "mov [ebx], eax\n" MARK(fault) "hlt\n" MARK(after) "1: jmp 1b\n"

#define SPEC "SDM 2A \"HLT-Halt\""
#define HALTED(name_, run_, vector_, about_, ...)                                                                                         \
    {                                                                                                                                     \
        VARIANT, .name = name_, .about = about_, .spec = SPEC, .needs = "apic", .vector = vector_, .error = NO_ERROR, .saved_rip = AFTER, \
                 .run = run_, __VA_ARGS__                                                                                                 \
    }
