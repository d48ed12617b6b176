/*
 * A return to an outer level makes a data segment register NULL where it holds data or non-conforming code whose DPL is below the new CPL. What it
 * does to a NULL selector's RPL, and to the base of FS or GS, isn't the case's matter.
 */
#include <case.h>

#define ALL 0xfu /* DS, ES, FS, GS, from bit 0 */

/* The selector goes into the registers of ARG0. */
static void with(uint16_t selector)
{
    struct program p = ASSEMBLE(MARK(fault) ".byte 0x48, 0xcb\n" MARK(after)); /* RETF of 8-byte words */
    uint64_t *words = (uint64_t *)(start.rsp -= 32);

    user_may_run_program();
    start.ds = ARG0 & 1 ? selector : start.ds;
    start.es = ARG0 & 2 ? selector : start.es;
    start.fs = ARG0 & 4 ? selector : start.fs;
    start.gs = ARG0 & 8 ? selector : start.gs;
    words[0] = label_of(p, "after");
    words[1] = SEL_USER_CODE64;
    words[2] = stack_top(STACK_USER);
    words[3] = SEL_USER_DATA;
    run_program(p);
}

static void data(void)
{
    with(SEL_KERNEL_DATA);
}

static void code(void)
{
    with(SEL_KERNEL_CODE64);
}

static void conforming(void)
{
    with(add_descriptor("conforming", encode_descriptor((struct descriptor){.type = CODE_CONFORMING, .l = true})));
}

static void data_dpl2(void)
{
    with(add_descriptor("data2", encode_descriptor((struct descriptor){.type = DATA_WRITABLE, .dpl = 2})) | 2);
}

#define ROW(name_, run_, registers, ids, about_)                                                                          \
    {                                                                                                                     \
        VARIANT, .name = name_, .about = "far RET to CPL 3 with " about_, .id = ids, .vector = NO_EXCEPTION, .run = run_, \
                 .spec = "SDM 2B \"RET-Return From Procedure\"", .arg = {                                                 \
                     registers                                                                                            \
                 }                                                                                                        \
    }

VARIANTS(ROW("ds_fs", data, 5, "", "DPL-0 data in DS and FS, DPL-3 data in ES and GS"),
         ROW("es_gs", data, 10, "", "DPL-0 data in ES and GS, DPL-3 data in DS and FS"),
         ROW("code", code, ALL, "", "DPL-0 code in DS, ES, FS and GS"), ROW("dpl2", data_dpl2, ALL, "", "DPL-2 data in DS, ES, FS and GS"),
         ROW("conforming", conforming, ALL, "", "DPL-0 conforming code in DS, ES, FS and GS"));
