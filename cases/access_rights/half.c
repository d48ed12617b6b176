/*
 * LSL in 64-bit mode looks at all 16 bytes of a system descriptor: one whose second half lies behind the table's limit, or has a type of its own,
 * isn't valid. ZF=0, and the destination stays. So it is with LAR on AMD's processors, while Intel's page speaks of no second half.
 */
#include <case.h>

enum { GOOD, TYPE, LIMIT, LOCAL = 4 };

static uint64_t table[16];

/* ARG0: what is wrong; ARG1: the type. */
static void set_up(void)
{
    uint64_t low = encode_descriptor((struct descriptor){.type = (uint8_t)ARG1, .limit = 0x67}), high = (ARG0 & 3) == TYPE ? 1ull << 40 : 0;
    uint16_t selector;

    if (ARG0 & LOCAL) {
        table[4] = low;
        table[5] = high;
        lldt(add_system_descriptor("ldt",
                                   encode_descriptor((struct descriptor){
                                       .type = SYSTEM_LDT, .base = (uint32_t)(uintptr_t)table, .limit = (ARG0 & 3) == LIMIT ? 0x27 : 0x7f}),
                                   0));
        selector = 4 * 8 | SELECTOR_TI;
    } else {
        selector = add_system_descriptor("target", low, high);
        if (ARG0 == LIMIT)
            lgdt((uintptr_t)gdt, selector + 7u);
    }
    start.rcx = selector;
}

static void lsl(void)
{
    set_up();
    FAULT("lsl eax, ecx");
}

static void lsl_compat(void)
{
    in_compat_kernel();
    set_up();
    FAULT32("lsl eax, ecx");
}

static void lar(void)
{
    set_up();
    FAULT("lar eax, ecx");
}

static void lar_compat(void)
{
    in_compat_kernel();
    set_up();
    FAULT32("lar eax, ecx");
}

#define ROW(name_, run_, arg0, arg1, about_)                                                                                                \
    {                                                                                                                                       \
        VARIANT, .name = name_, .about = about_, .spec = "SDM 2A \"LSL-Load Segment Limit\"", .vector = NO_EXCEPTION, .run = run_, .arg = { \
            arg0,                                                                                                                           \
            arg1                                                                                                                            \
        }                                                                                                                                   \
    }
#define COMPAT(name_, arg0, arg1, what)                                                                           \
    {                                                                                                             \
        VARIANT, .env = COMPAT32, .name = "lsl_compat_" name_, .about = "LSL in compatibility mode of " what,     \
                 .spec = "SDM 2A \"LSL-Load Segment Limit\"", .vector = NO_EXCEPTION, .run = lsl_compat, .arg = { \
                     arg0,                                                                                        \
                     arg1                                                                                         \
                 }                                                                                                \
    }
#define LAR(name_, arg0, arg1, about_)                                                                                                      \
    {                                                                                                                                       \
        VARIANT, .name = "lar_" name_, .about = "LAR of " about_, .spec = "SDM 2A \"LAR-Load Access Rights Byte\"", .vector = NO_EXCEPTION, \
                 .run = lar, .arg = {                                                                                                       \
                     arg0,                                                                                                                  \
                     arg1                                                                                                                   \
                 }                                                                                                                          \
    }
/* APM 3 "LAR": of an LDT or a TSS it is looked at in 64-bit mode alone, of a call gate in compatibility mode, too. */
#define LAR_COMPAT(name_, arg0, arg1, what)                                                                            \
    {                                                                                                                  \
        VARIANT, .env = COMPAT32, .name = "lar_compat_" name_, .about = "LAR in compatibility mode of " what,          \
                 .spec = "SDM 2A \"LAR-Load Access Rights Byte\"", .vector = NO_EXCEPTION, .run = lar_compat, .arg = { \
                     arg0,                                                                                             \
                     arg1                                                                                              \
                 }                                                                                                     \
    }
#define EACH(run, name, type, what)                                                                                             \
    ROW(#run "_" name "_type", run, TYPE, type, #run " of " what " whose second half has a type"),                              \
        ROW(#run "_" name "_limit", run, LIMIT, type, #run " of " what " whose second half lies behind the GDT's limit"),       \
        ROW(#run "_" name "_local_type", run, LOCAL | TYPE, type, #run " of " what " in the LDT whose second half has a type"), \
        ROW(#run "_" name "_local_limit", run, LOCAL | LIMIT, type, #run " of " what " whose second half lies behind the LDT's limit")

VARIANTS(EACH(lsl, "ldt", SYSTEM_LDT, "an LDT"), EACH(lsl, "tss", SYSTEM_TSS_AVAILABLE, "a TSS"),
         COMPAT("tss_type", TYPE, SYSTEM_TSS_AVAILABLE, "a TSS whose second half has a type"),
         COMPAT("tss_limit", LIMIT, SYSTEM_TSS_AVAILABLE, "a TSS whose second half lies behind the GDT's limit"),
         COMPAT("ldt_local_type", LOCAL | TYPE, SYSTEM_LDT, "an LDT in the LDT whose second half has a type"),
         COMPAT("tss", GOOD, SYSTEM_TSS_AVAILABLE, "a TSS"), ROW("lsl_local", lsl, LOCAL, SYSTEM_LDT, "LSL of an LDT that is in the LDT"),
         LAR("gate", GOOD, SYSTEM_CALL_GATE, "a call gate"), LAR("gate_type", TYPE, SYSTEM_CALL_GATE, "a call gate whose second half has a type"),
         LAR("ldt_type", TYPE, SYSTEM_LDT, "an LDT whose second half has a type"),
         LAR("tss_limit", LIMIT, SYSTEM_TSS_AVAILABLE, "a TSS whose second half lies behind the GDT's limit"),
         LAR_COMPAT("gate", GOOD, SYSTEM_CALL_GATE, "a call gate"),
         LAR_COMPAT("gate_type", TYPE, SYSTEM_CALL_GATE, "a call gate whose second half has a type"),
         LAR_COMPAT("gate_limit", LIMIT, SYSTEM_CALL_GATE, "a call gate whose second half lies behind the GDT's limit"),
         LAR_COMPAT("tss_type", TYPE, SYSTEM_TSS_AVAILABLE, "a TSS whose second half has a type"),
         LAR_COMPAT("tss_limit", LIMIT, SYSTEM_TSS_AVAILABLE, "a TSS whose second half lies behind the GDT's limit"),
         LAR_COMPAT("ldt_local_type", LOCAL | TYPE, SYSTEM_LDT, "an LDT in the LDT whose second half has a type"));
