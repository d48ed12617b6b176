/* Interrupts and NMIs in real mode: through the table, at the next boundary where IF is set; HLT ends. */
#include <case16.h>
#include <pic.h>

#define PIT_CHANNEL0 0x40
#define PIT_COMMAND 0x43
#define VECTOR 0x60

static void send(void)
{
    enable_apic();
    send_self(VECTOR);
    start.eflags &= ~EFLAGS_IF;
}

/* STI holds interrupts off for one instruction. */
static void sti(void)
{
    send();
    PROGRAM("sti\n" MARK(fault) "nop\n" MARK(after) "nop\n");
}

static void popf(void)
{
    send();
    PROGRAM("pushf\npop ax\nor ah, 2\npush ax\n" MARK(fault) "popf\n" MARK(after) "nop\n");
}

static void masked(void)
{
    send();
    PROGRAM(MARK(fault) "nop\n" MARK(after) "nop\n");
}

static void hlt(void)
{
    send();
    PROGRAM("sti\n" MARK(fault) "hlt\n" MARK(after) "nop\n");
}

static void returns(void)
{
    on_exception(VECTOR, end_of_interrupt);
    sti();
}

/* Line 0 of the 8259 with the base that a PC's firmware sets: vector 8, as #DF. */
static void pit(void)
{
    enable_pic(8, 1 << 0);
    out8(PIT_COMMAND, 0x30);
    out8(PIT_CHANNEL0, 16);
    out8(PIT_CHANNEL0, 0);
    wait_for_line(0);
    at_end(silence_pic);
    start.eflags &= ~EFLAGS_IF;
    PROGRAM("sti\n" MARK(fault) "nop\n" MARK(after) "nop\n");
}

/* The IRET that starts the program unblocks it. */
static void nmi(void)
{
    enable_apic();
    block_nmi();
    send_self_nmi();
    start.eflags &= ~EFLAGS_IF;
    PROGRAM(MARK(fault) "nop\n" MARK(after) "nop\n");
}

#define MASKABLE "SDM 3A \"Maskable Hardware Interrupts\"; SDM 3B \"Interrupt and Exception Handling\" of \"8086 Emulation\""
#define NMI "SDM 3A \"Nonmaskable Interrupt (NMI)\"; SDM 3B \"Interrupt and Exception Handling\" of \"8086 Emulation\""
#define ROW(name_, spec_, id_, about_, ...)                                                                                               \
    {                                                                                                                                     \
        VARIANT, .name = #name_, .about = about_, .spec = spec_, .id = id_, .needs = "apic", .run = name_, .error = NO_ERROR, __VA_ARGS__ \
    }
#define COMES(vector_) .vector = vector_, .saved_rip = AFTER
VARIANTS(ROW(sti, MASKABLE, "", "an interrupt behind the instruction that follows STI", COMES(VECTOR)),
         ROW(popf, MASKABLE, "", "an interrupt behind the POPF that sets IF", COMES(VECTOR)),
         ROW(masked, MASKABLE, "", "an interrupt with IF=0", .vector = NO_EXCEPTION), ROW(hlt, MASKABLE, "", "an interrupt ends HLT", COMES(VECTOR)),
         ROW(returns, MASKABLE, "", "an interrupt whose handler returns", COMES(VECTOR), .resumes = 1),
         ROW(pit, MASKABLE, "apic-rm-pit", "line 0 of the 8259 with base 8: vector 8, as #DF", COMES(8)),
         ROW(nmi, NMI, "rm-nmi", "an NMI at the first boundary", .vector = VEC_NMI, .saved_rip = AT_FAULT));
