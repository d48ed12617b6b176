/* Instructions of the SSE extensions that touch neither XMM registers nor MXCSR: CR0.TS and CR0.EM don't concern them. */
#include <case.h>

static void set_up(void)
{
    start.rbx = map_page("area", PAGE_PRESENT | PAGE_WRITE);
    record_memory("area", frame_of(start.rbx), 16);
    write_cr0(read_cr0() | ARG0);
}

#define EXEMPT(name, instruction) \
    static void name(void)        \
    {                             \
        set_up();                 \
        FAULT(instruction);       \
    }

EXEMPT(pause, "pause")
EXEMPT(sfence, "sfence")
EXEMPT(lfence, "lfence")
EXEMPT(mfence, "mfence")
EXEMPT(prefetch, "prefetcht0 [rbx]")
EXEMPT(clflush, "clflush [rbx]")
EXEMPT(movnti, "movnti [rbx], eax")
EXEMPT(crc32, "crc32 eax, ecx")
EXEMPT(popcnt, "popcnt eax, ecx")

#define ROW(name_, run_, bits, id_, about_, ...)                                                                                   \
    {                                                                                                                              \
        VARIANT, .name = name_, .about = about_, .spec = "SDM 3A \"Interrupt 7-Device Not Available Exception (#NM)\"", .id = id_, \
                 .vector = NO_EXCEPTION, .run = run_, .arg = {bits}, __VA_ARGS__                                                   \
    }
#define TS(name, about, ...) ROW(#name, name, CR0_TS, "nm-ts-exempt", about " at CPL 0 with CR0.TS=1", __VA_ARGS__)
#define EM(name, about, ...) ROW(#name "_em", name, CR0_EM, "", about " at CPL 0 with CR0.EM=1", __VA_ARGS__)

VARIANTS(TS(pause, "PAUSE"), TS(sfence, "SFENCE"), TS(lfence, "LFENCE"), TS(mfence, "MFENCE"), TS(prefetch, "PREFETCHT0"),
         TS(clflush, "CLFLUSH", .needs = "clfsh"), TS(movnti, "MOVNTI"), TS(crc32, "CRC32", .needs = "sse42"),
         TS(popcnt, "POPCNT", .needs = "popcnt"), EM(pause, "PAUSE"), EM(sfence, "SFENCE"), EM(lfence, "LFENCE"), EM(mfence, "MFENCE"),
         EM(prefetch, "PREFETCHT0"), EM(clflush, "CLFLUSH", .needs = "clfsh"), EM(movnti, "MOVNTI"), EM(crc32, "CRC32", .needs = "sse42"),
         EM(popcnt, "POPCNT", .needs = "popcnt"));
