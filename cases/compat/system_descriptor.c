/*
 * System descriptors have 16 bytes in compatibility mode, too: LLDT and LTR at CPL 0 there look at both halves, and load a base of 64 bits. The
 * value is the register at the end.
 */
#include <case.h>

#define LOW 0x87654000u
#define HIGH 0x8000000000u
#define LIMIT 0x67u
#define UPPER_TYPE (1ull << 40)

static void look(void)
{
    uint16_t ldtr, tr;

    __asm__ volatile("sldt %0\n\tstr %1" : "=r"(ldtr), "=r"(tr));
    note("ldtr", ldtr);
    note("tr", tr);
}

/* ARG0: the type; ARG1: the upper half. */
static uint16_t set_up(void)
{
    struct descriptor d = {.type = (uint8_t)ARG0, .base = (uint32_t)(uintptr_t)&tss, .limit = LIMIT};
    uint16_t selector = add_system_descriptor("target", encode_descriptor(d), ARG1);

    in_compat_kernel();
    start.rcx = selector;
    at_end(look);
    return selector;
}

/* The limit ends behind the first half. */
static void half(void)
{
    lgdt((uintptr_t)gdt, set_up() + 7u);
}

static void lldt_half(void)
{
    half();
    FAULT32("lldt cx");
}

static void ltr_half(void)
{
    half();
    FAULT32("ltr cx");
}

static void lldt_upper(void)
{
    set_up();
    FAULT32("lldt cx");
}

static void ltr_upper(void)
{
    set_up();
    FAULT32("ltr cx");
}

/* A segment of a table at ARG0. */
static void lldt_used(void)
{
    uintptr_t page = map_page_at("ldt", ARG0, PAGE_PRESENT | PAGE_WRITE);
    struct descriptor d = {.type = SYSTEM_LDT, .base = (uint32_t)page, .limit = LIMIT};

    ((uint64_t *)page)[1] = encode_descriptor((struct descriptor){.type = DATA_WRITABLE, .limit = 0x54321, .d = true});
    in_compat_kernel();
    start.rcx = add_system_descriptor("target", encode_descriptor(d), page >> 32);
    start.rdx = 8 | SELECTOR_TI;
    at_end(look);
    FAULT32("lldt cx\nlsl eax, edx\nmov fs, edx");
}

/* IST1 comes from a TSS at ARG0. */
static void ltr_used(void)
{
    uintptr_t page = map_page_at("tss", ARG0, PAGE_PRESENT | PAGE_WRITE);
    struct descriptor d = {.type = SYSTEM_TSS_AVAILABLE, .base = (uint32_t)page, .limit = LIMIT};

    *(struct tss *)page = tss;
    set_gate(0x40, .ist = 1);
    in_compat_kernel();
    start.rcx = add_system_descriptor("target", encode_descriptor(d), page >> 32);
    at_end(look);
    PROGRAM32("ltr cx\n" MARK(fault) "int 0x40\n" MARK(after));
}

#define SPEC_LLDT .spec = "SDM 2A \"LLDT-Load Local Descriptor Table Register\""
#define SPEC_LTR .spec = "SDM 2A \"LTR-Load Task Register\""
#define ROW(insn, SPEC, type, what, name_, arg1, about_)                                                                                       \
    {                                                                                                                                          \
        VARIANT, .env = COMPAT32, .name = #insn "_" name_, .about = "compatibility mode at CPL 0: " #insn ", " about_, SPEC, .vector = VEC_GP, \
                 .error = SEL_FREE, .saved_rip = AT_FAULT, .run = insn##_##what, .arg = {                                                      \
                     type,                                                                                                                     \
                     arg1                                                                                                                      \
                 }                                                                                                                             \
    }
#define BOTH(what, name, arg1, about) \
    ROW(lldt, SPEC_LLDT, SYSTEM_LDT, what, name, arg1, about), ROW(ltr, SPEC_LTR, SYSTEM_TSS_AVAILABLE, what, name, arg1, about)

#define LDT_USED(name_, where, about_)                                                                                                  \
    {                                                                                                                                   \
        VARIANT, .env = COMPAT32, .name = "lldt_" name_,                                                                                \
                 .about = "compatibility mode at CPL 0: LLDT of an LDT " about_ ", LSL and MOV FS of its second descriptor", SPEC_LLDT, \
                 .vector = NO_EXCEPTION, .run = lldt_used, .arg = {                                                                     \
                     where                                                                                                              \
                 }                                                                                                                      \
    }
#define TSS_USED(name_, where, about_)                                                                                                              \
    {                                                                                                                                               \
        VARIANT, .env = COMPAT32, .name = "ltr_" name_, .about = "compatibility mode at CPL 0: LTR of a TSS " about_ ", whose IST1 INT 0x40 takes", \
                 SPEC_LTR, .vector = 0x40, .error = NO_ERROR, .saved_rip = AFTER, .run = ltr_used, .arg = {                                         \
                     where                                                                                                                          \
                 }                                                                                                                                  \
    }

VARIANTS(BOTH(half, "half_beyond", 0, "the descriptor's second half lies behind the GDT's limit"),
         BOTH(upper, "upper_type", UPPER_TYPE, "the second half has a type of its own"),
         BOTH(upper, "noncanonical_base", NONCANONICAL_57 >> 32, "the base is non-canonical"), LDT_USED("low", LOW, "below 4 GiB"),
         LDT_USED("high", HIGH, "above 4 GiB"), TSS_USED("low", LOW, "below 4 GiB"), TSS_USED("high", HIGH, "above 4 GiB"));
