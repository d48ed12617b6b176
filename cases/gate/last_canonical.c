/* A gate, and the TSS's stack, that end with the last canonical address of the lower half are read as any other. */
#include <case.h>

#define LAST_PAGE 0x00007ffffffff000u

/* A copy of the first bytes of a table, up to the last canonical one. */
static uintptr_t below_the_end(const char *name, const void *table, unsigned bytes)
{
    uint8_t *page = frame_of(map_page_at(name, LAST_PAGE, PAGE_PRESENT | PAGE_WRITE));

    for (unsigned i = 0; i < bytes; i++)
        page[0x1000 - bytes + i] = ((const uint8_t *)table)[i];
    return LAST_PAGE + 0x1000 - bytes;
}

static void gate(void)
{
    lidt(below_the_end("idt", &idt, 0x41 * 16), sizeof(idt) - 1);
    FAULT("int 0x40");
}

static void stack(void)
{
    set_gate(0x40, .ist = 1);
    load_tss(below_the_end("tss", &tss, offsetof(struct tss, ist) + 8), sizeof(tss) - 1);
    FAULT("int 0x40");
}

#define ROW(name_, about_)                                                                                                               \
    {                                                                                                                                    \
        VARIANT, .name = #name_, .about = about_, .spec = "SDM 2A \"INT n/INTO/INT3/INT1-Call to Interrupt Procedure\"", .vector = 0x40, \
                 .error = NO_ERROR, .saved_rip = AFTER, .run = name_                                                                     \
    }
VARIANTS(ROW(gate, "INT 0x40, its gate ends with the canonical addresses"), ROW(stack, "INT 0x40 to IST1, which ends with the canonical addresses"));
