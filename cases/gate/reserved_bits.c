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

#define ROW(name_, about_, id_, run_)                                                                                                        \
    {                                                                                                                                        \
        VARIANT, .name = name_, .about = about_, .spec = SPEC, .id = id_, .vector = 0x40, .error = NO_ERROR, .saved_rip = AFTER, .run = run_ \
    }

VARIANTS(ROW("ist_byte", "INT 0x40 at CPL 0, bits 7:3 of the gate's IST byte are set", "idt-gate-reserved-ist-bits", ist_byte),
         ROW("upper_type", "INT 0x40 at CPL 0, bits 12:8 of the gate's last word are set, where a call gate's must be 0", "idt-upper-reserved-type",
             upper_type),
         ROW("upper_other", "INT 0x40 at CPL 0, the other bits of the gate's last word are set", NULL, upper_other));
