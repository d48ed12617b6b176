/*
 * The segment that a gate names: not NULL, within its table, 64-bit code, DPL not above CPL, present. The error code is the
 * selector without its RPL, with EXT unless INT n, INT3 or INTO asked for the gate; for a NULL selector it is EXT alone.
 */
#include <case.h>

#define SPEC "SDM 2A \"INT n/INTO/INT3/INT1-Call to Interrupt Procedure\""
#define BEYOND ((GDT_LIMIT + 1) | 3) /* RPL isn't part of the error code */

enum special { NOT_PRESENT, LONG_AND_DEFAULT, NOT_PRESENT_32, CONFORMING_3, EXECUTE_ONLY, LONG_DATA, CODE_16, LONG_SYSTEM };
#define FREE(special) (SEL_FREE + 8 * (special))

static void add_specials(void)
{
    lldt(0); /* after a reset LDTR holds a table at address 0 */
    add_descriptor("np_code", encode_descriptor((struct descriptor){.type = CODE_READABLE, .l = true, .not_present = true}));
    add_descriptor("l_and_d", encode_descriptor((struct descriptor){.type = CODE_READABLE, .l = true, .d = true}));
    add_descriptor("np_code32", encode_descriptor((struct descriptor){.type = CODE_READABLE, .d = true, .not_present = true}));
    add_descriptor("conforming3", encode_descriptor((struct descriptor){.type = CODE_CONFORMING, .l = true, .dpl = 3}));
    add_descriptor("execute_only", encode_descriptor((struct descriptor){.type = CODE_EXECUTE_ONLY, .l = true}));
    add_descriptor("long_data", encode_descriptor((struct descriptor){.type = DATA_WRITABLE, .l = true}));
    add_descriptor("code16", encode_descriptor((struct descriptor){.type = CODE_READABLE}));
    add_descriptor("long_system", encode_descriptor((struct descriptor){.type = SYSTEM_TSS_BUSY, .l = true}));
}

static void int_n(void)
{
    add_specials();
    set_gate(0x40);
    gate_of(0x40)->selector = (uint16_t)ARG0;
    FAULT("int 0x40");
}

static void ud2(void)
{
    add_specials();
    gate_of(VEC_UD)->selector = (uint16_t)ARG0;
    FAULT("ud2");
}

static void user(void)
{
    add_specials();
    set_gate(0x40, .dpl = 3);
    gate_of(0x40)->selector = (uint16_t)ARG0;
    in_user_mode();
    FAULT("int 0x40");
}

/* The LDT's second entry is 64-bit code, its last one. */
static void int_n_ldt(void)
{
    static uint64_t ldt[2];

    add_specials();
    ldt[1] = gdt[SEL_KERNEL_CODE64 / 8];
    lldt(add_system_descriptor(
        "ldt", encode_descriptor((struct descriptor){.type = SYSTEM_LDT, .base = (uint32_t)(uintptr_t)ldt, .limit = sizeof(ldt) - 1}), 0));
    gate_of(0x40)->selector = (uint16_t)ARG0;
    FAULT("int 0x40");
}

#define ROW(name_, about_, id_, selector_, vector_, error_, run_)                                                                                 \
    {                                                                                                                                             \
        VARIANT, .name = name_, .about = about_, .spec = SPEC, .id = id_, .vector = vector_, .error = error_, .saved_rip = AT_FAULT, .run = run_, \
                 .arg = {                                                                                                                         \
                     selector_                                                                                                                    \
                 }                                                                                                                                \
    }
#define OK(name_, what, selector_, run_)                                                                                                    \
    {                                                                                                                                       \
        VARIANT, .name = name_, .about = "INT 0x40 at CPL 0, gate to " what ": delivered", .spec = SPEC, .vector = 0x40, .error = NO_ERROR, \
                 .saved_rip = AFTER, .run = run_, .arg = {                                                                                  \
                     selector_                                                                                                              \
                 }                                                                                                                          \
    }
#define INT_N(name, what, id, selector, vector, error) ROW(name, "INT 0x40 at CPL 0, gate to " what, id, selector, vector, error, int_n)
#define UD(name, what, id, selector, vector, error) ROW(name "_ud", "UD2 at CPL 0, gate to " what, id, selector, vector, (error) | ERROR_EXT, ud2)

VARIANTS(INT_N("null", "selector 0", "idt-cs-null", 0, VEC_GP, 0), UD("null", "selector 0", "idt-cs-null-ud", 0, VEC_GP, 0),
         INT_N("null_rpl3", "selector 3, NULL too", "idt-cs-null-rpl3", 3, VEC_GP, 0),
         INT_N("beyond", "a selector behind the GDT", "idt-cs-oob", BEYOND, VEC_GP, SELECTOR_ERROR(BEYOND)),
         UD("beyond", "a selector behind the GDT", "idt-cs-oob-ud", BEYOND, VEC_GP, SELECTOR_ERROR(BEYOND)),
         INT_N("ldt", "a selector in the LDT, LDTR is NULL", "idt-cs-ldt", SEL_KERNEL_CODE64 | SELECTOR_TI, VEC_GP, SEL_KERNEL_CODE64 | SELECTOR_TI),
         INT_N("data", "a data segment", "idt-cs-data", SEL_KERNEL_DATA, VEC_GP, SEL_KERNEL_DATA),
         INT_N("data_long", "a data segment with the bit set that is L of code", NULL, FREE(LONG_DATA), VEC_GP, FREE(LONG_DATA)),
         INT_N("system", "the TSS", "idt-cs-system", SEL_TSS, VEC_GP, SEL_TSS),
         INT_N("system_long", "a TSS with the bit set that is L of code", NULL, FREE(LONG_SYSTEM), VEC_GP, FREE(LONG_SYSTEM)),
         INT_N("dpl3", "64-bit code of DPL 3", "idt-cs-dpl3", SEL_USER_CODE64, VEC_GP, SELECTOR_ERROR(SEL_USER_CODE64)),
         INT_N("np", "64-bit code not present", "idt-cs-np", FREE(NOT_PRESENT), VEC_NP, FREE(NOT_PRESENT)),
         UD("np", "64-bit code not present", "idt-cs-np-ud", FREE(NOT_PRESENT), VEC_NP, FREE(NOT_PRESENT)),
         ROW("np_user", "INT 0x40 at CPL 3, gate to 64-bit code not present", NULL, FREE(NOT_PRESENT), VEC_NP, FREE(NOT_PRESENT), user),
         INT_N("compat", "32-bit code, L=0", "idt-cs-compat", SEL_KERNEL_CODE32, VEC_GP, SEL_KERNEL_CODE32),
         INT_N("code16", "16-bit code, L=0", NULL, FREE(CODE_16), VEC_GP, FREE(CODE_16)),
         INT_N("l_and_d", "code with L=1 and D=1", "idt-cs-ld", FREE(LONG_AND_DEFAULT), VEC_GP, FREE(LONG_AND_DEFAULT)),
         INT_N("compat_np", "32-bit code not present", "idt-cs-compat-np-order", FREE(NOT_PRESENT_32), VEC_GP, FREE(NOT_PRESENT_32)),
         INT_N("np_rpl", "64-bit code not present, RPL 3", NULL, FREE(NOT_PRESENT) | 3, VEC_NP, FREE(NOT_PRESENT)),
         UD("np_rpl", "64-bit code not present, RPL 3", NULL, FREE(NOT_PRESENT) | 3, VEC_NP, FREE(NOT_PRESENT)),
         INT_N("compat_rpl", "32-bit code, L=0, RPL 3", NULL, SEL_KERNEL_CODE32 | 3, VEC_GP, SEL_KERNEL_CODE32),
         INT_N("data_rpl", "a data segment, RPL 3", NULL, SEL_KERNEL_DATA | 3, VEC_GP, SEL_KERNEL_DATA),
         INT_N("conforming_dpl3", "conforming 64-bit code of DPL 3", NULL, FREE(CONFORMING_3), VEC_GP, FREE(CONFORMING_3)),
         ROW("beyond_ldt", "INT 0x40 at CPL 0, gate to a selector behind the LDT", NULL, 16 | SELECTOR_TI, VEC_GP, 16 | SELECTOR_TI, int_n_ldt),
         OK("in_ldt", "64-bit code in the LDT", 8 | SELECTOR_TI, int_n_ldt), OK("rpl", "64-bit code, RPL 3", SEL_KERNEL_CODE64 | 3, int_n),
         OK("execute_only", "execute-only 64-bit code", FREE(EXECUTE_ONLY), int_n));
