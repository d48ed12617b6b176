/*
 * A gate's reserved bits. The manual marks them so, and doesn't say that the processor checks them: both are accepted, the
 * delivery and the #GP that a wrong gate gives.
 */
#include <case.h>

#define SPEC "SDM 3A \"64-Bit Mode IDT\""

static void ist_byte(void)
{
    gate_of(0x40)->ist = 0xf8;
    FAULT("int 0x40");
}

static void upper_type(void)
{
    gate_of(0x40)->reserved = 0x1f00;
    FAULT("int 0x40");
}

static void upper_other(void)
{
    gate_of(0x40)->reserved = 0xffffe0ff;
    FAULT("int 0x40");
}

static void upper_lowest(void)
{
    gate_of(0x40)->reserved = 1;
    FAULT("int 0x40");
}

/* Each way to a gate whose bits are all set. */
static void set_all(unsigned vector, unsigned dpl)
{
    set_gate(vector, .dpl = dpl);
    gate_of(vector)->ist = 0xf8;
    gate_of(vector)->reserved = 0xffffffff;
}

static void compat(void)
{
    in_compat_kernel();
    set_all(0x40, 0);
    FAULT32("int 0x40");
}

static void user(void)
{
    in_user_mode();
    set_all(0x40, 3);
    FAULT("int 0x40");
}

static void int3(void)
{
    set_all(VEC_BP, 0);
    FAULT("int3");
}

static void int1(void)
{
    set_all(VEC_DB, 0);
    FAULT(".byte 0xf1");
}

static void ud2(void)
{
    set_all(VEC_UD, 0);
    FAULT("ud2");
}

static void interrupt(void)
{
    set_all(0x60, 0);
    enable_apic();
    send_self(0x60);
    start.rflags &= ~RFLAGS_IF;
    PROGRAM("sti\nnop\n" MARK(fault) "nop\n" MARK(after));
}

#define FORM(name_, about_, vector_, rip_, run_, ...)                                                                                          \
    {                                                                                                                                          \
        VARIANT, .name = name_, .about = about_ ", all reserved bits of the gate are set", .spec = SPEC, .vector = vector_, .error = NO_ERROR, \
                 .saved_rip = rip_, .run = run_, __VA_ARGS__                                                                                   \
    }
#define ROW(name_, about_, id_, run_)                                                                                                        \
    {                                                                                                                                        \
        VARIANT, .name = name_, .about = about_, .spec = SPEC, .id = id_, .vector = 0x40, .error = NO_ERROR, .saved_rip = AFTER, .run = run_ \
    }

VARIANTS(ROW("ist_byte", "INT 0x40 at CPL 0, bits 7:3 of the gate's IST byte are set", "idt-gate-reserved-ist-bits", ist_byte),
         ROW("upper_type", "INT 0x40 at CPL 0, bits 12:8 of the gate's last word are set, where a call gate's must be 0", "idt-upper-reserved-type",
             upper_type),
         ROW("upper_other", "INT 0x40 at CPL 0, the other bits of the gate's last word are set", NULL, upper_other),
         ROW("upper_lowest", "INT 0x40 at CPL 0, bit 0 of the gate's last word is set", NULL, upper_lowest),
         FORM("compat", "INT 0x40 in compatibility mode", 0x40, AFTER, compat, .env = COMPAT32),
         FORM("user", "INT 0x40 at CPL 3", 0x40, AFTER, user, ), FORM("int3", "INT3", VEC_BP, AFTER, int3, ),
         FORM("int1", "INT1", VEC_DB, AFTER, int1, ), FORM("ud2", "UD2", VEC_UD, AT_FAULT, ud2, ),
         FORM("interrupt", "interrupt 0x60", 0x60, AT_FAULT, interrupt, ));
