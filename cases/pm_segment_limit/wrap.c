/*
 * An effective address has 32 bits, with 16-bit addressing 16 bits, and wraps there; the linear address that the base and it make has 32 bits and
 * wraps too. The word that is read is 0x5a5a.
 */
#include <case32.h>

static uintptr_t data;

static void set_up(void)
{
    data = map_page("data", PAGE_PRESENT | PAGE_WRITE);
    fill_words((uintptr_t)frame_of(data), 0x5a5a5a5a, PAGE_SIZE / 4);
    start.ebx = data;
}

static void based_on(uint32_t base, uint32_t limit, bool g)
{
    start.ds =
        add_descriptor("segment", encode_descriptor((struct descriptor){.type = DATA_WRITABLE, .base = base, .limit = limit, .d = true, .g = g}));
}

static void base_index(void)
{
    set_up();
    start.ebx = data + 1;
    start.ecx = 0xffffffff;
    FAULT("mov ax, [ebx+ecx]");
}

static void scale(void)
{
    set_up();
    start.ebx = data + 8;
    start.ecx = 0xbffffffe;
    FAULT("mov ax, [ebx+ecx*4]");
}

static void displacement(void)
{
    set_up();
    start.ebx = data + 0x80;
    FAULT("mov ax, [ebx-0x80]");
}

/* As data of a thread lie below their segment's base. */
static void linear(void)
{
    set_up();
    based_on(data + PAGE_SIZE, 0xfffff, true);
    start.ebx = (uint32_t)-PAGE_SIZE;
    FAULT("mov ax, [ebx]");
}

static void linear_base(void)
{
    set_up();
    based_on(0xffff0000, 0xfffff, true);
    start.ebx = data + 0x10000;
    FAULT("mov ax, [ebx]");
}

/* Of 64 KiB: an address beyond would be #GP. */
static void small(void)
{
    set_up();
    based_on(data, 0xffff, false);
    start.ebx = 0x8100;
    start.esi = 0x8000;
}

static void bx_si(void)
{
    small();
    FAULT("mov ax, [bx+si]");
}

static void bx_byte(void)
{
    small();
    start.ebx = 0xffff;
    FAULT("mov ax, [bx+1]");
}

static void bx_word(void)
{
    small();
    FAULT("mov ax, [bx+0x7fff]");
}

static void upper_half(void)
{
    small();
    start.ebx = 0xffff0010;
    FAULT("mov ax, [bx]");
}

static void si_of_lods(void)
{
    small();
    start.esi = 0xffff0010;
    FAULT(".byte 0x67, 0x66, 0xad");
}

static void bx_of_xlat(void)
{
    small();
    start.ebx = 0xffffffb0;
    FAULT(".byte 0x67, 0xd7");
}

#define ROW(name_, about_)                                                                                                       \
    {                                                                                                                            \
        VARIANT, .name = #name_, .about = about_,                                                                                \
                 .spec = "SDM 3A \"Logical and Linear Addresses\"; SDM 2A \"Addressing-Mode Encoding of ModR/M and SIB Bytes\"", \
                 .vector = NO_EXCEPTION, .run = name_                                                                            \
    }
VARIANTS(ROW(base_index, "base and index wrap at 4 GiB"), ROW(scale, "the scaled index wraps at 4 GiB"), ROW(displacement, "a negative displacement"),
         ROW(linear, "a negative offset in a segment with a base"), ROW(linear_base, "base and offset wrap at 4 GiB"),
         ROW(bx_si, "16-bit addressing: BX and SI wrap at 64 KiB"), ROW(bx_byte, "16-bit addressing: BX and an 8-bit displacement wrap at 64 KiB"),
         ROW(bx_word, "16-bit addressing: BX and a 16-bit displacement wrap at 64 KiB"),
         ROW(upper_half, "16-bit addressing: the upper half of EBX isn't looked at"),
         ROW(si_of_lods, "16-bit addressing: LODSW with the upper half of ESI set, which is kept"),
         ROW(bx_of_xlat, "16-bit addressing: BX and AL of XLAT wrap at 64 KiB"));
