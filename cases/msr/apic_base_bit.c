/* Each reserved bit of IA32_APIC_BASE, and each change of EN and EXTD that isn't allowed: #GP(0), and the register keeps its value. */
#include <case.h>

#include "kept.h"

#define EXTD (1u << 10)
#define EN (1u << 11)

/* ARG0: the bit. */
static void bit(void)
{
    write(MSR_APIC_BASE, read_msr(MSR_APIC_BASE) | 1ull << ARG0);
}

/* ARG0: EN and EXTD before, ARG1: what is written. */
static void change(void)
{
    uint64_t others = read_msr(MSR_APIC_BASE) & ~(uint64_t)(EN | EXTD);

    write_msr(MSR_APIC_BASE, others | ARG0);
    write(MSR_APIC_BASE, others | ARG1);
}

#define ROW(name_, run_, arg0, arg1, about_, needs_)                                                                                          \
    {                                                                                                                                         \
        VARIANT, .name = name_, .about = "WRMSR of IA32_APIC_BASE " about_ ", at CPL 0", .spec = "SDM 3A \"Local APIC Status and Location\"", \
                 .needs = needs_, .vector = VEC_GP, .error = 0, .saved_rip = AT_FAULT, .run = run_, .arg = {                                  \
                     arg0,                                                                                                                    \
                     arg1                                                                                                                     \
                 }                                                                                                                            \
    }
#define RESERVED(bit_) ROW(#bit_, bit, bit_, 0, "with bit " #bit_ " set", "apic")
#define CHANGE(name, from, to, about) ROW(name, change, from, to, about, "x2apic")

VARIANTS(RESERVED(0), RESERVED(1), RESERVED(2), RESERVED(3), RESERVED(4), RESERVED(5), RESERVED(6), RESERVED(7), RESERVED(9), RESERVED(52),
         RESERVED(57), RESERVED(62), RESERVED(63), CHANGE("disabled_to_extended", 0, EN | EXTD, "from EN=EXTD=0 to EN=EXTD=1"),
         CHANGE("disabled_to_invalid", 0, EXTD, "from EN=EXTD=0 to EN=0, EXTD=1"),
         CHANGE("enabled_to_invalid", EN, EXTD, "from EN=1, EXTD=0 to EN=0, EXTD=1"),
         CHANGE("extended_to_invalid", EN | EXTD, EXTD, "from EN=EXTD=1 to EN=0, EXTD=1"));
