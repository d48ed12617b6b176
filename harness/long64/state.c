/* state.c: SSE, x87 and AVX state that a case watches: how it begins, and the lines of a record that tell what changed. */
#include "case.h"
#include "common/cpu.h"
#include "common/line.h"
#include "long64/registers.h"
#include "long64/trap.h"

struct watched watched;
struct state_image state_start, state_end;

/* Offsets in the image, SDM 1 "XSAVE-Managed Features and State Components". */
#define FCW 0
#define FSW 2
#define FTW 4 /* abridged: a bit a physical register, 1 where it isn't empty */
#define MXCSR 24
#define ST 32
#define XMM 160
#define XSTATE_BV 512
#define YMM_HIGH 576

void watch_sse(void)
{
    watched.sse = true;
}

void watch_x87(void)
{
    watched.x87 = true;
}

void watch_avx(void)
{
    watched.sse = watched.avx = true;
    write_cr4(read_cr4() | CR4_OSXSAVE);
    __asm__ volatile("xsetbv" : : "a"(7), "d"(0), "c"(0));
}

static void fill(unsigned offset, unsigned size, uint8_t byte)
{
    for (unsigned i = 0; i < size; i++)
        state_start.bytes[offset + i] = byte;
}

void fill_state(void)
{
    for (unsigned n = 0; watched.sse && n < 16; n++)
        fill(XMM + 16 * n, 16, (uint8_t)(0xe0 + n));
    for (unsigned n = 0; watched.avx && n < 16; n++)
        fill(YMM_HIGH + 16 * n, 16, (uint8_t)(0xf0 + n));
    if (!watched.x87)
        return;
    fill(FCW, 2, 0x03);
    state_start.bytes[FCW] = 0x7f;
    fill(FSW, 4, 0);
    state_start.bytes[FSW + 1] = 4 << 3; /* TOP */
    state_start.bytes[FTW] = 0xf0;
    for (unsigned n = 0; n < 8; n++) {
        fill(ST + 16 * n, 8, (uint8_t)(0xd0 + n));
        state_start.bytes[ST + 16 * n + 8] = (uint8_t)n;
        state_start.bytes[ST + 16 * n + 9] = 0x40;
    }
}

static bool is_any_watched(void)
{
    return watched.sse || watched.x87;
}

void load_state(void)
{
    if (!is_any_watched())
        return;
    __asm__ volatile("fxsave %0" : "=m"(state_start));
    fill_state();
    if (watched.avx) {
        state_start.bytes[XSTATE_BV] = 7;
        __asm__ volatile("xrstor %0" : : "m"(state_start), "a"(7), "d"(0));
    } else {
        __asm__ volatile("fxrstor %0" : : "m"(state_start));
    }
}

void keep_state(void)
{
    if (watched.avx)
        __asm__ volatile("xsave %0" : "+m"(state_end) : "a"(7), "d"(0));
    else if (is_any_watched())
        __asm__ volatile("fxsave %0" : "=m"(state_end));
}

static uint64_t part(const struct state_image *image, unsigned offset, unsigned size)
{
    uint64_t value = 0;

    while (size--)
        value = value << 8 | image->bytes[offset + size];
    return value;
}

static bool kept; /* so far in this line */

static void put_changed(unsigned offset, unsigned size, const char *format, unsigned number)
{
    uint64_t now = part(&state_end, offset, size);

    if (now == part(&state_start, offset, size))
        return;
    kept = false;
    print(format, number);
    put('=');
    put_hex(now);
}

static void put_sse(void)
{
    put_changed(MXCSR, 4, " mxcsr", 0);
    for (unsigned n = 0; n < 16; n++) {
        put_changed(XMM + 16 * n, 8, " xmm%u.low", n);
        put_changed(XMM + 16 * n + 8, 8, " xmm%u.high", n);
    }
}

static void put_x87(void)
{
    put_changed(FCW, 2, " fcw", 0);
    put_changed(FSW, 2, " fsw", 0);
    put_changed(FTW, 1, " ftw", 0);
    for (unsigned n = 0; n < 8; n++) {
        put_changed(ST + 16 * n, 8, " st%u.low", n);
        put_changed(ST + 16 * n + 8, 2, " st%u.high", n);
    }
}

static void put_avx(void)
{
    for (unsigned n = 0; n < 16; n++) {
        put_changed(YMM_HIGH + 16 * n, 8, " ymm%u.2", n);
        put_changed(YMM_HIGH + 16 * n + 8, 8, " ymm%u.3", n);
    }
}

static void put_line(const char *name, void (*put_registers)(void))
{
    print("%s", name);
    kept = true;
    put_registers();
    print(kept ? " kept\n" : "\n");
}

void put_state(void)
{
    if (!program_finished)
        keep_state();
    if (watched.sse)
        put_line("sse", put_sse);
    if (watched.x87)
        put_line("x87", put_x87);
    if (watched.avx)
        put_line("avx", put_avx);
}
