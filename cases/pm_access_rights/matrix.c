/*
 * VERR, VERW, LAR and LSL of every type, DPL and RPL, at each CPL, present or not, of the GDT and of an LDT. A byte for each selector: bits 3:0 are
 * ZF behind the four, bits 5:4 that LAR and LSL have loaded something. P isn't looked at.
 */
#include <case32.h>

#define TYPES 8
#define DPLS 4
#define RPLS 4
#define COUNT (TYPES * DPLS * RPLS)
#define NOT_PRESENT 0x100u
#define LOCAL 0x200u

/* arg: the first type, in steps of 1, of code and data in steps of 2; the CPL. */
static void set_up(void)
{
    uint64_t *table = frame_of(map_page("table", PAGE_PRESENT | PAGE_WRITE));
    unsigned entry = (GDT_LIMIT + 1) / 8, first = ARG0 & 0x1f;
    uint16_t *selectors;
    struct descriptor d = {.base = 0x12000000, .limit = 0x34567, .d = true, .g = true, .not_present = ARG0 & NOT_PRESENT};

    in_ring(ARG1);
    start.ebx = map_page("selectors", PAGE_PRESENT | PAGE_USER);
    start.edx = map_page("results", PAGE_PRESENT | PAGE_WRITE | PAGE_USER);
    selectors = frame_of(start.ebx);
    if (ARG0 & LOCAL)
        lldt(add_descriptor("ldt", encode_descriptor((struct descriptor){.base = (uintptr_t)table, .limit = PAGE_SIZE - 1, .type = SYSTEM_LDT})));
    for (unsigned i = 0; i < entry; i++)
        table[i] = gdt[i];
    for (unsigned i = 0; i < TYPES; i++)
        for (unsigned dpl = 0; dpl < DPLS; dpl++, entry++) {
            d.type = (uint8_t)(first + (first & 0x10 ? 2 : 1) * i);
            d.dpl = (uint8_t)dpl;
            table[entry] = encode_descriptor(d);
            for (unsigned rpl = 0; rpl < RPLS; rpl++)
                *selectors++ = (uint16_t)(entry * 8 | (ARG0 & LOCAL ? SELECTOR_TI : 0) | rpl);
        }
    if (!(ARG0 & LOCAL))
        lgdt((uintptr_t)table, PAGE_SIZE - 1);
    record_memory("results", frame_of(start.edx), COUNT);
}

#define PROGRAM_OF(verr, verw, lar, lsl)                                                                                 \
    "pushfd\npushad\nmov esi, ebx\nmov edi, edx\nmov ecx, 128\n1:\n"                                                     \
    "movzx eax, word ptr [esi]\n" verr "\nsetz dl\n" verw "\nsetz dh\nshl dh, 1\nor dl, dh\n"                            \
    "mov ebp, 0xa5a5a5a5\n" lar "\nsetz dh\nshl dh, 2\nor dl, dh\ncmp ebp, 0xa5a5a5a5\nsetnz dh\nshl dh, 4\nor dl, dh\n" \
    "mov ebp, 0xa5a5a5a5\n" lsl "\nsetz dh\nshl dh, 3\nor dl, dh\ncmp ebp, 0xa5a5a5a5\nsetnz dh\nshl dh, 5\nor dl, dh\n" \
    "mov [edi], dl\nadd esi, 2\ninc edi\ndec ecx\njnz 1b\npopad\npopfd\n"
_Static_assert(COUNT == 128, "the program's loop");

static void registers(void)
{
    set_up();
    PROGRAM(PROGRAM_OF("verr ax", "verw ax", "lar ebp, eax", "lsl ebp, eax"));
}

/* The selector in memory, a 16-bit destination. */
static void memory(void)
{
    set_up();
    PROGRAM(PROGRAM_OF("verr word ptr [esi]", "verw word ptr [esi]", "lar bp, word ptr [esi]", "lsl bp, word ptr [esi]"));
}

#define SPEC "SDM 2A \"LAR-Load Access Rights Byte\", \"LSL-Load Segment Limit\"; SDM 2B \"VERR/VERW-Verify a Segment for Reading or Writing\""
#define ROW(name_, run_, arg0, cpl, about_)                                                                                               \
    {                                                                                                                                     \
        VARIANT, .name = name_, .about = "CPL " #cpl ": " about_, .spec = SPEC, .vector = NO_EXCEPTION, .run = run_, .arg = { arg0, cpl } \
    }
#define EACH_CPL(name, arg0, about)                                                                                                           \
    ROW(name "_cpl0", registers, arg0, 0, about), ROW(name "_cpl1", registers, arg0, 1, about), ROW(name "_cpl2", registers, arg0, 2, about), \
        ROW(name "_cpl3", registers, arg0, 3, about)
VARIANTS(EACH_CPL("segments", 0x10, "each type of code and data"), EACH_CPL("low", 0, "system types 0 to 7"),
         EACH_CPL("high", 8, "system types 8 to 15"), EACH_CPL("segments_np", 0x10 | NOT_PRESENT, "each type of code and data, not present"),
         EACH_CPL("low_np", 0 | NOT_PRESENT, "system types 0 to 7, not present"),
         EACH_CPL("high_np", 8 | NOT_PRESENT, "system types 8 to 15, not present"),
         ROW("segments_local_cpl1", registers, 0x10 | LOCAL, 1, "each type of code and data, of an LDT"),
         ROW("segments_memory_cpl2", memory, 0x10, 2, "each type of code and data, selectors in memory, 16-bit operand size"),
         ROW("low_memory_cpl3", memory, 0, 3, "system types 0 to 7, selectors in memory, 16-bit operand size"),
         ROW("high_local_cpl3", registers, 8 | LOCAL | NOT_PRESENT, 3, "system types 8 to 15, of an LDT, not present"));
