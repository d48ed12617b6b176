/*
 * The manual's own table of accesses that trap and that don't, at its addresses plus 40000000H:
 * DR0 read/write A0001H, 1 byte; DR1 write A0002H, 1 byte; DR2 read/write B0002H, 2 bytes; DR3 write C0000H, 4 bytes.
 */
#include <case.h>

#define BASE 0x40000000u

/* arg: the address of the access */
static void prepare(void)
{
    static const struct {
        const char *name;
        uintptr_t address;
    } pages[] = {{"page_a", 0xa0000}, {"page_b", 0xb0000}, {"page_c", 0xc0000}};

    for (unsigned i = 0; i < 3; i++) {
        uint64_t *bytes;

        map_page_at(pages[i].name, BASE + pages[i].address, PAGE_PRESENT | PAGE_WRITE);
        bytes = frame_of(BASE + pages[i].address);
        *bytes = 0x1716151413121110;
        if (pages[i].address == (ARG0 & ~0xfffull))
            record_memory(pages[i].name, bytes, 8);
    }
    set_breakpoint(0, BASE + 0xa0001, BREAK_ACCESS, LENGTH_1);
    set_breakpoint(1, BASE + 0xa0002, BREAK_WRITE, LENGTH_1);
    set_breakpoint(2, BASE + 0xb0002, BREAK_ACCESS, LENGTH_2);
    set_breakpoint(3, BASE + 0xc0000, BREAK_WRITE, LENGTH_4);
    start.rbx = BASE + ARG0;
}

static void read_1(void)
{
    prepare();
    FAULT("mov al, [rbx]");
}

static void read_2(void)
{
    prepare();
    FAULT("mov ax, [rbx]");
}

static void read_4(void)
{
    prepare();
    FAULT("mov eax, [rbx]");
}

static void write_1(void)
{
    prepare();
    FAULT("mov [rbx], al");
}

static void write_2(void)
{
    prepare();
    FAULT("mov [rbx], ax");
}

static void write_4(void)
{
    prepare();
    FAULT("mov [rbx], eax");
}

#define TABLE "SDM 3B \"Breakpoint Examples\""
#define TRAPS(access, at, length, what)                                                                                                  \
    {                                                                                                                                    \
        VARIANT, .name = #access "_" #at "_" #length, .about = "a " #access " of " what " at " #at "H", .spec = TABLE, .vector = VEC_DB, \
                 .error = NO_ERROR, .saved_rip = AFTER, .run = access##_##length, .arg = {                                               \
                     0x##at                                                                                                              \
                 }                                                                                                                       \
    }
#define PASSES(access, at, length, what)                                                                                        \
    {                                                                                                                           \
        VARIANT, .name = #access "_" #at "_" #length, .about = "a " #access " of " what " at " #at "H: no trap", .spec = TABLE, \
                 .vector = NO_EXCEPTION, .run = access##_##length, .arg = {                                                     \
                     0x##at                                                                                                     \
                 }                                                                                                              \
    }
#define BYTE "1 byte"
#define WORD "2 bytes"
#define DWORD "4 bytes"

VARIANTS(TRAPS(read, a0001, 1, BYTE), TRAPS(write, a0001, 1, BYTE), TRAPS(read, a0001, 2, WORD), TRAPS(write, a0001, 2, WORD),
         TRAPS(write, a0002, 1, BYTE), TRAPS(write, a0002, 2, WORD), TRAPS(read, b0001, 4, DWORD), TRAPS(write, b0001, 4, DWORD),
         TRAPS(read, b0002, 1, BYTE), TRAPS(write, b0002, 1, BYTE), TRAPS(read, b0002, 2, WORD), TRAPS(write, b0002, 2, WORD),
         TRAPS(write, c0000, 4, DWORD), TRAPS(write, c0001, 2, WORD), TRAPS(write, c0003, 1, BYTE), PASSES(read, a0000, 1, BYTE),
         PASSES(write, a0000, 1, BYTE), PASSES(read, a0002, 1, BYTE), PASSES(read, a0003, 4, DWORD), PASSES(write, a0003, 4, DWORD),
         PASSES(read, b0000, 2, WORD), PASSES(write, b0000, 2, WORD), PASSES(read, c0000, 2, WORD), PASSES(read, c0004, 4, DWORD),
         PASSES(write, c0004, 4, DWORD));
