/*
 * Where the table ends: LAR, LSL, VERR and VERW take a descriptor whose last byte is the table's last one, and none that ends one byte behind it; of
 * system segments and gates in 64-bit mode that is the sixteenth byte. Without an LDT no selector with TI=1 is taken.
 */
#include <case.h>

static uint64_t table[16];

/* ARG0: the offset of the table's last byte in the descriptor; whether the table is the LDT, or what would be one that LDTR doesn't have. */
enum { LOCAL = 0x100, NULLED = 0x200 };

/* ARG1: the type. */
static void set_up(void)
{
    uint64_t low = encode_descriptor((struct descriptor){.type = (uint8_t)ARG1, .limit = 0x67, .dpl = 3});
    unsigned last = ARG0 & 0xff;

    if (ARG0 & (LOCAL | NULLED)) {
        struct descriptor ldt = {.type = SYSTEM_LDT, .base = (uint32_t)(uintptr_t)table, .limit = 4 * 8 + last};

        table[4] = low;
        lldt(add_system_descriptor("ldt", encode_descriptor(ldt), 0));
        start.rcx = 4 * 8 | SELECTOR_TI;
        if (ARG0 & NULLED)
            lldt(0);
    } else {
        start.rcx = add_system_descriptor("target", low, 0);
        lgdt((uintptr_t)gdt, (uint16_t)(start.rcx + last));
    }
}

#define RUN(name, instruction)      \
    static void name(void)          \
    {                               \
        set_up();                   \
        FAULT(instruction);         \
    }                               \
    static void name##_compat(void) \
    {                               \
        in_compat_kernel();         \
        set_up();                   \
        FAULT32(instruction);       \
    }
RUN(lar, "lar eax, ecx")
RUN(lsl, "lsl eax, ecx")
RUN(verr, "verr cx")
RUN(verw, "verw cx")

#define SPEC "SDM 2A \"LAR-Load Access Rights Byte\", \"LSL-Load Segment Limit\"; SDM 2B \"VERR/VERW-Verify a Segment for Reading or Writing\""
#define ROW(name_, env_, run_, last_, type_, about_)                                                                                     \
    {                                                                                                                                    \
        VARIANT, .name = name_, .env = env_, .about = about_, .spec = SPEC, .vector = NO_EXCEPTION, .run = run_, .arg = { last_, type_ } \
    }
#define AT(name, run, where, last, type, about)            \
    ROW(name, LONG64, run, (where) | (last), type, about), \
        ROW(name "_compat", COMPAT32, run##_compat, (where) | (last), type, "compatibility mode: " about)
#define ENDS(name, run, type, last, about)                                                                    \
    AT(name "_whole", run, 0, last, type, about " whose last byte is the GDT's"),                             \
        AT(name "_cut", run, 0, (last)-1, type, about " of which the last byte lies behind the GDT"),         \
        AT(name "_ldt_whole", run, LOCAL, last, type, about " whose last byte is the LDT's"),                 \
        AT(name "_ldt_cut", run, LOCAL, (last)-1, type, about " of which the last byte lies behind the LDT"), \
        AT(name "_no_ldt", run, NULLED, last, type, about " in an LDT that LDTR doesn't have any more")
VARIANTS(ENDS("lar_data", lar, DATA_WRITABLE, 7, "LAR of data"), ENDS("lsl_data", lsl, DATA_WRITABLE, 7, "LSL of data"),
         ENDS("verr", verr, DATA_WRITABLE, 7, "VERR of data"), ENDS("verw", verw, DATA_WRITABLE, 7, "VERW of data"),
         ENDS("lar_ldt", lar, SYSTEM_LDT, 15, "LAR of an LDT"), ENDS("lsl_ldt", lsl, SYSTEM_LDT, 15, "LSL of an LDT"),
         ENDS("lar_tss", lar, SYSTEM_TSS_AVAILABLE, 15, "LAR of a TSS"), ENDS("lsl_tss", lsl, SYSTEM_TSS_AVAILABLE, 15, "LSL of a TSS"),
         ENDS("lar_busy", lar, SYSTEM_TSS_BUSY, 15, "LAR of a busy TSS"), ENDS("lsl_busy", lsl, SYSTEM_TSS_BUSY, 15, "LSL of a busy TSS"));
