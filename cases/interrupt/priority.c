/*
 * Of pending interrupts the one with the highest vector comes first. While it is in service, only those of a higher class come; the others
 * wait for the end of interrupt. The handlers poll the IRR with IF=0, so what pends is known when they open the window.
 */
#include <case.h>

#define WINDOW "sti\nnop\n" MARK(inner) "nop\nnop\ncli\n"
/* ICR, destination set by send_self(); RCX is where the IRR shows the bit RDX. */
#define SEND_AND_WAIT "mov [rbx], eax\n1: cmp [rcx], edx\njne 1b\n"

static void report(void)
{
    note("irr_41", apic_bit(APIC_IRR, 0x41));
    note("isr_41", apic_bit(APIC_ISR, 0x41));
    note("irr_61", apic_bit(APIC_IRR, 0x61));
    note("isr_61", apic_bit(APIC_ISR, 0x61));
}

static void run(void)
{
    at_end(report);
    start.rflags &= ~RFLAGS_IF;
    start.rsi = APIC_BASE + APIC_EOI;
    PROGRAM("sti\n" MARK(fault) "nop\n" MARK(after) "nop\n");
}

/* What the handler is to send. */
static void handler_sends(unsigned vector)
{
    start.rax = 0x4000 | vector;
    start.rbx = APIC_BASE + APIC_ICR_LOW;
    start.rcx = APIC_BASE + APIC_IRR + vector / 32 * 16;
    start.rdx = 1u << vector % 32;
}

static void order(void)
{
    enable_apic();
    send_self(0x41);
    send_self(0x61);
    on_exception(0x61, end_of_interrupt);
    run();
}

static void higher_nests(void)
{
    enable_apic();
    send_self(0x41);
    handler_sends(0x61);
    on_exception_run(0x41, HANDLER(SEND_AND_WAIT WINDOW));
    run();
}

static void lower_waits(void)
{
    enable_apic();
    send_self(0x41);
    send_self(0x61);
    on_exception_run(0x61, HANDLER(WINDOW "mov dword ptr [rsi], 0\n"));
    run();
}

static void same_class_waits(void)
{
    enable_apic();
    send_self(0x41);
    handler_sends(0x4f);
    on_exception_run(0x41, HANDLER(SEND_AND_WAIT WINDOW "mov dword ptr [rsi], 0\n"));
    run();
}

/* The second time the handler ends the run by INT3. */
static void same_vector_waits(void)
{
    enable_apic();
    send_self(0x41);
    handler_sends(0x41);
    start.r8 = 0;
    on_exception_run(0x41,
                     HANDLER("cmp r8, 0\njne 2f\n" SEND_AND_WAIT WINDOW "mov r8, 1\nmov dword ptr [rsi], 0\njmp 3f\n2: int3\n" MARK(second) "3:\n"));
    run();
}

#define PRIORITY(name_, vector_)                                                                                                       \
    VARIANT, .name = #name_, .spec = "SDM 3A \"Interrupt Acceptance for Fixed Interrupts\", SDM 3A \"Task and Processor Priorities\"", \
             .needs = "apic", .vector = vector_, .error = NO_ERROR, .saved_rip = AFTER, .run = name_

VARIANTS({PRIORITY(order, 0x61), .about = "self-IPIs 0x41 and 0x61 pending; STI, NOP", .id = "apic-priority-order"},
         {PRIORITY(higher_nests, 0x41), .about = "the handler of 0x41 sends 0x61 to itself and sets IF", .id = "apic-nested-higher"},
         {PRIORITY(lower_waits, 0x61), .about = "0x41 pends while the handler of 0x61 sets IF", .id = "apic-nested-lower-waits"},
         {PRIORITY(same_class_waits, 0x41), .about = "the handler of 0x41 sends 0x4f to itself and sets IF", .id = "apic-nested-lower-waits"},
         {PRIORITY(same_vector_waits, 0x41), .about = "the handler of 0x41 sends 0x41 to itself and sets IF", .id = "apic-same-vector-waits-eoi"});
