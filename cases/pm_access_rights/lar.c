/*
 * LAR sets ZF and loads the access rights, or clears ZF and leaves its destination; it raises nothing. ZF is 0 for null, for a selector beyond its
 * table, for interrupt gates, trap gates and types that are none, and where DPL is below CPL or RPL, unless the code is conforming.
 */
#include <case32.h>

#define OF(type, dpl, rpl, cpl) ((type) | (dpl) << 8 | (rpl) << 16 | (cpl) << 20)
#define NOT_PRESENT 0x1000u
#define IN_BYTES 0x2000u
#define OTHER_BITS 0x4000u         /* bits 55:52 and 39:32 of the descriptor: G, D, L, AVL, base 23:16 */
#define NUMBER ((uint64_t)1 << 32) /* a selector, no descriptor */

/* arg: OF(type, DPL, RPL, CPL), or NUMBER and a selector; whether ZF comes out set: it is clear before, else set. */
static void set_up(void)
{
    struct descriptor d = {
        .type = (uint8_t)ARG0 & 0x1f,
        .dpl = ARG0 >> 8 & 3,
        .not_present = ARG0 & NOT_PRESENT,
        .base = 0x12000000,
        .limit = 0x34567,
        .d = true,
        .g = !(ARG0 & IN_BYTES),
    };

    if (ARG0 & NUMBER)
        start.ecx = (uint32_t)ARG0;
    else {
        in_ring(ARG0 >> 20 & 3);
        start.ecx = add_descriptor("segment", encode_descriptor(d) | (ARG0 & OTHER_BITS ? 0xf000ffull << 32 : 0)) | (ARG0 >> 16 & 3);
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
FORM(lar, "lar eax, ecx")
FORM(lar16, "lar ax, cx")
FORM(lar_memory, "lar eax, word ptr [ebx]")

static void lar_no_ldt(void)
{
    lldt(0);
    lar();
}

#define ROW(name_, run_, arg0, set_, spec_, about_)                                                                        \
    {                                                                                                                      \
        VARIANT, .name = name_, .about = about_, .spec = spec_, .vector = NO_EXCEPTION, .run = run_, .arg = { arg0, set_ } \
    }
#define LAR "SDM 2A \"LAR-Load Access Rights Byte\""
VARIANTS(ROW("lar_read_only", lar, OF(DATA_READ_ONLY, 0, 0, 0), true, LAR, "LAR of read-only data"),
         ROW("lar_writable", lar, OF(DATA_WRITABLE, 0, 0, 0), true, LAR, "LAR of writable data"),
         ROW("lar_other_bits", lar, OF(DATA_WRITABLE, 0, 0, 0) | OTHER_BITS, true, LAR,
             "LAR of writable data, with G, D, L, AVL and base 23:16 all ones"),
         ROW("lar_down_read_only", lar, OF(DATA_EXPAND_DOWN_READ_ONLY, 0, 0, 0), true, LAR, "LAR of read-only data that expand down"),
         ROW("lar_down", lar, OF(DATA_EXPAND_DOWN, 0, 0, 0), true, LAR, "LAR of data that expand down"),
         ROW("lar_execute_only", lar, OF(CODE_EXECUTE_ONLY, 0, 0, 0), true, LAR, "LAR of execute-only code"),
         ROW("lar_readable", lar, OF(CODE_READABLE, 0, 0, 0), true, LAR, "LAR of readable code"),
         ROW("lar_conforming_execute_only", lar, OF(CODE_CONFORMING_EXECUTE_ONLY, 0, 0, 0), true, LAR, "LAR of execute-only conforming code"),
         ROW("lar_conforming", lar, OF(CODE_CONFORMING, 0, 0, 0), true, LAR, "LAR of readable conforming code"),
         ROW("lar_type0", lar, OF(0x0, 0, 0, 0), false, LAR, "LAR of a system descriptor of type 0"),
         ROW("lar_type1", lar, OF(0x1, 0, 0, 0), true, LAR, "LAR of a system descriptor of type 1"),
         ROW("lar_type2", lar, OF(0x2, 0, 0, 0), true, LAR, "LAR of a system descriptor of type 2"),
         ROW("lar_type3", lar, OF(0x3, 0, 0, 0), true, LAR, "LAR of a system descriptor of type 3"),
         ROW("lar_type4", lar, OF(0x4, 0, 0, 0), true, LAR, "LAR of a system descriptor of type 4"),
         ROW("lar_type5", lar, OF(0x5, 0, 0, 0), true, LAR, "LAR of a system descriptor of type 5"),
         ROW("lar_type6", lar, OF(0x6, 0, 0, 0), false, LAR, "LAR of a system descriptor of type 6"),
         ROW("lar_type7", lar, OF(0x7, 0, 0, 0), false, LAR, "LAR of a system descriptor of type 7"),
         ROW("lar_type8", lar, OF(0x8, 0, 0, 0), false, LAR, "LAR of a system descriptor of type 8"),
         ROW("lar_type9", lar, OF(0x9, 0, 0, 0), true, LAR, "LAR of a system descriptor of type 9"),
         ROW("lar_typea", lar, OF(0xa, 0, 0, 0), false, LAR, "LAR of a system descriptor of type 10"),
         ROW("lar_typeb", lar, OF(0xb, 0, 0, 0), true, LAR, "LAR of a system descriptor of type 11"),
         ROW("lar_typec", lar, OF(0xc, 0, 0, 0), true, LAR, "LAR of a system descriptor of type 12"),
         ROW("lar_typed", lar, OF(0xd, 0, 0, 0), false, LAR, "LAR of a system descriptor of type 13"),
         ROW("lar_typee", lar, OF(0xe, 0, 0, 0), false, LAR, "LAR of a system descriptor of type 14"),
         ROW("lar_typef", lar, OF(0xf, 0, 0, 0), false, LAR, "LAR of a system descriptor of type 15"),
         ROW("lar_writable_dpl3_rpl3_cpl3", lar, OF(DATA_WRITABLE, 3, 3, 3), true, LAR, "CPL 3, RPL 3: LAR of writable data, DPL 3"),
         ROW("lar_writable_dpl0_rpl0_cpl3", lar, OF(DATA_WRITABLE, 0, 0, 3), false, LAR, "CPL 3, RPL 0: LAR of writable data, DPL 0"),
         ROW("lar_writable_dpl0_rpl3_cpl0", lar, OF(DATA_WRITABLE, 0, 3, 0), false, LAR, "CPL 0, RPL 3: LAR of writable data, DPL 0"),
         ROW("lar_writable_dpl2_rpl2_cpl2", lar, OF(DATA_WRITABLE, 2, 2, 2), true, LAR, "CPL 2, RPL 2: LAR of writable data, DPL 2"),
         ROW("lar_writable_dpl2_rpl3_cpl2", lar, OF(DATA_WRITABLE, 2, 3, 2), false, LAR, "CPL 2, RPL 3: LAR of writable data, DPL 2"),
         ROW("lar_writable_dpl1_rpl1_cpl2", lar, OF(DATA_WRITABLE, 1, 1, 2), false, LAR, "CPL 2, RPL 1: LAR of writable data, DPL 1"),
         ROW("lar_conforming_dpl0_rpl3_cpl3", lar, OF(CODE_CONFORMING, 0, 3, 3), true, LAR, "CPL 3, RPL 3: LAR of readable conforming code, DPL 0"),
         ROW("lar_readable_dpl0_rpl0_cpl3", lar, OF(CODE_READABLE, 0, 0, 3), false, LAR, "CPL 3, RPL 0: LAR of readable code, DPL 0"),
         ROW("lar_readable_dpl0_rpl3_cpl0", lar, OF(CODE_READABLE, 0, 3, 0), false, LAR, "CPL 0, RPL 3: LAR of readable code, DPL 0"),
         ROW("lar_type9_dpl0_rpl3_cpl0", lar, OF(0x9, 0, 3, 0), false, LAR, "CPL 0, RPL 3: LAR of a system descriptor of type 9, DPL 0"),
         ROW("lar_type9_dpl0_rpl0_cpl3", lar, OF(0x9, 0, 0, 3), false, LAR, "CPL 3, RPL 0: LAR of a system descriptor of type 9, DPL 0"),
         ROW("lar_typec_dpl3_rpl3_cpl3", lar, OF(0xc, 3, 3, 3), true, LAR, "CPL 3, RPL 3: LAR of a system descriptor of type 12, DPL 3"),
         ROW("lar_writable_not_present", lar, OF(DATA_WRITABLE, 0, 0, 0) | NOT_PRESENT, true, LAR, "LAR of writable data, not present"),
         ROW("lar_readable_bytes", lar, OF(CODE_READABLE, 0, 0, 0) | IN_BYTES, true, LAR, "LAR of readable code, limit in bytes"),
         ROW("lar16_other_bits", lar16, OF(DATA_WRITABLE, 0, 0, 0) | OTHER_BITS, true, LAR,
             "LAR with a 16-bit operand size of writable data, all other bits set"),
         ROW("lar16_writable", lar16, OF(DATA_WRITABLE, 0, 0, 0), true, LAR, "LAR with a 16-bit operand size of writable data"),
         ROW("lar_memory_writable", lar_memory, OF(DATA_WRITABLE, 0, 0, 0), true, LAR, "LAR of a selector in memory of writable data"),
         ROW("lar_null", lar, NUMBER | 0, false, LAR, "LAR of selector 0"),
         ROW("lar_null_rpl3", lar, NUMBER | 3, false, LAR, "LAR of selector 3: null"),
         ROW("lar_beyond", lar, NUMBER | (GDT_LIMIT + 1), false, LAR, "LAR of a selector beyond the GDT's limit"),
         ROW("lar_no_ldt", lar_no_ldt, NUMBER | SEL_KERNEL_DATA | SELECTOR_TI, false, LAR, "LAR of a selector of the LDT, LDTR null"));
