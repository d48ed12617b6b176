/*
 * What access_rights/table.c and pm_access_rights/table.c have in common. Where a descriptor lies: its eight bytes may be in two pages that aren't
 * next to one another in memory, and in pages that nobody may write to, unless the accessed flag has to be set. The first entry of the GDT is never
 * used, whatever is in it. The file includes case.h or case32.h before.
 */
#include <wide.h>

#define LIMIT GDT_LIMIT

static uint64_t good(uint8_t type)
{
    return encode_descriptor((struct descriptor){.type = type, .limit = 0x54321, .base = 0x12345678, .d = true, .dpl = 3});
}

/* A GDT of which `head` bytes of this entry, and all before it, end a page; the pages of the rest come before that one in memory. */
static void move(unsigned entry, unsigned head, uint64_t flags)
{
    static const uintptr_t page = 0x30000000;
    uintptr_t base = page + PAGE_SIZE - entry * 8 - head;

    map_page_at("rest", page + PAGE_SIZE, PAGE_PRESENT | PAGE_WRITE);
    map_page_at("table", page, PAGE_PRESENT | PAGE_WRITE);
    for (unsigned i = 0; i <= LIMIT; i++)
        ((uint8_t *)base)[i] = ((const uint8_t *)gdt)[i];
    change_page(page, PAGE_WRITE, flags);
    change_page(page + PAGE_SIZE, PAGE_WRITE, flags);
    lgdt(base, LIMIT);
}

/* ARG0: bytes in the first page. */
static void split(void)
{
    start.R(cx) = add_descriptor("target", good(DATA_WRITABLE));
    move((unsigned)start.R(cx) / 8, (unsigned)ARG0, 0);
    FAULT("lar eax, ecx\nlsl edx, ecx\nmov fs, ecx");
}

static void from_user(void)
{
    in_user_mode();
    split();
}

/* ARG0: whether the accessed flag is set already. */
static void read_only(void)
{
    start.R(cx) = add_descriptor("target", good(DATA_WRITABLE) & ~(ARG0 ? 0 : DESCRIPTOR_ACCESSED));
    move((unsigned)start.R(cx) / 8, 8, 0);
    FAULT("mov fs, ecx");
}

static void read_only_stack(void)
{
    start.R(cx) = add_descriptor("target", encode_descriptor((struct descriptor){.type = DATA_WRITABLE, .limit = 0xfffff, .d = true, .g = true}) &
                                               ~(ARG0 ? 0 : DESCRIPTOR_ACCESSED));
    move((unsigned)start.R(cx) / 8, 8, 0);
    FAULT("mov ss, ecx");
}

static void first(void)
{
    gdt[0] = good((uint8_t)ARG1);
    start.R(cx) = ARG0;
}

#define FIRST(name, instruction) \
    static void name(void)       \
    {                            \
        first();                 \
        FAULT(instruction);      \
    }
FIRST(first_lar, "lar eax, ecx")
FIRST(first_lsl, "lsl eax, ecx")
FIRST(first_verr, "verr cx")
FIRST(first_verw, "verw cx")

#define ROW(name_, run_, arg0, arg1, vector_, error_, spec_, about_)                                                                             \
    {                                                                                                                                            \
        VARIANT, .name = name_, .about = about_, .spec = spec_, .vector = vector_, .error = error_, .saved_rip = AT_FAULT, .run = run_, .arg = { \
            arg0,                                                                                                                                \
            arg1                                                                                                                                 \
        }                                                                                                                                        \
    }
#define TABLES "SDM 3A \"Segment Descriptor Tables\""
#define SPLIT(n) \
    ROW("split_" #n, split, n, 0, NO_EXCEPTION, 0, TABLES, "LAR, LSL, MOV FS, " #n " of the descriptor's bytes are in another page than the others")
#define TYPE "SDM 3A \"Code- and Data-Segment Descriptor Types\""
#define SELECTOR "SDM 3A \"Segment Selectors\""
VARIANTS(SPLIT(1), SPLIT(2), SPLIT(3), SPLIT(4), SPLIT(5), SPLIT(6), SPLIT(7),
         ROW("split_user", from_user, 4, 0, NO_EXCEPTION, 0, TABLES, "LAR, LSL, MOV FS at CPL 3, the halves of the descriptor are in two pages"),
         ROW("read_only_accessed", read_only, 1, 0, NO_EXCEPTION, 0, TYPE, "MOV FS, accessed flag set, a GDT that nobody may write to"),
         ROW("read_only", read_only, 0, 0, VEC_PF, PF_P | PF_W, TYPE, "MOV FS, accessed flag clear, a GDT that nobody may write to"),
         ROW("read_only_stack_accessed", read_only_stack, 1, 0, NO_EXCEPTION, 0, TYPE, "MOV SS, accessed flag set, a GDT that nobody may write to"),
         ROW("read_only_stack", read_only_stack, 0, 0, VEC_PF, PF_P | PF_W, TYPE, "MOV SS, accessed flag clear, a GDT that nobody may write to"),
         ROW("first_lar", first_lar, 0, CODE_CONFORMING, NO_EXCEPTION, 0, SELECTOR, "LAR of selector 0, the GDT's first entry is a code segment"),
         ROW("first_lar_rpl", first_lar, 3, CODE_CONFORMING, NO_EXCEPTION, 0, SELECTOR, "LAR of selector 3, likewise"),
         ROW("first_lsl", first_lsl, 0, CODE_CONFORMING, NO_EXCEPTION, 0, SELECTOR, "LSL of selector 0, likewise"),
         ROW("first_verr", first_verr, 0, CODE_CONFORMING, NO_EXCEPTION, 0, SELECTOR, "VERR of selector 0, likewise"),
         ROW("first_verw", first_verw, 0, DATA_WRITABLE, NO_EXCEPTION, 0, SELECTOR, "VERW of selector 0, the GDT's first entry is a data segment"));
