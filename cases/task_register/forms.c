/*
 * LLDT and LTR with the selector in memory, and in 32-bit code of IA-32e mode: each check once.
 */
#include <case.h>

enum { NULL_SELECTOR, BEYOND, DATA, NOT_PRESENT, NON_CANONICAL_BASE, HIGH_TYPE, HALF, LOCAL };

static uint16_t selector(uint8_t type)
{
    struct descriptor d = {.type = type, .limit = 0x67};
    uint64_t high = 0;
    uint16_t found;

    if (ARG0 == DATA)
        return SEL_KERNEL_DATA;
    if (ARG0 == NULL_SELECTOR)
        return 0;
    if (ARG0 == BEYOND)
        return GDT_LIMIT + 1;
    if (ARG0 == NOT_PRESENT)
        d.not_present = true;
    if (ARG0 == NON_CANONICAL_BASE)
        high = NONCANONICAL >> 32;
    if (ARG0 == HIGH_TYPE)
        high = 1ull << 40;
    found = add_system_descriptor("target", encode_descriptor(d), high);
    if (ARG0 == HALF)
        lgdt((uintptr_t)gdt, found + 7u);
    return ARG0 == LOCAL ? found | SELECTOR_TI : found;
}

/* The word behind the selector isn't the operand's. */
static void operand(uint8_t type)
{
    uint16_t *memory = (uint16_t *)(start.rbx = map_page("operand", PAGE_PRESENT | PAGE_WRITE));

    start.rcx = memory[0] = selector(type);
    start.rcx |= 0xa5a50000;
    memory[1] = 0xa5a5;
}

#define RUN(name, type, text64, text32)    \
    static void name(void)                 \
    {                                      \
        if (current_case->env == COMPAT32) \
            in_compat_kernel();            \
        operand(type);                     \
        if (current_case->env == COMPAT32) \
            FAULT32(text32);               \
        else                               \
            FAULT(text64);                 \
    }
RUN(lldt_memory, SYSTEM_LDT, "lldt word ptr [rbx]", "lldt word ptr [ebx]")
RUN(ltr_memory, SYSTEM_TSS_AVAILABLE, "ltr word ptr [rbx]", "ltr word ptr [ebx]")
RUN(lldt_register, SYSTEM_LDT, "lldt cx", "lldt cx")
RUN(ltr_register, SYSTEM_TSS_AVAILABLE, "ltr cx", "ltr cx")

#define ROW(env_, name_, run_, what, vector_, error_, about_)                                                                                    \
    {                                                                                                                                            \
        VARIANT, .env = env_, .name = name_, .about = about_,                                                                                    \
                 .spec = "SDM 2A \"LLDT-Load Local Descriptor Table Register\", \"LTR-Load Task Register\"", .vector = vector_, .error = error_, \
                 .saved_rip = AT_FAULT, .run = run_, .arg = {                                                                                    \
                     what                                                                                                                        \
                 }                                                                                                                               \
    }
#define EACH(env, name, run, about)                                                                 \
    ROW(env, name "_beyond", run, BEYOND, VEC_GP, GDT_LIMIT + 1, about ", beyond the GDT's limit"), \
        ROW(env, name "_data", run, DATA, VEC_GP, SEL_KERNEL_DATA, about ", a data segment"),       \
        ROW(env, name "_not_present", run, NOT_PRESENT, VEC_NP, SEL_FREE, about ", not present"),   \
        ROW(env, name "_local", run, LOCAL, VEC_GP, SEL_FREE | SELECTOR_TI, about ", of the LDT")
/* What only a descriptor of 16 bytes has: in 64-bit mode the pages of LLDT and LTR say so. */
#define LONG(name, run, about) ROW(LONG64, name "_half", run, HALF, VEC_GP, SEL_FREE, about ", its second half beyond the GDT's limit")
#define NULL_LTR(env, name, run, about) ROW(env, name "_null", run, NULL_SELECTOR, VEC_GP, 0, about ", NULL")
VARIANTS(EACH(LONG64, "lldt", lldt_memory, "LLDT of memory"), LONG("lldt", lldt_memory, "LLDT of memory"),
         ROW(LONG64, "lldt_base", lldt_memory, NON_CANONICAL_BASE, VEC_GP, SEL_FREE, "LLDT of memory, its base not canonical"),
         EACH(LONG64, "ltr", ltr_memory, "LTR of memory"), LONG("ltr", ltr_memory, "LTR of memory"),
         NULL_LTR(LONG64, "ltr", ltr_memory, "LTR of memory"),
         ROW(LONG64, "ltr_high_type", ltr_memory, HIGH_TYPE, VEC_GP, SEL_FREE, "LTR of memory, its second half has a type"),
         EACH(COMPAT32, "compat_lldt", lldt_memory, "LLDT of memory in compatibility mode"),
         EACH(COMPAT32, "compat_ltr", ltr_memory, "LTR of memory in compatibility mode"),
         NULL_LTR(COMPAT32, "compat_ltr", ltr_memory, "LTR of memory in compatibility mode"),
         EACH(COMPAT32, "compat_lldt_register", lldt_register, "LLDT in compatibility mode"),
         EACH(COMPAT32, "compat_ltr_register", ltr_register, "LTR in compatibility mode"));
