/*
 * IN, OUT, INS and OUTS in virtual-8086 mode ask the TSS's I/O map whatever IOPL is: each port of the access has a bit, which has to be 0; where
 * the map, or the second byte that the processor reads of it, is beyond the TSS's limit the port is denied.
 */
#include <case32.h>

#define PORT 0x80u

/* ARG0: the ports that are allowed, from PORT - 8 on, as bits. ARG1: IOPL. */
static void set_up(void)
{
    in_vm86();
    start.eflags |= EFLAGS_IOPL(ARG1);
    start.edx = PORT;
    start.esi = start.edi = 0;
    allow_port(0x3ff);
    for (unsigned i = 0; i < 32; i++)
        if (ARG0 >> i & 1)
            allow_port(PORT - 8 + i);
}

#define IO(name, instruction) \
    static void name(void)    \
    {                         \
        set_up();             \
        FAULT16(instruction); \
    }
IO(out8_immediate, "out 0x80, al")
IO(out16_immediate, "out 0x80, ax")
IO(out32_immediate, "out 0x80, eax")
IO(out16_odd, "out 0x7f, ax")
IO(out8_dx, "out dx, al")
IO(out16_dx, "out dx, ax")
IO(out32_dx, "out dx, eax")
IO(insb, "insb")
IO(insw, "insw")
IO(outsb, "outsb")
IO(outsw, "outsw")

/* IN's result isn't looked at. */
static void in8_immediate(void)
{
    set_up();
    PROGRAM16(MARK(fault) "in al, 0x80\n" MARK(after) "mov al, 0xb0\n");
}

static void in8_dx(void)
{
    set_up();
    PROGRAM16(MARK(fault) "in al, dx\n" MARK(after) "mov al, 0xb0\n");
}

static void in16_dx(void)
{
    set_up();
    PROGRAM16(MARK(fault) "in ax, dx\n" MARK(after) "mov ax, 0xb0b0\n");
}

static void in32_dx(void)
{
    set_up();
    PROGRAM16(MARK(fault) "in eax, dx\n" MARK(after) "mov eax, 0xb0b0\n");
}

static void in16_immediate(void)
{
    set_up();
    PROGRAM16(MARK(fault) "in ax, 0x80\n" MARK(after) "mov ax, 0xb0b0\n");
}

static void in32_immediate(void)
{
    set_up();
    PROGRAM16(MARK(fault) "in eax, 0x80\n" MARK(after) "mov eax, 0xb0b0\n");
}

/* REP with a count of 0 asks nothing. */
static void rep_outsb(void)
{
    set_up();
    start.ecx = 0xb1b10000;
    FAULT16("rep outsb");
}

/* The limit is that of the byte of port PORT, so that the second byte of the map is beyond. */
static void second_byte(void)
{
    set_up();
    set_tss_limit((uint16_t)(tss.io_map_base + PORT / 8));
    FAULT16("out 0x80, al");
}

static void second_byte_within(void)
{
    set_up();
    set_tss_limit((uint16_t)(tss.io_map_base + PORT / 8 + 1));
    FAULT16("out 0x80, al");
}

/* The map begins behind the limit. */
static void no_map(void)
{
    in_vm86();
    start.eflags |= EFLAGS_IOPL(ARG1);
    FAULT16("out 0x80, al");
}

#define ROW(name_, run_, bits, iopl, id_, about_, ...)                                                                                               \
    {                                                                                                                                                \
        VARIANT, .name = name_, .about = about_, .spec = "SDM 3B \"I/O-Port-Mapped I/O\"; SDM 1 \"I/O Permission Bit Map\"", .id = id_, .run = run_, \
                 .arg = {bits, iopl}, __VA_ARGS__                                                                                                    \
    }
#define FAULTS .vector = VEC_GP, .error = 0, .saved_rip = AT_FAULT
#define PASSES .vector = NO_EXCEPTION
#define ONE 0x100u /* PORT */
#define ALL 0xffffffu
#define BUT(port) (ALL & ~(1u << ((port)-PORT + 8)))
VARIANTS(ROW("out8", out8_immediate, ONE, 0, "", "OUT 0x80, AL, allowed", PASSES),
         ROW("out8_denied", out8_immediate, BUT(0x80), 0, "", "OUT 0x80, AL, denied, its neighbours aren't", FAULTS),
         ROW("out8_denied_iopl_3", out8_immediate, BUT(0x80), 3, "", "OUT 0x80, AL, IOPL 3, denied", FAULTS),
         ROW("in8", in8_immediate, ONE, 0, "vm86-in-allowed", "IN AL, 0x80, allowed", PASSES),
         ROW("in8_denied", in8_immediate, BUT(0x80), 0, "", "IN AL, 0x80, denied", FAULTS),
         ROW("in8_denied_iopl_3", in8_immediate, BUT(0x80), 3, "vm86-in-denied", "IN AL, 0x80, IOPL 3, denied", FAULTS),
         ROW("in8_dx", in8_dx, ONE, 0, "", "IN AL, DX, allowed", PASSES),
         ROW("in16_dx_denied", in16_dx, BUT(0x81), 3, "", "IN AX, DX, the second port is denied", FAULTS),
         ROW("in32_dx_denied", in32_dx, BUT(0x83), 0, "", "IN EAX, DX, the fourth port is denied", FAULTS),
         ROW("in16_denied", in16_immediate, BUT(0x81), 0, "", "IN AX, 0x80, the second port is denied", FAULTS),
         ROW("in32_denied", in32_immediate, BUT(0x83), 0, "", "IN EAX, 0x80, the fourth port is denied", FAULTS),
         ROW("out16_dx_denied", out16_dx, BUT(0x81), 0, "", "OUT DX, AX, the second port is denied", FAULTS),
         ROW("out16", out16_immediate, 0x300, 0, "", "OUT 0x80, AX, both ports are allowed", PASSES),
         ROW("out16_denied", out16_immediate, ONE, 0, "", "OUT 0x80, AX, the second port is denied", FAULTS),
         ROW("out16_next_byte", out16_odd, BUT(0x80), 0, "", "OUT 0x7f, AX, the second port, of the map's next byte, is denied", FAULTS),
         ROW("out32", out32_immediate, 0xf00, 0, "", "OUT 0x80, EAX, all four ports are allowed", PASSES),
         ROW("out32_denied", out32_immediate, 0x700, 0, "", "OUT 0x80, EAX, the fourth port is denied", FAULTS),
         ROW("out8_dx_denied", out8_dx, BUT(0x80), 3, "", "OUT DX, AL, denied", FAULTS),
         ROW("out32_dx_denied", out32_dx, BUT(0x82), 3, "", "OUT DX, EAX, the third port is denied", FAULTS),
         ROW("insb_denied", insb, BUT(0x80), 3, "", "INSB, denied", FAULTS),
         ROW("insw_denied", insw, BUT(0x81), 3, "", "INSW, the second port is denied", FAULTS),
         ROW("outsb", outsb, ONE, 0, "", "OUTSB, allowed", PASSES), ROW("outsb_denied", outsb, BUT(0x80), 3, "", "OUTSB, denied", FAULTS),
         ROW("outsw_denied", outsw, BUT(0x81), 3, "", "OUTSW, the second port is denied", FAULTS),
         ROW("rep_outsb", rep_outsb, ONE, 0, "", "REP OUTSB with a count of 0", PASSES),
         ROW("second_byte", second_byte, ALL, 3, "", "OUT 0x80, AL, the map's next byte is beyond the TSS's limit", FAULTS),
         ROW("second_byte_within", second_byte_within, ALL, 0, "", "OUT 0x80, AL, the map's next byte is the last of the TSS", PASSES),
         ROW("no_map", no_map, 0, 0, "", "OUT 0x80, AL, there is no map", FAULTS),
         ROW("no_map_iopl_3", no_map, 0, 3, "", "OUT 0x80, AL, IOPL 3, there is no map", FAULTS));
