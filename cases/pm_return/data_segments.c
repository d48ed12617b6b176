/*
 * A return to an outer level makes DS, ES, FS and GS null where they hold data or non-conforming code that the new CPL may not use; what is null
 * already becomes 0. A return to the same level leaves them.
 */
#include <case32.h>

static uint32_t segment(const char *name, uint8_t type, uint8_t dpl)
{
    return add_descriptor(name, encode_descriptor((struct descriptor){.type = type, .dpl = dpl, .limit = 0xfffff, .d = true, .g = true}));
}

/* arg: the new CPL. The words are pushed by the program itself. */
static void back(bool far_return)
{
    static const uint16_t code[] = {SEL_KERNEL_CODE, SEL_RING1_CODE, SEL_RING2_CODE, SEL_USER_CODE};
    static const uint16_t data[] = {SEL_KERNEL_DATA, SEL_RING1_DATA, SEL_RING2_DATA, SEL_USER_DATA};
    struct program retf = ASSEMBLE("push edx\npush edi\npush ecx\npush ebx\n" MARK(fault) "retf\n" MARK(target) "int3\n" MARK(reached));
    struct program iret = ASSEMBLE("push edx\npush edi\npushfd\npush ecx\npush ebx\n" MARK(fault) "iretd\n" MARK(target) "int3\n" MARK(reached));
    struct program p = far_return ? retf : iret;

    set_gate(VEC_BP, .dpl = 3);
    start.ecx = code[ARG0];
    start.edx = data[ARG0];
    start.edi = 0x1230;
    start.ebx = label_of(p, "target");
    user_may_run_program();
    run_program(p);
}

static void data(void)
{
    start.ds = segment("data0", DATA_WRITABLE, 0);
    start.es = segment("data1", DATA_READ_ONLY, 1);
    start.fs = segment("data2", DATA_EXPAND_DOWN, 2);
    start.gs = segment("data3", DATA_WRITABLE, 3);
    back(ARG1);
}

static void code(void)
{
    start.ds = segment("code0", CODE_READABLE, 0);
    start.es = segment("code3", CODE_READABLE, 3);
    start.fs = segment("conforming0", CODE_CONFORMING, 0);
    start.gs = segment("conforming2", CODE_CONFORMING, 2);
    back(ARG1);
}

static void null(void)
{
    start.ds = 0;
    start.es = 1;
    start.fs = 2;
    start.gs = 3;
    back(ARG1);
}

#define ROW(name_, run_, cpl_, far_return_, about_)                                                                                            \
    {                                                                                                                                          \
        VARIANT, .name = name_, .about = about_, .spec = "SDM 2A \"IRET/IRETD/IRETQ-Interrupt Return\", SDM 2B \"RET-Return from Procedure\"", \
                 .vector = VEC_BP, .error = NO_ERROR, .saved_rip = "reached", .run = run_, .arg = {                                            \
                     cpl_,                                                                                                                     \
                     far_return_                                                                                                               \
                 }                                                                                                                             \
    }
#define IRET(name_, run_, cpl_, about_) ROW("iret_" name_, run_, cpl_, false, "IRETD " about_)
#define RETF(name_, run_, cpl_, about_) ROW("retf_" name_, run_, cpl_, true, "far RET " about_)
VARIANTS(IRET("data_ring1", data, 1, "to CPL 1: data of each DPL"), IRET("data_ring2", data, 2, "to CPL 2: data of each DPL"),
         IRET("data_user", data, 3, "to CPL 3: data of each DPL"), IRET("code_user", code, 3, "to CPL 3: code and conforming code"),
         IRET("code_ring1", code, 1, "to CPL 1: code and conforming code"), IRET("null_user", null, 3, "to CPL 3: null selectors"),
         RETF("data_ring1", data, 1, "to CPL 1: data of each DPL"), RETF("data_user", data, 3, "to CPL 3: data of each DPL"),
         RETF("code_user", code, 3, "to CPL 3: code and conforming code"), RETF("null_user", null, 3, "to CPL 3: null selectors"));
