/*
 * A return to an outer level makes DS, ES, FS and GS null where they hold data or non-conforming code that the new CPL may not use; what is null
 * already becomes 0. A return to the same level leaves them.
 */
#include <case32.h>

static uint32_t segment(const char *name, uint8_t type, uint8_t dpl)
{
    return add_descriptor(name, encode_descriptor((struct descriptor){.type = type, .dpl = dpl, .limit = 0xfffff, .d = true, .g = true}));
}

enum form { IRETD, RETF, IRET16, RETF16 };
#define THERE "\n" MARK(target) "int3\n" MARK(reached)
#define O16 ".byte 0x66\n"

/* arg: the new CPL; the form. The words are pushed by the program itself. With 16 bits CS begins at 1 MiB, as code_1mib. */
static void back(enum form form)
{
    static const uint16_t code[] = {SEL_KERNEL_CODE, SEL_RING1_CODE, SEL_RING2_CODE, SEL_USER_CODE};
    static const uint16_t data[] = {SEL_KERNEL_DATA, SEL_RING1_DATA, SEL_RING2_DATA, SEL_USER_DATA};
    const struct program programs[] = {
        [IRETD] = ASSEMBLE("push edx\npush edi\npushfd\npush ecx\npush ebx\n" MARK(fault) "iretd" THERE),
        [RETF] = ASSEMBLE("push edx\npush edi\npush ecx\npush ebx\n" MARK(fault) "retf" THERE),
        [IRET16] = ASSEMBLE("push dx\npush di\n" O16 "pushfd\npush cx\npush bx\n" MARK(fault) O16 "iretd" THERE),
        [RETF16] = ASSEMBLE("push dx\npush di\npush cx\npush bx\n" MARK(fault) O16 "retf" THERE),
    };
    struct descriptor d = {.base = 0x100000, .limit = 0xffff, .d = true, .type = CODE_READABLE, .dpl = ARG0 & 3};

    set_gate(VEC_BP, .dpl = 3);
    start.ecx = code[ARG0];
    if (form == IRET16 || form == RETF16)
        start.ecx = add_descriptor("code", encode_descriptor(d)) | d.dpl;
    start.edx = data[ARG0];
    start.edi = 0x1230;
    start.ebx = label_of(programs[form], "target");
    user_may_run_program();
    run_program(programs[form]);
}

static void data(void)
{
    start.ds = segment("data0", DATA_WRITABLE, 0);
    start.es = segment("data1", DATA_READ_ONLY, 1);
    start.fs = segment("data2", DATA_EXPAND_DOWN, 2);
    start.gs = segment("data3", DATA_WRITABLE, 3);
    back((enum form)ARG1);
}

static void code(void)
{
    start.ds = segment("code0", CODE_READABLE, 0);
    start.es = segment("code3", CODE_READABLE, 3);
    start.fs = segment("conforming0", CODE_CONFORMING, 0);
    start.gs = segment("conforming2", CODE_CONFORMING, 2);
    back((enum form)ARG1);
}

static void null(void)
{
    start.ds = 0;
    start.es = 1;
    start.fs = 2;
    start.gs = 3;
    back((enum form)ARG1);
}

#define ROW(name_, run_, cpl_, form_, about_)                                                                                                  \
    {                                                                                                                                          \
        VARIANT, .name = name_, .about = about_, .spec = "SDM 2A \"IRET/IRETD/IRETQ-Interrupt Return\", SDM 2B \"RET-Return from Procedure\"", \
                 .vector = VEC_BP, .error = NO_ERROR, .saved_rip = "reached", .run = run_, .arg = {                                            \
                     cpl_,                                                                                                                     \
                     form_                                                                                                                     \
                 }                                                                                                                             \
    }
#define EACH(name, run, cpl, about)                                                                          \
    ROW("iret_" name, run, cpl, IRETD, "IRETD " about), ROW("retf_" name, run, cpl, RETF, "far RET " about), \
        ROW("iret16_" name, run, cpl, IRET16, "IRET with a 16-bit operand size " about),                     \
        ROW("retf16_" name, run, cpl, RETF16, "far RET with a 16-bit operand size " about)
VARIANTS(EACH("data_ring1", data, 1, "to CPL 1: data of each DPL"), EACH("data_ring2", data, 2, "to CPL 2: data of each DPL"),
         EACH("data_user", data, 3, "to CPL 3: data of each DPL"), EACH("code_user", code, 3, "to CPL 3: code and conforming code"),
         EACH("code_ring1", code, 1, "to CPL 1: code and conforming code"), EACH("null_user", null, 3, "to CPL 3: null selectors"));
