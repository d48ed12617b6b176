/* What descriptor.c and descriptor_transfer.c have in common: a descriptor on the edge of a page. */

enum { LOCAL = 4, READ_ONLY = 8 };

static unsigned cpl(void)
{
    return ARG0 & 3;
}

/* RPL is the CPL. Without bytes on the first page it isn't the second one's first. */
static uint16_t selector(void)
{
    return (uint16_t)((ARG0 & LOCAL ? 8 | SELECTOR_TI : GDT_LIMIT + 1) + (ARG1 ? 0 : 16) + cpl());
}

/* ARG1: how many bytes of the descriptor lie on the first page. What is added to the GDT later isn't in this one. */
static void place(uint64_t descriptor)
{
    unsigned size = ARG0 & LOCAL ? 8 : GDT_LIMIT + 1, at = selector() & 0xfff8u;
    uintptr_t table = split_table("table", gdt, size, size + (unsigned)ARG1);

    in_ring(cpl());
    if (ARG0 & READ_ONLY)
        descriptor &= ~DESCRIPTOR_ACCESSED;
    for (unsigned i = 0; i < 8; i++)
        *(uint8_t *)frame_of(table + at + i) = (uint8_t)(descriptor >> 8 * i);
    if (ARG0 & READ_ONLY)
        change_page(table + at, PAGE_WRITE, PAGE_PRESENT);
    if (ARG0 & LOCAL)
        lldt(add_descriptor("ldt", encode_descriptor((struct descriptor){.type = SYSTEM_LDT, .base = table, .limit = at + 7})));
    else
        lgdt(table, (uint16_t)(at + 7));
    start.ecx = selector();
}

#include "../pm_segment_load/forms.h"

#define SPEC "SDM 3A \"Determination of Access Mode\"; SDM 3A \"Interrupt 14-Page-Fault Exception (#PF)\""
#define ROW(name_, run_, how, bytes, error_, about_, ...)                                                                             \
    {                                                                                                                                 \
        VARIANT, .name = name_, .about = about_, .spec = SPEC, .vector = VEC_PF, .error = error_, .saved_rip = AT_FAULT, .run = run_, \
                 .arg = {how, bytes}, __VA_ARGS__                                                                                     \
    }
#define HALF " whose second half lies on a page that isn't present"
#define WHOLE " which lies on a page that isn't present"
#define CROSSES_GDT(run, about) ROW(#run "_gdt", run, 0, 4, 0, about " of the GDT," HALF, )
#define CROSSES(run, about) CROSSES_GDT(run, about), ROW(#run "_ldt", run, LOCAL, 4, 0, about " of the LDT," HALF, )
#define MISSES_LDT(run, about) ROW(#run "_ldt_user", run, 3 | LOCAL, 0, 0, "CPL 3: " about " of the LDT," WHOLE, )
#define MISSES(run, about) ROW(#run "_gdt_user", run, 3, 0, 0, "CPL 3: " about " of the GDT," WHOLE, ), MISSES_LDT(run, about)
#define WRITES(run, about) \
    ROW(#run "_read_only", run, READ_ONLY | LOCAL, 0, PF_P | PF_W, about " of an LDT that nobody may write to, accessed flag clear", .needs = "i486")
#define LOADS(run, about) CROSSES(run, about), WRITES(run, about)
#define BYTES(n)                                                                                                                        \
    ROW("mov_ds_gdt_" #n, mov_ds, 0, n, 0, "MOV DS of a descriptor of the GDT, " #n " bytes of which lie on a page that is present", ), \
        ROW("mov_ds_ldt_" #n, mov_ds, LOCAL, n, 0, "MOV DS of a descriptor of the LDT, " #n " bytes of which lie on a page that is present", )
