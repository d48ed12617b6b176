/*
 * INVLPG takes a linear address through a segment and accesses nothing: a null segment, one that ends before, one without rights and a page that
 * isn't there are all the same to it. What it forgets is the page of base and offset.
 */
#include <case32.h>

#define SPEC "SDM 2A \"INVLPG-Invalidate TLB Entries\""

enum { DS_NULL = 1, DS_SHORT = 2, DS_DOWN = 4 };

/* arg: what DS is. */
static void set_up(void)
{
    struct descriptor d = {.limit = 0xff, .d = true, .type = ARG0 & DS_DOWN ? DATA_EXPAND_DOWN : DATA_READ_ONLY};

    start.ebx = 0x4000;
    if (ARG0 & (DS_SHORT | DS_DOWN))
        start.ds = add_descriptor("segment", encode_descriptor(d));
    if (ARG0 & DS_DOWN)
        start.ebx = 0x10;
    if (ARG0 & DS_NULL)
        start.ds = start.es = start.fs = start.gs = 0;
}

#define FORM(name, instruction) \
    static void name(void)      \
    {                           \
        set_up();               \
        FAULT(instruction);     \
    }
FORM(ds, "invlpg [ebx]")
FORM(es, "invlpg es:[ebx]")
FORM(gs, "invlpg gs:[ebx]")
FORM(cs, "invlpg cs:[ebx]")
FORM(short_address, "invlpg [bx]")

/* The entry of a page that has been used becomes not present; then the page of GS:[ESI] is invalidated. ARG1: DS is null and GS isn't, or both are
 * flat. */
static void forgets(void)
{
    struct descriptor d = {.base = 0x1000000, .limit = ARG1 ? 0 : 0xfffff, .g = !ARG1, .d = true, .type = DATA_WRITABLE};

    start.ebx = map_page("victim", PAGE_PRESENT | PAGE_WRITE);
    start.edi = (uintptr_t)page_entry(start.ebx, 1);
    start.gs = add_descriptor("based", encode_descriptor(d));
    start.esi = start.ebx - d.base;
    PROGRAM("mov ecx, ss:[ebx]\nmov dword ptr ss:[edi], 0\ninvlpg gs:[esi]\n" MARK(fault) "mov edx, ss:[ebx]\n" MARK(after));
}

#define OK(name_, run_, what, about_)                                                                                                \
    {                                                                                                                                \
        VARIANT, .name = name_, .about = about_, .spec = SPEC, .needs = "i486", .vector = NO_EXCEPTION, .run = run_, .arg = { what } \
    }
#define FORGETS(name_, limited, about_)                                                                                                              \
    {                                                                                                                                                \
        VARIANT, .name = name_, .about = about_, .spec = SPEC, .needs = "i486", .vector = VEC_PF, .error = 0, .saved_rip = AT_FAULT, .run = forgets, \
                 .arg = {                                                                                                                            \
                     0,                                                                                                                              \
                     limited                                                                                                                         \
                 }                                                                                                                                   \
    }
VARIANTS(OK("ds_null", ds, DS_NULL, "INVLPG through a null DS"), OK("es_null", es, DS_NULL, "INVLPG through a null ES"),
         OK("gs_null", gs, DS_NULL, "INVLPG through a null GS"), OK("ds_limit", ds, DS_SHORT, "INVLPG beyond the limit of read-only data"),
         OK("ds_down", ds, DS_DOWN, "INVLPG below the first byte of a segment that expands down"), OK("cs", cs, 0, "INVLPG through CS"),
         OK("ds_null_short", short_address, DS_NULL, "INVLPG through a null DS with a 16-bit address size"),
         FORGETS("base", false, "INVLPG through a segment with a base, of a page whose entry is no more"),
         FORGETS("base_limit", true, "INVLPG beyond the limit of a segment with a base, of a page whose entry is no more"));
