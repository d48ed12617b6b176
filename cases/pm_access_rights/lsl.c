/*
 * LSL sets ZF and loads the limit in bytes, or clears ZF and leaves its destination; it raises nothing. ZF is 0 for null, for a selector beyond its
 * table, for gates and types that are none, and where DPL is below CPL or RPL, unless the code is conforming.
 */
#include <case32.h>

#define OF(type, dpl, rpl, cpl) ((type) | (dpl) << 8 | (rpl) << 16 | (cpl) << 20)
#define NOT_PRESENT 0x1000u
#define IN_BYTES 0x2000u
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
FORM(lsl, "lsl eax, ecx")
FORM(lsl16, "lsl ax, cx")
FORM(lsl_memory, "lsl eax, word ptr [ebx]")

#define ROW(name_, run_, arg0, set_, spec_, about_)                                                                        \
    {                                                                                                                      \
        VARIANT, .name = name_, .about = about_, .spec = spec_, .vector = NO_EXCEPTION, .run = run_, .arg = { arg0, set_ } \
    }
#define LSL "SDM 2A \"LSL-Load Segment Limit\""
VARIANTS(ROW("lsl_read_only", lsl, OF(DATA_READ_ONLY, 0, 0, 0), true, LSL, "LSL of read-only data"),
         ROW("lsl_writable", lsl, OF(DATA_WRITABLE, 0, 0, 0), true, LSL, "LSL of writable data"),
         ROW("lsl_down_read_only", lsl, OF(DATA_EXPAND_DOWN_READ_ONLY, 0, 0, 0), true, LSL, "LSL of read-only data that expand down"),
         ROW("lsl_down", lsl, OF(DATA_EXPAND_DOWN, 0, 0, 0), true, LSL, "LSL of data that expand down"),
         ROW("lsl_execute_only", lsl, OF(CODE_EXECUTE_ONLY, 0, 0, 0), true, LSL, "LSL of execute-only code"),
         ROW("lsl_readable", lsl, OF(CODE_READABLE, 0, 0, 0), true, LSL, "LSL of readable code"),
         ROW("lsl_conforming_execute_only", lsl, OF(CODE_CONFORMING_EXECUTE_ONLY, 0, 0, 0), true, LSL, "LSL of execute-only conforming code"),
         ROW("lsl_conforming", lsl, OF(CODE_CONFORMING, 0, 0, 0), true, LSL, "LSL of readable conforming code"),
         ROW("lsl_type0", lsl, OF(0x0, 0, 0, 0), false, LSL, "LSL of a system descriptor of type 0"),
         ROW("lsl_type1", lsl, OF(0x1, 0, 0, 0), true, LSL, "LSL of a system descriptor of type 1"),
         ROW("lsl_type2", lsl, OF(0x2, 0, 0, 0), true, LSL, "LSL of a system descriptor of type 2"),
         ROW("lsl_type3", lsl, OF(0x3, 0, 0, 0), true, LSL, "LSL of a system descriptor of type 3"),
         ROW("lsl_type4", lsl, OF(0x4, 0, 0, 0), false, LSL, "LSL of a system descriptor of type 4"),
         ROW("lsl_type5", lsl, OF(0x5, 0, 0, 0), false, LSL, "LSL of a system descriptor of type 5"),
         ROW("lsl_type6", lsl, OF(0x6, 0, 0, 0), false, LSL, "LSL of a system descriptor of type 6"),
         ROW("lsl_type7", lsl, OF(0x7, 0, 0, 0), false, LSL, "LSL of a system descriptor of type 7"),
         ROW("lsl_type8", lsl, OF(0x8, 0, 0, 0), false, LSL, "LSL of a system descriptor of type 8"),
         ROW("lsl_type9", lsl, OF(0x9, 0, 0, 0), true, LSL, "LSL of a system descriptor of type 9"),
         ROW("lsl_typea", lsl, OF(0xa, 0, 0, 0), false, LSL, "LSL of a system descriptor of type 10"),
         ROW("lsl_typeb", lsl, OF(0xb, 0, 0, 0), true, LSL, "LSL of a system descriptor of type 11"),
         ROW("lsl_typec", lsl, OF(0xc, 0, 0, 0), false, LSL, "LSL of a system descriptor of type 12"),
         ROW("lsl_typed", lsl, OF(0xd, 0, 0, 0), false, LSL, "LSL of a system descriptor of type 13"),
         ROW("lsl_typee", lsl, OF(0xe, 0, 0, 0), false, LSL, "LSL of a system descriptor of type 14"),
         ROW("lsl_typef", lsl, OF(0xf, 0, 0, 0), false, LSL, "LSL of a system descriptor of type 15"),
         ROW("lsl_writable_dpl3_rpl3_cpl3", lsl, OF(DATA_WRITABLE, 3, 3, 3), true, LSL, "CPL 3, RPL 3: LSL of writable data, DPL 3"),
         ROW("lsl_writable_dpl0_rpl0_cpl3", lsl, OF(DATA_WRITABLE, 0, 0, 3), false, LSL, "CPL 3, RPL 0: LSL of writable data, DPL 0"),
         ROW("lsl_writable_dpl0_rpl3_cpl0", lsl, OF(DATA_WRITABLE, 0, 3, 0), false, LSL, "CPL 0, RPL 3: LSL of writable data, DPL 0"),
         ROW("lsl_writable_dpl2_rpl2_cpl2", lsl, OF(DATA_WRITABLE, 2, 2, 2), true, LSL, "CPL 2, RPL 2: LSL of writable data, DPL 2"),
         ROW("lsl_writable_dpl2_rpl3_cpl2", lsl, OF(DATA_WRITABLE, 2, 3, 2), false, LSL, "CPL 2, RPL 3: LSL of writable data, DPL 2"),
         ROW("lsl_writable_dpl1_rpl1_cpl2", lsl, OF(DATA_WRITABLE, 1, 1, 2), false, LSL, "CPL 2, RPL 1: LSL of writable data, DPL 1"),
         ROW("lsl_conforming_dpl0_rpl3_cpl3", lsl, OF(CODE_CONFORMING, 0, 3, 3), true, LSL, "CPL 3, RPL 3: LSL of readable conforming code, DPL 0"),
         ROW("lsl_readable_dpl0_rpl0_cpl3", lsl, OF(CODE_READABLE, 0, 0, 3), false, LSL, "CPL 3, RPL 0: LSL of readable code, DPL 0"),
         ROW("lsl_readable_dpl0_rpl3_cpl0", lsl, OF(CODE_READABLE, 0, 3, 0), false, LSL, "CPL 0, RPL 3: LSL of readable code, DPL 0"),
         ROW("lsl_type9_dpl0_rpl0_cpl3", lsl, OF(0x9, 0, 0, 3), false, LSL, "CPL 3, RPL 0: LSL of a system descriptor of type 9, DPL 0"),
         ROW("lsl_type9_dpl0_rpl3_cpl0", lsl, OF(0x9, 0, 3, 0), false, LSL, "CPL 0, RPL 3: LSL of a system descriptor of type 9, DPL 0"),
         ROW("lsl_writable_not_present", lsl, OF(DATA_WRITABLE, 0, 0, 0) | NOT_PRESENT, true, LSL, "LSL of writable data, not present"),
         ROW("lsl_readable_bytes", lsl, OF(CODE_READABLE, 0, 0, 0) | IN_BYTES, true, LSL, "LSL of readable code, limit in bytes"),
         ROW("lsl16_writable", lsl16, OF(DATA_WRITABLE, 0, 0, 0), true, LSL, "LSL with a 16-bit operand size of writable data"),
         ROW("lsl_memory_writable", lsl_memory, OF(DATA_WRITABLE, 0, 0, 0), true, LSL, "LSL of a selector in memory of writable data"),
         ROW("lsl_null", lsl, NUMBER | 0, false, LSL, "LSL of selector 0"),
         ROW("lsl_null_rpl3", lsl, NUMBER | 3, false, LSL, "LSL of selector 3: null"),
         ROW("lsl_beyond", lsl, NUMBER | (GDT_LIMIT + 1), false, LSL, "LSL of a selector beyond the GDT's limit"));
