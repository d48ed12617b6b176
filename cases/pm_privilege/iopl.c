/*
 * CLI and STI where CPL is above IOPL are #GP(0), else they do what they do. POPF raises nothing: it leaves IF where CPL is above IOPL, and IOPL
 * where CPL isn't 0, as it leaves VM and RF. INT3 behind it shows the flags.
 */
#include <case32.h>

/* arg: the flags before, POPF's image << 32; the CPL. */
static void set_up(void)
{
    in_ring(ARG1);
    set_gate(VEC_BP, .dpl = 3);
    start.eflags = EFLAGS_FIXED | (uint32_t)ARG0;
    start.ecx = (uint32_t)(ARG0 >> 32);
}

#define FORM(name, text)                                                  \
    static void name(void)                                                \
    {                                                                     \
        set_up();                                                         \
        PROGRAM(MARK(fault) text "\n" MARK(after) "int3\n" MARK(behind)); \
    }
FORM(cli, "cli")
FORM(sti, "sti")

static void popf(void)
{
    set_up();
    PROGRAM("push ecx\n" MARK(fault) "popfd\n" MARK(after) "int3\n" MARK(behind));
}

static void popf16(void)
{
    set_up();
    PROGRAM("push cx\n" MARK(fault) "popfw\n" MARK(after) "int3\n" MARK(behind));
}

#define GP(name_, run_, iopl_, cpl_, about_)                                                                                                         \
    {                                                                                                                                                \
        VARIANT, .name = name_, .about = about_, .spec = "SDM 2A \"CLI-Clear Interrupt Flag\", SDM 2B \"STI-Set Interrupt Flag\"", .vector = VEC_GP, \
                 .error = 0, .saved_rip = AT_FAULT, .run = run_, .arg = {                                                                            \
                     EFLAGS_IOPL(iopl_),                                                                                                             \
                     cpl_                                                                                                                            \
                 }                                                                                                                                   \
    }
#define BP(name_, run_, before, image, cpl_, needs_, spec_, about_)                                                                          \
    {                                                                                                                                        \
        VARIANT, .name = name_, .about = about_, .spec = spec_, .vector = VEC_BP, .error = NO_ERROR, .saved_rip = "behind", .needs = needs_, \
                 .run = run_, .arg = {                                                                                                       \
                     (before) | (uint64_t)(image) << 32,                                                                                     \
                     cpl_                                                                                                                    \
                 }                                                                                                                           \
    }
#define CLI "SDM 2A \"CLI-Clear Interrupt Flag\""
#define STI "SDM 2B \"STI-Set Interrupt Flag\""
#define POPF "SDM 2B \"POPF/POPFD/POPFQ-Pop Stack Into EFLAGS Register\""
VARIANTS(GP("cli_cpl1_iopl0", cli, 0, 1, "CPL 1, IOPL 0: CLI"), GP("sti_cpl1_iopl0", sti, 0, 1, "CPL 1, IOPL 0: STI"),
         GP("cli_cpl2_iopl1", cli, 1, 2, "CPL 2, IOPL 1: CLI"), GP("sti_cpl2_iopl1", sti, 1, 2, "CPL 2, IOPL 1: STI"),
         GP("cli_cpl3_iopl0", cli, 0, 3, "CPL 3, IOPL 0: CLI"), GP("sti_cpl3_iopl0", sti, 0, 3, "CPL 3, IOPL 0: STI"),
         GP("cli_cpl3_iopl2", cli, 2, 3, "CPL 3, IOPL 2: CLI"), GP("sti_cpl3_iopl2", sti, 2, 3, "CPL 3, IOPL 2: STI"),
         BP("cli_cpl0_iopl0", cli, 0x200, 0x0, 0, "", CLI, "CPL 0, IOPL 0: CLI"),
         BP("sti_cpl0_iopl0", sti, 0x0, 0x0, 0, "", STI, "CPL 0, IOPL 0: STI"),
         BP("cli_cpl1_iopl1", cli, 0x1200, 0x0, 1, "", CLI, "CPL 1, IOPL 1: CLI"),
         BP("sti_cpl1_iopl1", sti, 0x1000, 0x0, 1, "", STI, "CPL 1, IOPL 1: STI"),
         BP("cli_cpl2_iopl2", cli, 0x2200, 0x0, 2, "", CLI, "CPL 2, IOPL 2: CLI"),
         BP("sti_cpl2_iopl2", sti, 0x2000, 0x0, 2, "", STI, "CPL 2, IOPL 2: STI"),
         BP("cli_cpl3_iopl3", cli, 0x3200, 0x0, 3, "", CLI, "CPL 3, IOPL 3: CLI"),
         BP("sti_cpl3_iopl3", sti, 0x3000, 0x0, 3, "", STI, "CPL 3, IOPL 3: STI"),
         BP("cli_cpl1_iopl3", cli, 0x3200, 0x0, 1, "", CLI, "CPL 1, IOPL 3: CLI"),
         BP("sti_cpl1_iopl3", sti, 0x3000, 0x0, 1, "", STI, "CPL 1, IOPL 3: STI"),
         BP("popf_cpl0", popf, 0x0, 0x7200, 0, "", POPF, "CPL 0: POPFD sets IF, IOPL and NT"),
         BP("popf_cpl0_rf_vm", popf, 0x0, 0x30000, 0, "", POPF, "CPL 0: POPFD with RF and VM set"),
         BP("popf_cpl0_ac", popf, 0x0, 0x40000, 0, "i486", POPF, "CPL 0: POPFD with AC set"),
         BP("popf_cpl0_id", popf, 0x0, 0x200000, 0, "cpuid", POPF, "CPL 0: POPFD with ID set"),
         BP("popf_cpl0_reserved", popf, 0x0, 0xffc08028, 0, "", POPF, "CPL 0: POPFD with reserved bits set"),
         BP("popf_cpl1_iopl0", popf, 0x200, 0x3000, 1, "", POPF, "CPL 1, IOPL 0: POPFD with IF clear and IOPL 3: both are kept"),
         BP("popf_cpl1_iopl1", popf, 0x1200, 0x3000, 1, "", POPF, "CPL 1, IOPL 1: POPFD with IF clear and IOPL 3: IOPL is kept"),
         BP("popf_cpl3_iopl0", popf, 0x0, 0x3200, 3, "", POPF, "CPL 3, IOPL 0: POPFD with IF and IOPL 3: both are kept"),
         BP("popf_cpl3_iopl3", popf, 0x3200, 0x0, 3, "", POPF, "CPL 3, IOPL 3: POPFD with IF clear and IOPL 0: IOPL is kept"),
         BP("popf_cpl3_iopl2", popf, 0x2200, 0x0, 3, "", POPF, "CPL 3, IOPL 2: POPFD with IF clear: kept"),
         BP("popf_cpl3_vm", popf, 0x0, 0x20000, 3, "", POPF, "CPL 3: POPFD with VM set"),
         BP("popf16_cpl0", popf16, 0x40000, 0x6200, 0, "i486", POPF, "CPL 0: POPF of 16 bits: AC is kept"),
         BP("popf16_cpl3_iopl0", popf16, 0x200, 0x3000, 3, "", POPF, "CPL 3, IOPL 0: POPF of 16 bits with IF clear and IOPL 3: both are kept"));
