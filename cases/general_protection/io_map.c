/*
 * At a CPL above IOPL each port's bit in the TSS's I/O map has to be 0, for all the bytes of the access. The processor reads
 * two bytes of the map; where one of them lies beyond the TSS's limit, or the map begins there, the port is denied.
 */
#include <case.h>

#include "io_forms.h"

#define PORT 0x80u
#define MAP sizeof(struct tss)
#define MAP_BYTE(port) (MAP + (port) / 8)

/* A TSS with a map that allows every port up to its limit. */
static uint8_t *set_up(uint16_t limit)
{
    uintptr_t page = map_page("tss", PAGE_PRESENT | PAGE_WRITE);
    uint8_t *bytes = frame_of(page);

    in_user_mode();
    *(struct tss *)bytes = tss;
    ((struct tss *)bytes)->io_map_base = MAP;
    load_tss(page, limit);
    start.rdx = PORT;
    start.rdi = start.rsi = map_page("operand", PAGE_PRESENT | PAGE_WRITE | PAGE_USER);
    return bytes;
}

static void deny(uint8_t *bytes, unsigned port)
{
    bytes[MAP_BYTE(port)] |= (uint8_t)(1u << port % 8);
}

static void allowed(void)
{
    set_up(MAP_BYTE(PORT) + 1);
    FAULT("out 0x80, al");
}

static void denied(void)
{
    deny(set_up(MAP_BYTE(PORT) + 1), PORT);
    FAULT("out 0x80, al");
}

static void neighbours(void)
{
    uint8_t *bytes = set_up(MAP_BYTE(PORT) + 1);

    deny(bytes, PORT - 1);
    deny(bytes, PORT + 1);
    FAULT("out 0x80, al");
}

static void word(void)
{
    deny(set_up(MAP_BYTE(PORT) + 1), PORT + 1);
    FAULT("out 0x80, ax");
}

static void dword(void)
{
    deny(set_up(MAP_BYTE(PORT) + 1), PORT + 3);
    FAULT("out 0x80, eax");
}

/* The word's second port has its bit in the map's next byte. */
static void word_next_byte(void)
{
    deny(set_up(MAP_BYTE(PORT) + 1), PORT);
    FAULT("out 0x7f, ax");
}

static void insb(void)
{
    deny(set_up(MAP_BYTE(PORT) + 1), PORT);
    FAULT("insb");
}

static void outsb(void)
{
    deny(set_up(MAP_BYTE(PORT) + 1), PORT);
    FAULT("outsb");
}

static void beyond_limit(void)
{
    set_up(MAP_BYTE(PORT) - 1);
    FAULT("out 0x80, al");
}

static void second_byte(void)
{
    set_up(MAP_BYTE(PORT));
    FAULT("in al, 0x80");
}

static void base_beyond(void)
{
    set_up(MAP - 1);
    FAULT("in al, 0x80");
}

/* No map at all: the string instructions too. */
static void no_map_insb(void)
{
    set_up(MAP - 1);
    FAULT("insb");
}

static void no_map_outsb(void)
{
    set_up(MAP - 1);
    FAULT("outsb");
}

/* The map lies in the TSS itself, before its own base, in bytes that are 0. */
static void set_up_inside(uint16_t limit)
{
    ((struct tss *)(void *)set_up(limit))->io_map_base = offsetof(struct tss, reserved2) - PORT / 8;
}

static void inside(void)
{
    set_up_inside(sizeof(struct tss) - 1);
    FAULT("out 0x80, al");
}

static void inside_short(void)
{
    set_up_inside(sizeof(struct tss) - 2);
    FAULT("out 0x80, al");
}

/* Of all its ports the last one is denied. */
#define LAST(name, instruction, width, about_)              \
    static void name(void)                                  \
    {                                                       \
        deny(set_up(MAP_BYTE(PORT) + 1), PORT + (width)-1); \
        FAULT(instruction);                                 \
    }
IN_FORMS(LAST)
OUT_DX_FORMS(LAST)

#define ROW(run_, id_, about_, ...)                                                                                                           \
    {                                                                                                                                         \
        VARIANT, .name = #run_, .about = about_ ", at CPL 3 with IOPL=0", .spec = "SDM 1 \"I/O Permission Bit Map\"", .id = id_, .run = run_, \
                 __VA_ARGS__                                                                                                                  \
    }
#define FAULTS .vector = VEC_GP, .error = 0, .saved_rip = AT_FAULT
#define PASSES .vector = NO_EXCEPTION
#define LAST_ROW(name, instruction, width, about_) ROW(name, "", about_ ", the bit of its last port is 1", FAULTS),

VARIANTS(IN_FORMS(LAST_ROW) OUT_DX_FORMS(LAST_ROW) ROW(allowed, "gp-io-bitmap-allows", "OUT 0x80, AL, bit 0x80 is 0", PASSES),
         ROW(denied, "", "OUT 0x80, AL, bit 0x80 is 1", FAULTS), ROW(neighbours, "", "OUT 0x80, AL, bits 0x7f and 0x81 are 1", PASSES),
         ROW(word, "gp-io-bitmap-word-straddle", "OUT 0x80, AX, bit 0x81 is 1", FAULTS), ROW(dword, "", "OUT 0x80, EAX, bit 0x83 is 1", FAULTS),
         ROW(word_next_byte, "", "OUT 0x7f, AX, bit 0x80 is 1", FAULTS), ROW(insb, "", "INSB of port 0x80, bit 0x80 is 1", FAULTS),
         ROW(outsb, "", "OUTSB to port 0x80, bit 0x80 is 1", FAULTS),
         ROW(inside, "", "OUT 0x80, AL, its bits lie in the TSS, whose limit is 103", PASSES),
         ROW(inside_short, "", "OUT 0x80, AL, its bits lie in the TSS, whose limit is 102: the map's base isn't within", FAULTS),
         ROW(beyond_limit, "gp-io-bitmap-beyond-limit", "OUT 0x80, AL, bit 0x80 beyond the TSS's limit", FAULTS),
         ROW(second_byte, "gp-io-bitmap-second-byte", "IN AL, 0x80, bit 0x80 in the TSS's last byte", FAULTS),
         ROW(base_beyond, "gp-io-bitmap-base-beyond", "IN AL, 0x80, the map begins beyond the TSS's limit", FAULTS),
         ROW(no_map_insb, "gp-priv-insb", "INSB, the map begins beyond the TSS's limit", FAULTS),
         ROW(no_map_outsb, "gp-priv-outsb", "OUTSB, the map begins beyond the TSS's limit", FAULTS));
