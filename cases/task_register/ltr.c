/*
 * LTR takes a selector of the GDT whose descriptor, both halves of it, is an available 64-bit TSS. Anything else raises #GP(selector), a TSS that
 * isn't present #NP(selector), and TR and the descriptor stay. The values are TR and the byte with P, DPL and type at the end.
 */
#include <case.h>

static uint16_t selector;

static void look(void)
{
    uint16_t tr;

    __asm__ volatile("str %0" : "=r"(tr));
    note("tr", tr);
    if (selector)
        note("access", ((volatile uint8_t *)gdt)[selector + 5]);
}

static void ltr(uint64_t value)
{
    start.rcx = value;
    at_end(look);
    FAULT("ltr cx");
}

static void number(void)
{
    ltr(ARG0);
}

static void system(struct descriptor d, uint64_t high, unsigned low_bits)
{
    d.base = (uint32_t)(uintptr_t)&tss;
    d.limit = sizeof(tss) - 1;
    selector = add_system_descriptor("target", encode_descriptor(d), high);
    ltr(selector | low_bits);
}

static void type(void)
{
    system((struct descriptor){.type = (uint8_t)ARG0, .not_present = (bool)ARG1}, 0, 0);
}

static void rpl(void)
{
    system((struct descriptor){.type = SYSTEM_TSS_AVAILABLE}, 0, 3);
}

/* The GDT has an available TSS at that index. */
static void local(void)
{
    system((struct descriptor){.type = SYSTEM_TSS_AVAILABLE}, 0, SELECTOR_TI);
}

static void high_half(void)
{
    system((struct descriptor){.type = SYSTEM_TSS_AVAILABLE}, ARG0, 0);
}

/* The limit ends behind the descriptor's first half. */
static void half_beyond(void)
{
    lgdt((uintptr_t)gdt, SEL_FREE + 7);
    system((struct descriptor){.type = SYSTEM_TSS_AVAILABLE}, 0, 0);
}

#define ROW(name_, run_, arg0, arg1, vector_, error_, id_, about_)                                                                                   \
    {                                                                                                                                                \
        VARIANT, .name = name_, .about = "LTR: " about_, .spec = "SDM 2A \"LTR-Load Task Register\"", .id = id_, .vector = vector_, .error = error_, \
                 .saved_rip = AT_FAULT, .run = run_, .arg = {                                                                                        \
                     arg0,                                                                                                                           \
                     arg1                                                                                                                            \
                 }                                                                                                                                   \
    }
#define LOADED(name_, run_, arg0, about_)                                                                                                           \
    {                                                                                                                                               \
        VARIANT, .name = name_, .about = "LTR: " about_, .spec = "SDM 2A \"LTR-Load Task Register\"", .vector = NO_EXCEPTION, .run = run_, .arg = { \
            arg0                                                                                                                                    \
        }                                                                                                                                           \
    }

VARIANTS(LOADED("available", type, SYSTEM_TSS_AVAILABLE, "an available TSS becomes busy"), LOADED("rpl", rpl, 0, "RPL and DPL aren't compared"),
         ROW("null", number, 0, 0, VEC_GP, 0, "ltr-null", "selector 0"), ROW("null_rpl3", number, 3, 0, VEC_GP, 0, "ltr-null", "selector 3: null"),
         ROW("local", local, 0, 0, VEC_GP, SEL_FREE | SELECTOR_TI, "ltr-ti", "a selector of the LDT"),
         ROW("beyond_gdt", number, (GDT_LIMIT + 1) | 3, 0, VEC_GP, GDT_LIMIT + 1, "ltr-oob", "a selector beyond the GDT's limit"),
         ROW("half_beyond", half_beyond, 0, 0, VEC_GP, SEL_FREE, "ltr-upper-half-oob", "the descriptor's second half is beyond the GDT's limit"),
         ROW("busy", number, SEL_TSS, 0, VEC_GP, SEL_TSS, "ltr-busy", "the busy TSS in TR"),
         ROW("data", number, SEL_KERNEL_DATA, 0, VEC_GP, SEL_KERNEL_DATA, "ltr-data", "a data segment"),
         ROW("code", number, SEL_KERNEL_CODE64, 0, VEC_GP, SEL_KERNEL_CODE64, "", "a code segment"),
         ROW("tss16", type, 1, 0, VEC_GP, SEL_FREE, "ltr-16bit-type", "type 1, outside IA-32e mode an available 16-bit TSS"),
         ROW("ldt", type, SYSTEM_LDT, 0, VEC_GP, SEL_FREE, "", "an LDT"), ROW("gate", type, SYSTEM_CALL_GATE, 0, VEC_GP, SEL_FREE, "", "a call gate"),
         ROW("not_present", type, SYSTEM_TSS_AVAILABLE, 1, VEC_NP, SEL_FREE, "ltr-np", "an available TSS that isn't present"),
         ROW("not_present_busy", type, SYSTEM_TSS_BUSY, 1, VEC_GP, SEL_FREE, "ltr-busy-np-order", "a busy TSS that isn't present"),
         ROW("not_present_ldt", type, SYSTEM_LDT, 1, VEC_GP, SEL_FREE, "", "an LDT that isn't present"),
         ROW("high_type", high_half, 1ull << 40, 0, VEC_GP, SEL_FREE, "ltr-upper-type", "the type of the descriptor's second half isn't 0"),
         ROW("noncanonical_base", high_half, NONCANONICAL_57 >> 32, 0, VEC_GP, SEL_FREE, "ltr-noncanon-base", "the base is non-canonical"));
