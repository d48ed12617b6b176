/*
 * VERR, VERW, LAR and LSL in IA-32e mode, of every type, DPL and RPL. A byte for each selector: bits 3:0 are ZF behind the four, bits 5:4 that LAR
 * and LSL have loaded something. TSSs of 16 bits, 16-bit call gates and task gates aren't valid there.
 */
#include <case.h>

#define TYPES 8
#define DPLS 4
#define RPLS 4
#define COUNT (TYPES * DPLS * RPLS)
#define NOT_PRESENT 0x100u

/* arg: the first type, in steps of 1, of code and data in steps of 2. Each descriptor has the room of 16 bytes, whose upper half is 0. */
static void set_up(void)
{
    uint64_t *table = frame_of(map_page("table", PAGE_PRESENT | PAGE_WRITE));
    unsigned entry = (GDT_LIMIT + 1) / 8, first = ARG0 & 0x1f;
    uint16_t *selectors;
    struct descriptor d = {.base = 0x12000000, .limit = 0x34567, .d = true, .g = true, .not_present = ARG0 & NOT_PRESENT};

    start.rbx = map_page_at("selectors", 0x40000000, PAGE_PRESENT | PAGE_USER);
    start.rdx = map_page_at("results", 0x40200000, PAGE_PRESENT | PAGE_WRITE | PAGE_USER);
    selectors = frame_of(start.rbx);
    for (unsigned i = 0; i < entry; i++)
        table[i] = gdt[i];
    for (unsigned i = 0; i < TYPES; i++)
        for (unsigned dpl = 0; dpl < DPLS; dpl++, entry += 2) {
            d.type = (uint8_t)(first + (first & 0x10 ? 2 : 1) * i);
            d.dpl = (uint8_t)dpl;
            table[entry] = encode_descriptor(d);
            for (unsigned rpl = 0; rpl < RPLS; rpl++)
                *selectors++ = (uint16_t)(entry * 8 | rpl);
        }
    lgdt((uintptr_t)table, PAGE_SIZE - 1);
    record_memory("results", frame_of(start.rdx), COUNT);
}

#define LOOP(esi, edi, verr, verw, lar, lsl)                                                                             \
    "1:\nmovzx eax, word ptr [" esi "]\n" verr "\nsetz dl\n" verw "\nsetz dh\nshl dh, 1\nor dl, dh\n"                    \
    "mov ebp, 0xa5a5a5a5\n" lar "\nsetz dh\nshl dh, 2\nor dl, dh\ncmp ebp, 0xa5a5a5a5\nsetnz dh\nshl dh, 4\nor dl, dh\n" \
    "mov ebp, 0xa5a5a5a5\n" lsl "\nsetz dh\nshl dh, 3\nor dl, dh\ncmp ebp, 0xa5a5a5a5\nsetnz dh\nshl dh, 5\nor dl, dh\n" \
    "mov [" edi "], dl\nadd esi, 2\nadd edi, 1\nsub ecx, 1\njnz 1b\n"
_Static_assert(COUNT == 128, "the program's loop");
#define IN_64(...)                                                                                                         \
    "pushfq\npush rax\npush rcx\npush rdx\npush rbp\npush rsi\npush rdi\nmov esi, ebx\nmov edi, edx\nmov ecx, 128\n" LOOP( \
        "rsi", "rdi", __VA_ARGS__) "pop rdi\npop rsi\npop rbp\npop rdx\npop rcx\npop rax\npopfq\n"

static void registers(void)
{
    set_up();
    PROGRAM(IN_64("verr ax", "verw ax", "lar ebp, eax", "lsl ebp, eax"));
}

/* The same with REX.W. */
static void registers64(void)
{
    set_up();
    PROGRAM(IN_64(".byte 0x48, 0x0f, 0x00, 0xe0", ".byte 0x48, 0x0f, 0x00, 0xe8", ".byte 0x48, 0x0f, 0x02, 0xe8", ".byte 0x48, 0x0f, 0x03, 0xe8"));
}

static void memory(void)
{
    set_up();
    in_user_mode();
    PROGRAM(IN_64("verr word ptr [rsi]", "verw word ptr [rsi]", "lar bp, word ptr [rsi]", "lsl bp, word ptr [rsi]"));
}

static void user(void)
{
    set_up();
    in_user_mode();
    PROGRAM(IN_64("verr ax", "verw ax", "lar ebp, eax", "lsl ebp, eax"));
}

static void compat(void)
{
    set_up();
    PROGRAM32("pushfd\npushad\nmov esi, ebx\nmov edi, edx\nmov ecx, 128\n" LOOP("esi", "edi", "verr ax", "verw ax", "lar ebp, eax",
                                                                                "lsl ebp, eax") "popad\npopfd\n");
}

static void compat_user(void)
{
    in_compat_user();
    compat();
}

static void compat_kernel(void)
{
    in_compat_kernel();
    compat();
}

#define SPEC "SDM 2A \"LAR-Load Access Rights Byte\", \"LSL-Load Segment Limit\"; SDM 2B \"VERR/VERW-Verify a Segment for Reading or Writing\""
#define ROW(name_, run_, arg0, about_, ...)                                                                                    \
    {                                                                                                                          \
        VARIANT, .name = name_, .about = about_, .spec = SPEC, .vector = NO_EXCEPTION, .run = run_, .arg = {arg0}, __VA_ARGS__ \
    }
#define EACH(name, arg0, about)                                                                                                        \
    ROW(name "_cpl0", registers, arg0, "64-bit mode, CPL 0: " about, ), ROW(name "_cpl3", user, arg0, "64-bit mode, CPL 3: " about, ), \
        ROW("compat_" name "_cpl0", compat_kernel, arg0, "compatibility mode, CPL 0: " about, .env = COMPAT32),                        \
        ROW("compat_" name "_cpl3", compat_user, arg0, "compatibility mode, CPL 3: " about, .env = COMPAT32)
VARIANTS(EACH("segments", 0x10, "each type of code and data"), EACH("low", 0, "system types 0 to 7"), EACH("high", 8, "system types 8 to 15"),
         ROW("segments_np_cpl3", user, 0x10 | NOT_PRESENT, "64-bit mode, CPL 3: each type of code and data, not present", ),
         ROW("low_np_cpl0", registers, 0 | NOT_PRESENT, "64-bit mode, CPL 0: system types 0 to 7, not present", ),
         ROW("high_np_cpl3", user, 8 | NOT_PRESENT, "64-bit mode, CPL 3: system types 8 to 15, not present", ),
         ROW("segments_wide_cpl0", registers64, 0x10, "64-bit mode, CPL 0: each type of code and data, 64-bit operand size", ),
         ROW("high_wide_cpl0", registers64, 8, "64-bit mode, CPL 0: system types 8 to 15, 64-bit operand size", ),
         ROW("segments_memory_cpl3", memory, 0x10, "64-bit mode, CPL 3: each type of code and data, selectors in memory, 16-bit operand size", ),
         ROW("low_memory_cpl3", memory, 0, "64-bit mode, CPL 3: system types 0 to 7, selectors in memory, 16-bit operand size", ));
