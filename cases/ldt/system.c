/*
 * System descriptors in IA-32e mode: all of the upper half's type counts, the base has 64 bits, code and data of the same type aren't meant, and LLDT
 * writes nothing to the GDT.
 */
#include <case.h>

#define HIGH 0x8000000000u
#define LIMIT 0x67u

static uint64_t low(uint8_t type, uint64_t base)
{
    return encode_descriptor((struct descriptor){.type = type, .base = (uint32_t)base, .limit = LIMIT});
}

/* ARG0: the low half's byte with type and S; ARG1: the upper half. */
static void set_up(void)
{
    start.rcx = add_system_descriptor("target", (low(SYSTEM_LDT, 0) & ~(0x1full << 40)) | ARG0 << 40, ARG1);
}

static void lldt_cx(void)
{
    set_up();
    FAULT("lldt cx");
}

static void ltr_cx(void)
{
    set_up();
    FAULT("ltr cx");
}

/* The RPL isn't part of the error code. */
static void ltr_rpl3(void)
{
    set_up();
    start.rcx |= 3;
    FAULT("ltr cx");
}

static void ltr_not_present(void)
{
    struct descriptor d = {.type = SYSTEM_TSS_AVAILABLE, .limit = LIMIT, .not_present = true};

    start.rcx = add_system_descriptor("target", encode_descriptor(d), 0) | 3;
    FAULT("ltr cx");
}

static void ltr_number(void)
{
    start.rcx = ARG0;
    FAULT("ltr cx");
}

static void lsl_ecx(void)
{
    set_up();
    FAULT("lsl eax, ecx");
}

/* An LDT above 4 GiB, and a segment of it. */
static void high_base(void)
{
    uintptr_t page = map_page_at("ldt", HIGH, PAGE_PRESENT | PAGE_WRITE);

    ((uint64_t *)page)[1] = encode_descriptor((struct descriptor){.type = DATA_WRITABLE, .limit = 0x54321, .d = true});
    start.rcx = add_system_descriptor("target", low(SYSTEM_LDT, HIGH), HIGH >> 32);
    start.rdx = 8 | SELECTOR_TI;
    FAULT("lldt cx\nlsl eax, edx\nmov fs, edx");
}

/* A TSS above 4 GiB: the stack of CPL 0 comes from it. */
static void high_tss(void)
{
    uintptr_t page = map_page_at("tss", HIGH, PAGE_PRESENT | PAGE_WRITE);

    for (unsigned i = 0; i < sizeof(tss); i++)
        ((uint8_t *)page)[i] = ((const uint8_t *)&tss)[i];
    __asm__ volatile("ltr %0" : : "r"(add_system_descriptor("high_tss", low(SYSTEM_TSS_AVAILABLE, HIGH), HIGH >> 32)));
    set_gate(0x40, .dpl = 3);
    in_user_mode();
    FAULT("int 0x40");
}

static void read_only(void)
{
    uintptr_t page = map_page("table", PAGE_PRESENT | PAGE_WRITE);

    set_up();
    for (unsigned i = 0; i <= GDT_LIMIT; i++)
        ((uint8_t *)page)[i] = ((const uint8_t *)gdt)[i];
    change_page(page, PAGE_WRITE, 0);
    lgdt(page, GDT_LIMIT);
    FAULT("lldt cx");
}

#define TABLES "SDM 3A \"Segment Descriptor Tables in IA-32e Mode\""
#define ROW(name_, run_, type_, high_, spec_, about_, ...)                                                      \
    {                                                                                                           \
        VARIANT, .name = name_, .about = about_, .spec = spec_, .run = run_, .arg = {type_, high_}, __VA_ARGS__ \
    }
#define LTR "SDM 2A \"LTR-Load Task Register\""
#define REFUSED .vector = VEC_GP, .error = SEL_FREE, .saved_rip = AT_FAULT
#define PASSES .vector = NO_EXCEPTION
#define BIT_12 (1ull << 44)            /* of the upper half's second doubleword: the last of its type field */
#define RESERVED (0xffffe0ffull << 32) /* all but that field */
VARIANTS(ROW("lldt_upper_type", lldt_cx, SYSTEM_LDT, BIT_12, TABLES, "LLDT, bit 12 of the descriptor's last doubleword", REFUSED),
         ROW("ltr_upper_type", ltr_cx, SYSTEM_TSS_AVAILABLE, BIT_12, TABLES, "LTR, bit 12 of the descriptor's last doubleword", REFUSED),
         ROW("lsl_upper_type", lsl_ecx, SYSTEM_LDT, BIT_12, TABLES "; SDM 2A \"LSL-Load Segment Limit\"",
             "LSL of an LDT, bit 12 of the descriptor's last doubleword", PASSES),
         ROW("lldt_reserved", lldt_cx, SYSTEM_LDT, RESERVED, TABLES, "LLDT, the reserved bits of the descriptor's last doubleword", PASSES),
         ROW("ltr_reserved", ltr_cx, SYSTEM_TSS_AVAILABLE, RESERVED, TABLES, "LTR, the reserved bits of the descriptor's last doubleword", PASSES),
         ROW("lsl_reserved", lsl_ecx, SYSTEM_LDT, RESERVED, TABLES "; SDM 2A \"LSL-Load Segment Limit\"",
             "LSL of an LDT, the reserved bits of the descriptor's last doubleword", PASSES),
         ROW("lldt_data", lldt_cx, DATA_WRITABLE, 0, "SDM 2A \"LLDT-Load Local Descriptor Table Register\"", "LLDT of a data segment of type 2",
             REFUSED),
         ROW("ltr_code", ltr_cx, CODE_EXECUTE_ONLY | 1, 0, LTR, "LTR of a code segment of type 9", REFUSED),
         ROW("ltr_busy_rpl", ltr_rpl3, SYSTEM_TSS_BUSY, 0, LTR, "LTR of a busy TSS, RPL 3", REFUSED),
         ROW("ltr_code_rpl", ltr_rpl3, CODE_EXECUTE_ONLY | 1, 0, LTR, "LTR of a code segment of type 9, RPL 3", REFUSED),
         ROW("ltr_upper_type_rpl", ltr_rpl3, SYSTEM_TSS_AVAILABLE, BIT_12, LTR, "LTR, bit 12 of the descriptor's last doubleword, RPL 3", REFUSED),
         ROW("ltr_not_present_rpl", ltr_not_present, 0, 0, LTR, "LTR of a TSS with P=0, RPL 3", .vector = VEC_NP, .error = SEL_FREE,
             .saved_rip = AT_FAULT),
         ROW("ltr_local_rpl", ltr_number, SEL_TSS | SELECTOR_TI | 3, 0, LTR, "LTR of a selector with TI=1, RPL 3", .vector = VEC_GP,
             .error = SEL_TSS | SELECTOR_TI, .saved_rip = AT_FAULT),
         ROW("ltr_beyond_rpl", ltr_number, (GDT_LIMIT + 1) | 3, 0, LTR, "LTR of a selector beyond the GDT's limit, RPL 3", .vector = VEC_GP,
             .error = GDT_LIMIT + 1, .saved_rip = AT_FAULT),
         ROW("high_base", high_base, 0, 0, TABLES, "LLDT of an LDT above 4 GiB, LSL and MOV FS of its second descriptor", PASSES),
         ROW("high_tss", high_tss, 0, 0, TABLES, "INT 0x40 at CPL 3, the TSS lies above 4 GiB", .vector = 0x40, .error = NO_ERROR,
             .saved_rip = AFTER),
         ROW("read_only", read_only, SYSTEM_LDT, 0, "SDM 2A \"LLDT-Load Local Descriptor Table Register\"",
             "LLDT, the GDT is in a page that nobody may write to", PASSES));
