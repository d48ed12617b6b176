/*
 * Out of virtual-8086 mode onto a stack for CPL 0 with B=0, which SP is the pointer of, or B=1; through gates of 16 and 32 bits, with an error code
 * and without. The gate decides the words' size: GS, FS, DS, ES, SS, SP, FLAGS, CS, IP, the error code, each with a value of its own.
 */
#include <case32.h>

/* ARG0: the gate's type, ARG1: SS0 has B=0. */
static void set_up(unsigned vector)
{
    in_vm86();
    start.eflags |= EFLAGS_IOPL(3);
    set_gate(vector, .dpl = 3, .type = (unsigned)ARG0);
    tss.ss0 = add_descriptor("stack", encode_descriptor((struct descriptor){.limit = 0xfffff, .g = true, .d = !ARG1, .type = DATA_WRITABLE}));
    tss.esp0 = stack_top(STACK_LOW1);
}

static void int_n(void)
{
    set_up(0x40);
    FAULT16("int 0x40");
}

static void ud(void)
{
    set_up(VEC_UD);
    FAULT16("ud2");
}

/* Error code 6: a write, by the user. */
static void pf(void)
{
    set_up(VEC_PF);
    change_page(16 * REAL_DS + 0x8000, PAGE_PRESENT, 0);
    FAULT16("mov [0x8000], ax");
}

/* One of a gate: not present. */
static void np(void)
{
    set_up(VEC_NP);
    set_gate(0x41, .dpl = 3, .not_present = true);
    FAULT16("int 0x41");
}

static void irq(void)
{
    set_up(0x60);
    enable_apic();
    send_self(0x60);
    PROGRAM16(MARK(fault) "nop\n" MARK(after) "nop\n");
}

#define SPEC "SDM 2A \"INT n/INTO/INT3/INT1-Call to Interrupt Procedure\", INTERRUPT-FROM-VIRTUAL-8086-MODE; SDM 3A \"Mixing 16-Bit and 32-Bit Code\""
#define ROW(name_, run_, type, small, vector_, error_, needs_, about_)                                                                    \
    {                                                                                                                                     \
        VARIANT, .name = name_, .about = about_, .spec = SPEC, .vector = vector_, .error = error_, .needs = needs_, .run = run_, .arg = { \
            type,                                                                                                                         \
            small                                                                                                                         \
        }                                                                                                                                 \
    }
#define EACH(name, type, small, about)                                                                                                              \
    ROW(name "_int", int_n, type, small, 0x40, NO_ERROR, "", "INT n " about), ROW(name "_ud", ud, type, small, VEC_UD, NO_ERROR, "", "UD2 " about), \
        ROW(name "_pf", pf, type, small, VEC_PF, PF_W | PF_U, "", "store to a page that isn't present, " about),                                    \
        ROW(name "_np", np, type, small, VEC_NP, IDT_ERROR(0x41), "", "INT n through a gate that isn't present, #NP " about),                       \
        ROW(name "_irq", irq, type, small, 0x60, NO_ERROR, "apic", "an interrupt " about)
VARIANTS(EACH("interrupt_b0", GATE_INTERRUPT16, true, "through a 16-bit interrupt gate, SS0 with B=0"),
         EACH("trap_b0", GATE_TRAP16, true, "through a 16-bit trap gate, SS0 with B=0"),
         EACH("interrupt_b1", GATE_INTERRUPT16, false, "through a 16-bit interrupt gate, SS0 with B=1"),
         EACH("interrupt32_b0", GATE_INTERRUPT, true, "through a 32-bit interrupt gate, SS0 with B=0"));
