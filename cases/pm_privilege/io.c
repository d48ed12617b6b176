/*
 * I/O where CPL is above IOPL needs the TSS's I/O permission map: one bit for each port that the operand has, all of them clear, and within the TSS's
 * limit two bytes from the one with the first bit. Else #GP(0). Port 0x80 has no device; what it reads as isn't compared.
 */
#include <case32.h>

#include "../general_protection/io_forms.h"

#define PORT 0x80u

/* arg: IOPL; CPL. */
static void set_up(void)
{
    in_ring(ARG1);
    start.eflags |= EFLAGS_IOPL(ARG0);
    start.edx = PORT;
    start.ecx = 1;
    start.esi = start.edi = map_page("data", PAGE_PRESENT | PAGE_WRITE | PAGE_USER);
    start.ebx = start.esi;
}

#define FORM(name, instruction) \
    static void name(void)      \
    {                           \
        set_up();               \
        FAULT(instruction);     \
    }
FORM(port_in8, "in al, dx")
FORM(port_in16, "in ax, dx")
FORM(port_in32, "in eax, dx")
FORM(in_immediate, "in al, 0x80")
FORM(port_out8, "out dx, al")
FORM(port_out16, "out dx, ax")
FORM(port_out32, "out dx, eax")
FORM(out_immediate, "out 0x80, al")
FORM(insb, "insb")
FORM(outsb, "outsb")
FORM(rep_outsb, "rep outsb")

/* A map in which the ports from ARG0 on, so many, are clear. IOPL is 0, CPL is 3. */
static void with_map(unsigned first, unsigned count)
{
    in_user_mode();
    for (unsigned port = first; port < first + count; port++)
        allow_port(port);
    start.edx = PORT;
}

static void map1(void)
{
    with_map(PORT, 1);
    FAULT("out dx, al");
}

static void map1_word(void)
{
    with_map(PORT, 1);
    FAULT("out dx, ax");
}

static void map2_word(void)
{
    with_map(PORT, 2);
    FAULT("out dx, ax");
}

static void map3_doubleword(void)
{
    with_map(PORT, 3);
    FAULT("out dx, eax");
}

static void map4_doubleword(void)
{
    with_map(PORT, 4);
    FAULT("out dx, eax");
}

/* Bits of two bytes of the map: ports 0x87 and 0x88. */
static void map_bytes(void)
{
    with_map(0x87, (unsigned)ARG0);
    start.edx = 0x87;
    FAULT("out dx, ax");
}

static void map_before(void)
{
    with_map(PORT - 8, 8);
    FAULT("out dx, al");
}

static void map_insb(void)
{
    with_map(PORT + 1, 8);
    start.edi = map_page("data", PAGE_PRESENT | PAGE_WRITE | PAGE_USER);
    FAULT("insb");
}

static void map_ring1(void)
{
    with_map(PORT, 1);
    in_ring(1);
    FAULT("out dx, al");
}

static void map_ring1_denied(void)
{
    with_map(PORT + 1, 1);
    in_ring(1);
    FAULT("out dx, al");
}

/* arg: how far the limit is behind the byte with the port's bit. */
static void map_limit(void)
{
    with_map(PORT, 1);
    set_tss_limit((uint16_t)(tss.io_map_base + PORT / 8 + ARG0));
    FAULT("out dx, al");
}

/* The map lies in the TSS itself, before its own base, in bytes that are 0. arg: the limit. */
static void map_inside(void)
{
    with_map(PORT, 1);
    tss.io_map_base = offsetof(struct tss32, ss2) + 2 - PORT / 8;
    set_tss_limit((uint16_t)ARG0);
    FAULT("out dx, al");
}

/* Of all its ports the last one is denied. */
#define LAST(name, instruction, width, about_) \
    static void last_##name(void)              \
    {                                          \
        with_map(PORT, (width)-1);             \
        FAULT(instruction);                    \
    }
IN_FORMS(LAST)
OUT_IMM_FORMS(LAST)

#define SPEC .spec = "SDM 1 \"I/O Permission Bit Map\", SDM 2A \"IN-Input from Port\""
#define GP(name_, run_, arg0, cpl, id_, about_)                                                                                              \
    {                                                                                                                                        \
        VARIANT, .name = name_, .about = about_, SPEC, .id = id_, .vector = VEC_GP, .error = 0, .saved_rip = AT_FAULT, .run = run_, .arg = { \
            arg0,                                                                                                                            \
            cpl                                                                                                                              \
        }                                                                                                                                    \
    }
#define OK(name_, run_, arg0, cpl, about_)                                                                       \
    {                                                                                                            \
        VARIANT, .name = name_, .about = about_, SPEC, .vector = NO_EXCEPTION, .run = run_, .arg = { arg0, cpl } \
    }
#define LAST_ROW(name, instruction, width, about_) GP("map_last_" #name, last_##name, 0, 0, "", "CPL 3: " about_ ", the bit of its last port is set"),
VARIANTS(
    IN_FORMS(LAST_ROW) OUT_IMM_FORMS(LAST_ROW) GP("in8", port_in8, 0, 3, "", "CPL 3, IOPL 0, no map: IN AL, DX"),
    GP("in16", port_in16, 0, 3, "", "CPL 3, IOPL 0, no map: IN AX, DX"), GP("in32", port_in32, 0, 3, "", "CPL 3, IOPL 0, no map: IN EAX, DX"),
    GP("in_immediate", in_immediate, 0, 3, "gp-priv-pm32-in", "CPL 3, IOPL 0, no map: IN AL, imm8"),
    GP("out8", port_out8, 0, 3, "", "CPL 3, IOPL 0, no map: OUT DX, AL"), GP("out16", port_out16, 0, 3, "", "CPL 3, IOPL 0, no map: OUT DX, AX"),
    GP("out32", port_out32, 0, 3, "", "CPL 3, IOPL 0, no map: OUT DX, EAX"),
    GP("out_immediate", out_immediate, 0, 3, "", "CPL 3, IOPL 0, no map: OUT imm8, AL"),
    GP("insb", insb, 0, 3, "", "CPL 3, IOPL 0, no map: INSB: EDI is kept"), GP("outsb", outsb, 0, 3, "", "CPL 3, IOPL 0, no map: OUTSB: ESI is kept"),
    GP("rep_outsb", rep_outsb, 0, 3, "", "CPL 3, IOPL 0, no map: REP OUTSB: ECX is kept"),
    GP("out_ring1", port_out8, 0, 1, "", "CPL 1, IOPL 0, no map: OUT DX, AL"),
    GP("out_ring2", port_out8, 1, 2, "", "CPL 2, IOPL 1, no map: OUT DX, AL"),
    GP("out_iopl2", port_out8, 2, 3, "", "CPL 3, IOPL 2, no map: OUT DX, AL"), OK("out_iopl3", port_out8, 3, 3, "CPL 3, IOPL 3, no map: OUT DX, AL"),
    OK("out_ring2_iopl2", port_out32, 2, 2, "CPL 2, IOPL 2, no map: OUT DX, EAX"), OK("out_ring0", port_out8, 0, 0, "CPL 0: OUT DX, AL"),
    OK("outsb_iopl3", outsb, 3, 3, "CPL 3, IOPL 3, no map: OUTSB"), OK("map", map1, 0, 0, "CPL 3: OUT of a byte, its bit is clear"),
    GP("map_word", map1_word, 0, 0, "", "CPL 3: OUT of a word, the second bit is set"),
    OK("map_word_both", map2_word, 0, 0, "CPL 3: OUT of a word, both bits are clear"),
    GP("map_doubleword", map3_doubleword, 0, 0, "", "CPL 3: OUT of a doubleword, the fourth bit is set"),
    OK("map_doubleword_all", map4_doubleword, 0, 0, "CPL 3: OUT of a doubleword, all four bits are clear"),
    GP("map_bytes", map_bytes, 1, 0, "", "CPL 3: OUT of a word whose second bit, in the next byte, is set"),
    OK("map_bytes_both", map_bytes, 2, 0, "CPL 3: OUT of a word whose bits are in two bytes, both clear"),
    GP("map_before", map_before, 0, 0, "", "CPL 3: the bits of the eight ports before are clear"),
    GP("map_insb", map_insb, 0, 0, "", "CPL 3: INSB, its bit is set, those behind are clear"),
    OK("map_ring1", map_ring1, 0, 0, "CPL 1: OUT of a byte, its bit is clear"),
    GP("map_ring1_denied", map_ring1_denied, 0, 0, "", "CPL 1: OUT of a byte, its bit is set"),
    OK("map_inside", map_inside, 103, 0, "CPL 3: OUT of a byte, its bits lie in the TSS, whose limit is 103"),
    GP("map_inside_short", map_inside, 102, 0, "", "CPL 3: OUT of a byte, its bits lie in the TSS, whose limit is 102: the map's base isn't within"),
    OK("map_limit", map_limit, 1, 0, "CPL 3: the limit has the byte behind the one with the bit"),
    GP("map_limit_short", map_limit, 0, 0, "", "CPL 3: the limit is at the byte with the bit"),
    GP("map_limit_before", map_limit, (uint64_t)-1, 0, "", "CPL 3: the limit is before the byte with the bit"));
