/*
 * VERR and VERW say by ZF whether a selector may be loaded and read or written through, and raise nothing: ZF is 0 for null, for a selector beyond
 * its table, for system segments, for what can't be read or written, and where DPL is below CPL or RPL, unless the code is conforming.
 */
#include <case32.h>

#define OF(type, dpl, rpl, cpl) ((type) | (dpl) << 8 | (rpl) << 16 | (cpl) << 20)
#define NUMBER ((uint64_t)1 << 32) /* a selector, no descriptor */

/* arg: OF(type, DPL, RPL, CPL), or NUMBER and a selector; whether ZF comes out set: it is clear before, else set. */
static void set_up(void)
{
    struct descriptor d = {
        .type = (uint8_t)ARG0 & 0x1f,
        .dpl = ARG0 >> 8 & 3,
        .base = 0x12000000,
        .limit = 0x34567,
        .d = true,
        .g = true,
    };

    if (ARG0 & NUMBER)
        start.ecx = (uint32_t)ARG0;
    else {
        in_ring(ARG0 >> 20 & 3);
        start.ecx = add_descriptor("segment", encode_descriptor(d)) | (ARG0 >> 16 & 3);
    }
    start.eflags = ARG1 ? start.eflags & ~EFLAGS_ZF : start.eflags | EFLAGS_ZF;
    start.ebx = map_page("selector", PAGE_PRESENT | PAGE_USER);
    *(uint32_t *)frame_of(start.ebx) = 0xffff0000 | start.ecx;
    start.ecx |= 0xabcd0000; /* the upper half isn't looked at */
}

#define FORM(name, instruction) \
    static void name(void)      \
    {                           \
        set_up();               \
        FAULT(instruction);     \
    }
FORM(verr, "verr cx")
FORM(verr_memory, "verr word ptr [ebx]")
FORM(verw, "verw cx")
FORM(verw_memory, "verw word ptr [ebx]")

static void verr_no_ldt(void)
{
    lldt(0);
    verr();
}

#define ROW(name_, run_, arg0, set_, spec_, about_)                                                                        \
    {                                                                                                                      \
        VARIANT, .name = name_, .about = about_, .spec = spec_, .vector = NO_EXCEPTION, .run = run_, .arg = { arg0, set_ } \
    }
#define VERIFY "SDM 2B \"VERR/VERW-Verify a Segment for Reading or Writing\""
VARIANTS(ROW("verr_read_only", verr, OF(DATA_READ_ONLY, 0, 0, 0), true, VERIFY, "VERR of read-only data"),
         ROW("verr_writable", verr, OF(DATA_WRITABLE, 0, 0, 0), true, VERIFY, "VERR of writable data"),
         ROW("verr_down_read_only", verr, OF(DATA_EXPAND_DOWN_READ_ONLY, 0, 0, 0), true, VERIFY, "VERR of read-only data that expand down"),
         ROW("verr_down", verr, OF(DATA_EXPAND_DOWN, 0, 0, 0), true, VERIFY, "VERR of data that expand down"),
         ROW("verr_execute_only", verr, OF(CODE_EXECUTE_ONLY, 0, 0, 0), false, VERIFY, "VERR of execute-only code"),
         ROW("verr_readable", verr, OF(CODE_READABLE, 0, 0, 0), true, VERIFY, "VERR of readable code"),
         ROW("verr_conforming_execute_only", verr, OF(CODE_CONFORMING_EXECUTE_ONLY, 0, 0, 0), false, VERIFY, "VERR of execute-only conforming code"),
         ROW("verr_conforming", verr, OF(CODE_CONFORMING, 0, 0, 0), true, VERIFY, "VERR of readable conforming code"),
         ROW("verr_type2", verr, OF(0x2, 0, 0, 0), false, VERIFY, "VERR of a system descriptor of type 2"),
         ROW("verr_type9", verr, OF(0x9, 0, 0, 0), false, VERIFY, "VERR of a system descriptor of type 9"),
         ROW("verr_typec", verr, OF(0xc, 0, 0, 0), false, VERIFY, "VERR of a system descriptor of type 12"),
         ROW("verw_read_only", verw, OF(DATA_READ_ONLY, 0, 0, 0), false, VERIFY, "VERW of read-only data"),
         ROW("verw_writable", verw, OF(DATA_WRITABLE, 0, 0, 0), true, VERIFY, "VERW of writable data"),
         ROW("verw_down_read_only", verw, OF(DATA_EXPAND_DOWN_READ_ONLY, 0, 0, 0), false, VERIFY, "VERW of read-only data that expand down"),
         ROW("verw_down", verw, OF(DATA_EXPAND_DOWN, 0, 0, 0), true, VERIFY, "VERW of data that expand down"),
         ROW("verw_execute_only", verw, OF(CODE_EXECUTE_ONLY, 0, 0, 0), false, VERIFY, "VERW of execute-only code"),
         ROW("verw_readable", verw, OF(CODE_READABLE, 0, 0, 0), false, VERIFY, "VERW of readable code"),
         ROW("verw_conforming_execute_only", verw, OF(CODE_CONFORMING_EXECUTE_ONLY, 0, 0, 0), false, VERIFY, "VERW of execute-only conforming code"),
         ROW("verw_conforming", verw, OF(CODE_CONFORMING, 0, 0, 0), false, VERIFY, "VERW of readable conforming code"),
         ROW("verw_type2", verw, OF(0x2, 0, 0, 0), false, VERIFY, "VERW of a system descriptor of type 2"),
         ROW("verw_type9", verw, OF(0x9, 0, 0, 0), false, VERIFY, "VERW of a system descriptor of type 9"),
         ROW("verw_typec", verw, OF(0xc, 0, 0, 0), false, VERIFY, "VERW of a system descriptor of type 12"),
         ROW("verr_writable_dpl3_rpl3_cpl3", verr, OF(DATA_WRITABLE, 3, 3, 3), true, VERIFY, "CPL 3, RPL 3: VERR of writable data, DPL 3"),
         ROW("verr_writable_dpl0_rpl0_cpl3", verr, OF(DATA_WRITABLE, 0, 0, 3), false, VERIFY, "CPL 3, RPL 0: VERR of writable data, DPL 0"),
         ROW("verr_writable_dpl0_rpl3_cpl0", verr, OF(DATA_WRITABLE, 0, 3, 0), false, VERIFY, "CPL 0, RPL 3: VERR of writable data, DPL 0"),
         ROW("verr_writable_dpl2_rpl2_cpl2", verr, OF(DATA_WRITABLE, 2, 2, 2), true, VERIFY, "CPL 2, RPL 2: VERR of writable data, DPL 2"),
         ROW("verr_writable_dpl2_rpl3_cpl2", verr, OF(DATA_WRITABLE, 2, 3, 2), false, VERIFY, "CPL 2, RPL 3: VERR of writable data, DPL 2"),
         ROW("verr_writable_dpl1_rpl1_cpl2", verr, OF(DATA_WRITABLE, 1, 1, 2), false, VERIFY, "CPL 2, RPL 1: VERR of writable data, DPL 1"),
         ROW("verw_writable_dpl3_rpl3_cpl3", verw, OF(DATA_WRITABLE, 3, 3, 3), true, VERIFY, "CPL 3, RPL 3: VERW of writable data, DPL 3"),
         ROW("verw_writable_dpl0_rpl0_cpl3", verw, OF(DATA_WRITABLE, 0, 0, 3), false, VERIFY, "CPL 3, RPL 0: VERW of writable data, DPL 0"),
         ROW("verw_writable_dpl0_rpl3_cpl0", verw, OF(DATA_WRITABLE, 0, 3, 0), false, VERIFY, "CPL 0, RPL 3: VERW of writable data, DPL 0"),
         ROW("verw_writable_dpl2_rpl2_cpl2", verw, OF(DATA_WRITABLE, 2, 2, 2), true, VERIFY, "CPL 2, RPL 2: VERW of writable data, DPL 2"),
         ROW("verw_writable_dpl2_rpl3_cpl2", verw, OF(DATA_WRITABLE, 2, 3, 2), false, VERIFY, "CPL 2, RPL 3: VERW of writable data, DPL 2"),
         ROW("verw_writable_dpl1_rpl1_cpl2", verw, OF(DATA_WRITABLE, 1, 1, 2), false, VERIFY, "CPL 2, RPL 1: VERW of writable data, DPL 1"),
         ROW("verr_conforming_dpl0_rpl3_cpl3", verr, OF(CODE_CONFORMING, 0, 3, 3), true, VERIFY,
             "CPL 3, RPL 3: VERR of readable conforming code, DPL 0"),
         ROW("verr_readable_dpl0_rpl0_cpl3", verr, OF(CODE_READABLE, 0, 0, 3), false, VERIFY, "CPL 3, RPL 0: VERR of readable code, DPL 0"),
         ROW("verr_readable_dpl0_rpl3_cpl0", verr, OF(CODE_READABLE, 0, 3, 0), false, VERIFY, "CPL 0, RPL 3: VERR of readable code, DPL 0"),
         ROW("verw_conforming_dpl0_rpl3_cpl3", verw, OF(CODE_CONFORMING, 0, 3, 3), false, VERIFY,
             "CPL 3, RPL 3: VERW of readable conforming code, DPL 0"),
         ROW("verr_memory_writable", verr_memory, OF(DATA_WRITABLE, 0, 0, 0), true, VERIFY, "VERR of a selector in memory of writable data"),
         ROW("verw_memory_writable", verw_memory, OF(DATA_WRITABLE, 0, 0, 0), true, VERIFY, "VERW of a selector in memory of writable data"),
         ROW("verr_null", verr, NUMBER | 0, false, VERIFY, "VERR of selector 0"),
         ROW("verr_null_rpl3", verr, NUMBER | 3, false, VERIFY, "VERR of selector 3: null"),
         ROW("verr_beyond", verr, NUMBER | (GDT_LIMIT + 1), false, VERIFY, "VERR of a selector beyond the GDT's limit"),
         ROW("verw_null", verw, NUMBER | 0, false, VERIFY, "VERW of selector 0"),
         ROW("verw_null_rpl3", verw, NUMBER | 3, false, VERIFY, "VERW of selector 3: null"),
         ROW("verw_beyond", verw, NUMBER | (GDT_LIMIT + 1), false, VERIFY, "VERW of a selector beyond the GDT's limit"),
         ROW("verr_no_ldt", verr_no_ldt, NUMBER | SEL_KERNEL_DATA | SELECTOR_TI, false, VERIFY, "VERR of a selector of the LDT, LDTR null"));
