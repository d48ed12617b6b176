/*
 * LLDT takes a null selector or an LDT of the GDT, LTR an available TSS of the GDT, of which it then is the busy one. All else is #GP(selector),
 * where it isn't present #NP(selector), and the register stays. The values are LDTR, TR, and the type of the descriptor, at the end.
 */
#include <case32.h>

static uint64_t table[16];
static uint16_t selector;

static void look(void)
{
    uint16_t ldtr, tr;

    __asm__ volatile("sldt %0\n\tstr %1" : "=m"(ldtr), "=m"(tr));
    note("ldtr", ldtr);
    note("tr", tr);
    if (selector)
        note("type", gdt[selector / 8] >> 40 & 0x1f);
}

static void operand(uint32_t value)
{
    lldt(0);
    start.ebx = map_page("operand", PAGE_PRESENT);
    *(uint16_t *)frame_of(start.ebx) = (uint16_t)value;
    start.ecx = 0xabcd0000 | value;
    at_end(look);
}

/* arg: the selector, or the descriptor's type, RPL << 8, P=0 << 12. */
static void number(void)
{
    operand(ARG0);
}

static void described(void)
{
    struct descriptor d = {.type = (uint8_t)ARG0 & 0x1f, .base = (uintptr_t)table, .limit = 0x67, .not_present = ARG0 & 0x1000, .dpl = 3};

    selector = add_descriptor("target", encode_descriptor(d));
    operand(selector | (ARG0 >> 8 & 3));
}

/* An LDT is loaded that has one at this index as well. */
static void local(void)
{
    uint64_t ldt = encode_descriptor((struct descriptor){.type = (uint8_t)ARG0, .base = (uintptr_t)table, .limit = 0x67});

    table[1] = ldt;
    operand(8 | SELECTOR_TI);
    lldt(add_descriptor("ldt", encode_descriptor((struct descriptor){.type = SYSTEM_LDT, .base = (uintptr_t)table, .limit = 0x67})));
}

#define FORM(name, prepare, instruction) \
    static void name(void)               \
    {                                    \
        prepare();                       \
        FAULT(instruction);              \
    }
FORM(lldt_number, number, "lldt cx")
FORM(lldt_described, described, "lldt cx")
FORM(lldt_local, local, "lldt cx")
FORM(lldt_memory, described, "lldt word ptr [ebx]")
FORM(ltr_number, number, "ltr cx")
FORM(ltr_described, described, "ltr cx")
FORM(ltr_local, local, "ltr cx")
FORM(ltr_memory, described, "ltr word ptr [ebx]")

#define LLDT "SDM 2A \"LLDT-Load Local Descriptor Table Register\""
#define LTR "SDM 2A \"LTR-Load Task Register\""
#define ROW(name_, run_, arg0, vector_, error_, spec_, id_, about_)                                                                                \
    {                                                                                                                                              \
        VARIANT, .name = name_, .about = about_, .spec = spec_, .id = id_, .vector = vector_, .error = error_, .saved_rip = AT_FAULT, .run = run_, \
                 .arg = {                                                                                                                          \
                     arg0                                                                                                                          \
                 }                                                                                                                                 \
    }
#define OK(name_, run_, arg0, spec_, about_)                                                                         \
    {                                                                                                                \
        VARIANT, .name = name_, .about = about_, .spec = spec_, .vector = NO_EXCEPTION, .run = run_, .arg = { arg0 } \
    }
#define RPL3 0x300u
#define NOT_PRESENT 0x1000u
VARIANTS(OK("lldt_null", lldt_number, 0, LLDT, "LLDT of selector 0"), OK("lldt_null_rpl3", lldt_number, 3, LLDT, "LLDT of selector 3: null"),
         ROW("lldt_beyond", lldt_number, GDT_LIMIT + 1, VEC_GP, GDT_LIMIT + 1, LLDT, "", "LLDT of a selector beyond the GDT's limit"),
         ROW("lldt_local", lldt_local, SYSTEM_LDT, VEC_GP, 8 | SELECTOR_TI, LLDT, "", "LLDT of a selector of the LDT"),
         OK("lldt_ldt", lldt_described, SYSTEM_LDT, LLDT, "LLDT of an LDT"),
         OK("lldt_ldt_rpl3", lldt_described, SYSTEM_LDT | RPL3, LLDT, "LLDT of an LDT, RPL 3"),
         OK("lldt_memory", lldt_memory, SYSTEM_LDT, LLDT, "LLDT of a selector in memory"),
         ROW("lldt_type0", lldt_described, 0x0, VEC_GP, SEL_FREE, LLDT, "", "LLDT of type 0"),
         ROW("lldt_type1", lldt_described, 0x1, VEC_GP, SEL_FREE, LLDT, "", "LLDT of an available 16-bit TSS"),
         ROW("lldt_type4", lldt_described, 0x4, VEC_GP, SEL_FREE, LLDT, "", "LLDT of a 16-bit call gate"),
         ROW("lldt_type5", lldt_described, 0x5, VEC_GP, SEL_FREE, LLDT, "", "LLDT of a task gate"),
         ROW("lldt_type9", lldt_described, 0x9, VEC_GP, SEL_FREE, LLDT, "", "LLDT of an available TSS"),
         ROW("lldt_typeb", lldt_described, 0xb, VEC_GP, SEL_FREE, LLDT, "", "LLDT of a busy TSS"),
         ROW("lldt_typec", lldt_described, 0xc, VEC_GP, SEL_FREE, LLDT, "", "LLDT of a call gate"),
         ROW("lldt_typee", lldt_described, 0xe, VEC_GP, SEL_FREE, LLDT, "", "LLDT of an interrupt gate"),
         ROW("lldt_type12", lldt_described, 0x12, VEC_GP, SEL_FREE, LLDT, "lldt-pm32-data", "LLDT of data"),
         ROW("lldt_type1a", lldt_described, 0x1a, VEC_GP, SEL_FREE, LLDT, "", "LLDT of code"),
         ROW("lldt_not_present", lldt_described, SYSTEM_LDT | NOT_PRESENT, VEC_NP, SEL_FREE, LLDT, "", "LLDT of an LDT that isn't present"),
         ROW("lldt_not_present_data", lldt_described, DATA_WRITABLE | NOT_PRESENT, VEC_GP, SEL_FREE, LLDT, "", "LLDT of data that aren't present"),
         ROW("ltr_null", ltr_number, 0, VEC_GP, 0, LTR, "", "LTR of selector 0"),
         ROW("ltr_null_rpl3", ltr_number, 3, VEC_GP, 0, LTR, "", "LTR of selector 3: null"),
         ROW("ltr_beyond", ltr_number, GDT_LIMIT + 1, VEC_GP, GDT_LIMIT + 1, LTR, "", "LTR of a selector beyond the GDT's limit"),
         ROW("ltr_local", ltr_local, SYSTEM_TSS_AVAILABLE, VEC_GP, 8 | SELECTOR_TI, LTR, "", "LTR of a selector of the LDT"),
         OK("ltr_tss", ltr_described, SYSTEM_TSS_AVAILABLE, LTR, "LTR of an available TSS"),
         OK("ltr_tss_rpl3", ltr_described, SYSTEM_TSS_AVAILABLE | RPL3, LTR, "LTR of an available TSS, RPL 3"),
         OK("ltr_tss16", ltr_described, SYSTEM_TSS16_AVAILABLE, LTR, "LTR of an available 16-bit TSS"),
         OK("ltr_memory", ltr_memory, SYSTEM_TSS_AVAILABLE, LTR, "LTR of a selector in memory"),
         ROW("ltr_type0", ltr_described, 0x0, VEC_GP, SEL_FREE, LTR, "", "LTR of type 0"),
         ROW("ltr_type2", ltr_described, 0x2, VEC_GP, SEL_FREE, LTR, "", "LTR of an LDT"),
         ROW("ltr_type3", ltr_described, 0x3, VEC_GP, SEL_FREE, LTR, "", "LTR of a busy 16-bit TSS"),
         ROW("ltr_type4", ltr_described, 0x4, VEC_GP, SEL_FREE, LTR, "", "LTR of a 16-bit call gate"),
         ROW("ltr_type5", ltr_described, 0x5, VEC_GP, SEL_FREE, LTR, "", "LTR of a task gate"),
         ROW("ltr_typeb", ltr_described, 0xb, VEC_GP, SEL_FREE, LTR, "ltr-pm32-busy", "LTR of a busy TSS"),
         ROW("ltr_typec", ltr_described, 0xc, VEC_GP, SEL_FREE, LTR, "", "LTR of a call gate"),
         ROW("ltr_typee", ltr_described, 0xe, VEC_GP, SEL_FREE, LTR, "", "LTR of an interrupt gate"),
         ROW("ltr_type12", ltr_described, 0x12, VEC_GP, SEL_FREE, LTR, "", "LTR of data"),
         ROW("ltr_type1a", ltr_described, 0x1a, VEC_GP, SEL_FREE, LTR, "", "LTR of code"),
         ROW("ltr_not_present", ltr_described, SYSTEM_TSS_AVAILABLE | NOT_PRESENT, VEC_NP, SEL_FREE, LTR, "ltr-pm32-np",
             "LTR of an available TSS that isn't present"),
         ROW("ltr_not_present_busy", ltr_described, SYSTEM_TSS_BUSY | NOT_PRESENT, VEC_GP, SEL_FREE, LTR, "", "LTR of a busy TSS that isn't present"),
         ROW("ltr_not_present16", ltr_described, SYSTEM_TSS16_AVAILABLE | NOT_PRESENT, VEC_NP, SEL_FREE, LTR, "",
             "LTR of an available 16-bit TSS that isn't present"));
