/*
 * Loading a segment register checks the selector and its descriptor. The error code is the selector without its RPL: the
 * index and TI; 0 for a null selector. The register keeps its selector.
 */
#include <case.h>

static void load_ds(void)
{
    start.rcx = ARG0;
    FAULT("mov ds, ecx");
}

static void load_ss(void)
{
    start.rcx = ARG0;
    FAULT("mov ss, ecx");
}

static void load_ds_user(void)
{
    in_user_mode();
    start.rcx = ARG0;
    FAULT("mov ds, ecx");
}

static void load_ss_user(void)
{
    in_user_mode();
    start.rcx = ARG0;
    FAULT("mov ss, ecx");
}

static void execute_only(void)
{
    start.rcx =
        add_descriptor("execute_only", encode_descriptor((struct descriptor){.type = CODE_EXECUTE_ONLY, .limit = 0xfffff, .l = true, .g = true}));
    FAULT("mov ds, ecx");
}

static void read_only(void)
{
    start.rcx = add_descriptor("read_only", encode_descriptor((struct descriptor){.type = DATA_READ_ONLY, .limit = 0xfffff, .d = true, .g = true}));
    FAULT("mov ss, ecx");
}

/* An LDT of two descriptors: execute-only code, and none. */
static uint64_t ldt[2];

static void load_fs_local(void)
{
    uint16_t selector = add_system_descriptor(
        "ldt", encode_descriptor((struct descriptor){.type = SYSTEM_LDT, .base = (uint32_t)(uintptr_t)ldt, .limit = sizeof(ldt) - 1}), 0);

    ldt[0] = encode_descriptor((struct descriptor){.type = CODE_EXECUTE_ONLY, .limit = 0xfffff, .l = true, .g = true});
    lldt(selector);
    start.rcx = ARG0;
    FAULT("mov fs, ecx");
}

/* Descriptor n of the LDT. */
#define LOCAL(n) ((n)*8u | SELECTOR_TI)

#define ROW(name_, run_, selector, error_, id_, about_)                                                                                              \
    {                                                                                                                                                \
        VARIANT, .name = name_, .about = about_, .spec = "SDM 2B \"MOV-Move\"", .id = id_, .vector = VEC_GP, .error = error_, .saved_rip = AT_FAULT, \
                 .run = run_, .arg = {                                                                                                               \
                     selector                                                                                                                        \
                 }                                                                                                                                   \
    }

VARIANTS(ROW("null_ss_user", load_ss_user, 0, 0, "seg-mov-ss-null-cpl3", "null selector into SS at CPL 3"),
         ROW("beyond_gdt", load_ds, GDT_LIMIT + 1, GDT_LIMIT + 1, "seg-mov-ds-oob", "selector beyond the GDT's limit into DS at CPL 0"),
         ROW("beyond_gdt_rpl", load_ds, (GDT_LIMIT + 1) | 2, GDT_LIMIT + 1, "seg-err-rpl-stripped",
             "selector with RPL 2 beyond the GDT's limit into DS at CPL 0"),
         ROW("beyond_gdt_ss", load_ss, GDT_LIMIT + 1, GDT_LIMIT + 1, "seg-mov-ss-oob", "selector beyond the GDT's limit into SS at CPL 0"),
         ROW("beyond_ldt", load_fs_local, LOCAL(2), LOCAL(2), "seg-mov-fs-ldt-oob", "selector beyond the LDT's limit into FS at CPL 0: TI"),
         ROW("execute_only_ldt", load_fs_local, LOCAL(0), LOCAL(0), "", "execute-only code of the LDT into FS at CPL 0: TI"),
         ROW("execute_only", execute_only, 0, SEL_FREE, "seg-mov-ds-execonly", "execute-only code into DS at CPL 0"),
         ROW("system", load_ds, SEL_TSS, SEL_TSS, "seg-mov-ds-system", "the TSS into DS at CPL 0"),
         ROW("rpl", load_ds, SEL_KERNEL_DATA | 3, SEL_KERNEL_DATA, "seg-mov-ds-rpl", "data of DPL 0 with RPL 3 into DS at CPL 0"),
         ROW("dpl", load_ds_user, SEL_KERNEL_DATA, SEL_KERNEL_DATA, "seg-mov-ds-dpl", "data of DPL 0 into DS at CPL 3"),
         ROW("ss_rpl", load_ss, SEL_USER_DATA, SELECTOR_ERROR(SEL_USER_DATA), "seg-mov-ss-rpl", "data of DPL 3 with RPL 3 into SS at CPL 0"),
         ROW("ss_dpl", load_ss_user, SEL_KERNEL_DATA | 3, SEL_KERNEL_DATA, "seg-mov-ss-dpl", "data of DPL 0 with RPL 3 into SS at CPL 3"),
         ROW("ss_read_only", read_only, 0, SEL_FREE, "seg-mov-ss-readonly", "read-only data into SS at CPL 0"),
         ROW("ss_code", load_ss, SEL_KERNEL_CODE64, SEL_KERNEL_CODE64, "seg-mov-ss-code", "code into SS at CPL 0"));
