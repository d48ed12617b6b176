/*
 * LLDT takes a null selector, or one of the GDT whose descriptor is an LDT. Anything else raises #GP(selector), an LDT that isn't present
 * #NP(selector), and LDTR stays: the LDT of before still serves. The value is LDTR at the end.
 */
#include <case.h>

static void look(void)
{
    uint16_t ldtr;

    __asm__ volatile("sldt %0" : "=r"(ldtr));
    note("ldtr", ldtr);
}

static uint64_t table[16];

static uint64_t ldt_descriptor(uint8_t type, bool not_present)
{
    return encode_descriptor(
        (struct descriptor){.type = type, .base = (uint32_t)(uintptr_t)table, .limit = sizeof(table) - 1, .not_present = not_present});
}

/* An LDT is loaded before: its second descriptor is data. */
static void before(void)
{
    table[1] = encode_descriptor((struct descriptor){.type = DATA_WRITABLE, .limit = 0xfffff, .d = true, .g = true});
    lldt(add_system_descriptor("before", ldt_descriptor(SYSTEM_LDT, false), 0));
    start.rdx = 8 | SELECTOR_TI;
    at_end(look);
}

#define RPL3 2u /* of the selector, which isn't part of the error code */

static void number(void)
{
    before();
    start.rcx = ARG0;
    FAULT("lldt cx");
}

/* Both the GDT and the LDT of before have an LDT at this index. */
static void local(void)
{
    before();
    table[SEL_FREE / 8] = ldt_descriptor(SYSTEM_LDT, false);
    start.rcx = SEL_FREE | SELECTOR_TI | (ARG1 & RPL3 ? 3 : 0);
    FAULT("lldt cx");
}

static void system(uint8_t type, uint64_t high, bool not_present)
{
    before();
    start.rcx = add_system_descriptor("target", ldt_descriptor(type, not_present), high) | (ARG1 & RPL3 ? 3 : 0);
    FAULT("lldt cx");
}

static void type(void)
{
    system((uint8_t)ARG0, 0, ARG1 & 1);
}

static void high_half(void)
{
    system(SYSTEM_LDT, ARG0, false);
}

static void half_beyond(void)
{
    before();
    start.rcx = add_system_descriptor("target", ldt_descriptor(SYSTEM_LDT, false), 0);
    lgdt((uintptr_t)gdt, (uint16_t)start.rcx + 7);
    FAULT("lldt cx");
}

/* LLDT itself says nothing; the first use of a descriptor of the LDT does. */
static void null(void)
{
    before();
    start.rcx = ARG0;
    PROGRAM("lldt cx\n" MARK(fault) "mov fs, edx\n" MARK(after));
}

static void null_alone(void)
{
    number();
}

static void loaded(void)
{
    start.rdx = 8 | SELECTOR_TI;
    table[1] = encode_descriptor((struct descriptor){.type = DATA_WRITABLE, .limit = 0xfffff, .d = true, .g = true});
    start.rcx = add_system_descriptor("target", ldt_descriptor(SYSTEM_LDT, false), 0) | 3;
    at_end(look);
    FAULT("lldt cx\nmov ds, edx");
}

/* LDTR keeps what it had, and so does the table behind it. */
static void kept(void)
{
    before();
    start.rcx = SEL_KERNEL_DATA;
    on_exception(VEC_GP, resume_after);
    PROGRAM(MARK(fault) "lldt cx\n" MARK(after) "mov ds, edx\n");
}

#define SPEC .spec = "SDM 2A \"LLDT-Load Local Descriptor Table Register\""
#define ROW(name_, run_, arg0, arg1, vector_, error_, id_, about_)                                                                                 \
    {                                                                                                                                              \
        VARIANT, .name = name_, .about = "LLDT: " about_, SPEC, .id = id_, .vector = vector_, .error = error_, .saved_rip = AT_FAULT, .run = run_, \
                 .arg = {                                                                                                                          \
                     arg0,                                                                                                                         \
                     arg1                                                                                                                          \
                 }                                                                                                                                 \
    }
#define LOADED(name_, run_, arg0, id_, about_)                                                                                  \
    {                                                                                                                           \
        VARIANT, .name = name_, .about = "LLDT: " about_, SPEC, .id = id_, .vector = NO_EXCEPTION, .run = run_, .arg = { arg0 } \
    }

VARIANTS(LOADED("loaded", loaded, 0, "", "an LDT, by a selector with RPL 3; its second descriptor into DS"),
         LOADED("null", null_alone, 0, "lldt-null-ok", "selector 0"), LOADED("null_rpl3", null_alone, 3, "lldt-null-ok", "selector 3: null"),
         ROW("null_use", null, 0, 0, VEC_GP, 8 | SELECTOR_TI, "lldt-null-ok", "selector 0, then a selector of the LDT into FS"),
         ROW("local", local, 0, 0, VEC_GP, SEL_FREE | SELECTOR_TI, "lldt-ti", "a selector of the LDT"),
         ROW("local_rpl", local, 0, RPL3, VEC_GP, SEL_FREE | SELECTOR_TI, "", "a selector of the LDT, RPL 3"),
         ROW("not_present_rpl", type, SYSTEM_LDT, 1 | RPL3, VEC_NP, SEL_FREE + 16, "", "an LDT that isn't present, RPL 3"),
         ROW("tss_rpl", type, SYSTEM_TSS_AVAILABLE, RPL3, VEC_GP, SEL_FREE + 16, "", "a TSS, RPL 3"),
         ROW("noncanonical_base_rpl", high_half, NONCANONICAL_57 >> 32, RPL3, VEC_GP, SEL_FREE + 16, "", "the base is non-canonical, RPL 3"),
         ROW("beyond_gdt", number, (GDT_LIMIT + 1) | 3, 0, VEC_GP, GDT_LIMIT + 1, "lldt-oob", "a selector beyond the GDT's limit"),
         ROW("half_beyond", half_beyond, 0, 0, VEC_GP, SEL_FREE + 16, "lldt-oob", "the descriptor's second half is beyond the GDT's limit"),
         ROW("data", number, SEL_KERNEL_DATA, 0, VEC_GP, SEL_KERNEL_DATA, "lldt-data", "a data segment"),
         ROW("tss", number, SEL_TSS, 0, VEC_GP, SEL_TSS, "", "the TSS"),
         ROW("call_gate", type, SYSTEM_CALL_GATE, 0, VEC_GP, SEL_FREE + 16, "", "a call gate"),
         ROW("not_present", type, SYSTEM_LDT, 1, VEC_NP, SEL_FREE + 16, "lldt-np", "an LDT that isn't present"),
         ROW("not_present_tss", type, SYSTEM_TSS_AVAILABLE, 1, VEC_GP, SEL_FREE + 16, "", "a TSS that isn't present"),
         ROW("noncanonical_base", high_half, NONCANONICAL_57 >> 32, 0, VEC_GP, SEL_FREE + 16, "lldt-noncanon-base", "the base is non-canonical"),
         {VARIANT, .name = "kept", .about = "LLDT of a data segment; the handler skips it, and the LDT of before still serves", SPEC,
          .vector = VEC_GP, .error = SEL_KERNEL_DATA, .saved_rip = AT_FAULT, .run = kept, .resumes = 1});
