/* pic.h: the pair of 8259s, silent unless a case says so, for cases on what comes by its lines; behind case.h, case32.h or case16.h. */
#ifndef PIC_H
#define PIC_H

#include "common/cpu.h"

enum { PIC = 0x20, PIC_DATA = 0x21, SECOND_PIC = 0xa0, SECOND_PIC_DATA = 0xa1 };
#define LVT_EXTINT (7u << 8)

/* The initialization words: edge triggered, cascaded by line 2, 8086 mode; then the mask. Reads give the IRR. */
static void __attribute__((unused)) initialize_pic(uint16_t port, unsigned base, unsigned cascade, unsigned lines)
{
    out8(port, 0x11);
    out8(port + 1, (uint8_t)base);
    out8(port + 1, (uint8_t)cascade);
    out8(port + 1, 1);
    out8(port + 1, (uint8_t)~lines);
    out8(port, 0x0a);
}

/* Line n of 16 has the vector base + n; those whose bit is in `lines` come to the processor, by LINT0 where it has a local APIC. */
static void __attribute__((unused)) enable_pic(unsigned base, unsigned lines)
{
    if (!missing_feature("apic")) {
        enable_apic();
        apic_write(APIC_LVT_LINT0, LVT_EXTINT);
    }
    initialize_pic(PIC, base, 1 << 2, lines | (lines >> 8 ? 1 << 2 : 0));
    initialize_pic(SECOND_PIC, base + 8, 2, lines >> 8);
}

static void __attribute__((unused)) wait_for_line(unsigned line)
{
    while (!(in8(line < 8 ? PIC : SECOND_PIC) >> line % 8 & 1))
        continue;
}

static void __attribute__((unused)) silence_pic(void)
{
    out8(PIC_DATA, 0xff);
    out8(SECOND_PIC_DATA, 0xff);
}

#endif
