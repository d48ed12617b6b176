/*
 * What a segment register requires of the descriptor, and in which order: table limits, type and privilege raise #GP(selector) before a segment
 * that isn't present raises #NP(selector), in SS #SS(selector). Conforming code may be read at any CPL, with any RPL.
 */
#include <case.h>

static void load(const char *name, struct descriptor d, unsigned rpl)
{
    d.limit = 0xfffff;
    d.g = true;
    start.rcx = add_descriptor(name, encode_descriptor(d)) | rpl;
}

static void ss(void)
{
    start.rcx = ARG0;
    FAULT("mov ss, ecx");
}

static void ss_user(void)
{
    in_user_mode();
    ss();
}

static void ss_no_ldt(void)
{
    lldt(0);
    ss();
}

static void ds_no_ldt(void)
{
    lldt(0);
    start.rcx = ARG0;
    FAULT("mov ds, ecx");
}

static void gs_no_ldt(void)
{
    lldt(0);
    start.rcx = ARG0;
    FAULT("mov gs, ecx");
}

static void gs(void)
{
    start.rcx = ARG0;
    FAULT("mov gs, ecx");
}

static void ds_np_dpl(void)
{
    in_user_mode();
    load("np_data", (struct descriptor){.type = DATA_WRITABLE, .d = true, .not_present = true}, 3);
    FAULT("mov ds, ecx");
}

static void ds_np_system(void)
{
    load("np_system", (struct descriptor){.type = SYSTEM_LDT, .not_present = true}, 0);
    FAULT("mov ds, ecx");
}

static void ds_np_execute_only(void)
{
    load("np_code", (struct descriptor){.type = CODE_EXECUTE_ONLY, .l = true, .not_present = true}, 0);
    FAULT("mov ds, ecx");
}

static void ds_empty(void)
{
    start.rcx = add_descriptor("empty", 0);
    FAULT("mov ds, ecx");
}

static void ss_np_dpl(void)
{
    load("np_data", (struct descriptor){.type = DATA_WRITABLE, .d = true, .dpl = 3, .not_present = true}, 0);
    FAULT("mov ss, ecx");
}

static void ss_np_rpl(void)
{
    load("np_data", (struct descriptor){.type = DATA_WRITABLE, .d = true, .not_present = true}, 3);
    FAULT("mov ss, ecx");
}

static void ss_np_read_only(void)
{
    load("np_data", (struct descriptor){.type = DATA_READ_ONLY, .d = true, .not_present = true}, 0);
    FAULT("mov ss, ecx");
}

static void ds_conforming(void)
{
    in_user_mode();
    load("conforming", (struct descriptor){.type = CODE_CONFORMING, .l = true}, (unsigned)ARG0);
    FAULT("mov ds, ecx");
}

static void ds_code(void)
{
    in_user_mode();
    load("code", (struct descriptor){.type = CODE_READABLE, .l = true, .dpl = (uint8_t)ARG0}, 3);
    FAULT("mov ds, ecx");
}

static void ds_inner(void)
{
    load("data", (struct descriptor){.type = DATA_READ_ONLY, .d = true, .dpl = 3}, 0);
    FAULT("mov ds, ecx");
}

#define ROW(name_, run_, arg0, vector_, error_, id_, about_)                                                                   \
    {                                                                                                                          \
        VARIANT, .name = name_, .about = about_, .spec = "SDM 2B \"MOV-Move\"", .id = id_, .vector = vector_, .error = error_, \
                 .saved_rip = AT_FAULT, .run = run_, .arg = {                                                                  \
                     arg0                                                                                                      \
                 }                                                                                                             \
    }
#define LOADED(name_, run_, arg0, id_, about_)                                                                                                  \
    {                                                                                                                                           \
        VARIANT, .name = name_, .about = about_, .spec = "SDM 2B \"MOV-Move\"", .id = id_, .vector = NO_EXCEPTION, .run = run_, .arg = { arg0 } \
    }
/* The GDT has code and data of CPL 0 there, which would be loaded. */
#define LOCAL (SEL_KERNEL_CODE64 | SELECTOR_TI)
#define LOCAL_DATA (SEL_KERNEL_DATA | SELECTOR_TI)

VARIANTS(ROW("ss_code_user", ss_user, SEL_USER_CODE64, VEC_GP, SELECTOR_ERROR(SEL_USER_CODE64), "seg-mov-ss-code-user", "code into SS at CPL 3"),
         ROW("ss_system", ss, SEL_TSS, VEC_GP, SEL_TSS, "seg-mov-ss-system", "the TSS into SS at CPL 0"),
         ROW("ss_no_ldt", ss_no_ldt, LOCAL_DATA, VEC_GP, LOCAL_DATA, "seg-mov-ss-ldt-null", "a selector of the LDT into SS at CPL 0, LDTR null"),
         ROW("ds_no_ldt", ds_no_ldt, LOCAL, VEC_GP, LOCAL, "", "a selector of the LDT into DS at CPL 0, LDTR null"),
         ROW("ds_first_of_no_ldt", ds_no_ldt, SELECTOR_TI, VEC_GP, SELECTOR_TI, "",
             "4, the first selector of the LDT, into DS at CPL 0, LDTR null: not a null selector"),
         ROW("gs_beyond_gdt", gs, GDT_LIMIT + 1, VEC_GP, GDT_LIMIT + 1, "seg-mov-gs-oob", "selector beyond the GDT's limit into GS at CPL 0"),
         ROW("gs_last_of_all", gs_no_ldt, 0xffff, VEC_GP, 0xfffc, "",
             "selector 0xffff into GS at CPL 0, LDTR null: all of index and TI in the error code"),
         ROW("ds_empty", ds_empty, 0, VEC_GP, SEL_FREE, "", "a descriptor of zeros into DS at CPL 0"),
         ROW("ds_np_dpl", ds_np_dpl, 0, VEC_GP, SEL_FREE, "seg-mov-ds-np-before-dpl", "not-present data of DPL 0 into DS at CPL 3"),
         ROW("ds_np_system", ds_np_system, 0, VEC_GP, SEL_FREE, "seg-mov-ds-type-before-np", "a not-present LDT into DS at CPL 0"),
         ROW("ds_np_execute_only", ds_np_execute_only, 0, VEC_GP, SEL_FREE, "seg-mov-ds-type-before-np",
             "not-present execute-only code into DS at CPL 0"),
         ROW("ss_np_dpl", ss_np_dpl, 0, VEC_GP, SEL_FREE, "", "not-present data of DPL 3 into SS at CPL 0"),
         ROW("ss_np_rpl", ss_np_rpl, 0, VEC_GP, SEL_FREE, "", "not-present data with RPL 3 into SS at CPL 0"),
         ROW("ss_np_read_only", ss_np_read_only, 0, VEC_GP, SEL_FREE, "", "not-present read-only data into SS at CPL 0"),
         LOADED("ds_conforming", ds_conforming, 0, "seg-mov-ds-conforming-ok", "readable conforming code of DPL 0 into DS at CPL 3"),
         LOADED("ds_conforming_rpl3", ds_conforming, 3, "seg-mov-ds-conforming-ok", "readable conforming code of DPL 0 with RPL 3 into DS at CPL 3"),
         LOADED("ds_code_user", ds_code, 3, "", "readable code of DPL 3 into DS at CPL 3"),
         ROW("ds_code_dpl0", ds_code, 0, VEC_GP, SEL_FREE, "", "readable non-conforming code of DPL 0 into DS at CPL 3"),
         LOADED("ds_outer", ds_inner, 0, "", "read-only data of DPL 3 into DS at CPL 0"));
