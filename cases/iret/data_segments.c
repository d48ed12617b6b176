/*
 * A return to an outer level, by IRETQ or by far RET, makes a data segment register NULL where it holds data or non-conforming code whose DPL is
 * below the new CPL. What it does to a NULL selector's RPL, and to the base of FS or GS, isn't the case's matter.
 */
#include <case.h>

#define ALL 0xfu /* DS, ES, FS, GS, from bit 0 */

enum { IRETQ, RETF };

/* The selector goes into the registers of ARG0. */
static void with(uint16_t selector)
{
    struct program iretq = ASSEMBLE(MARK(fault) "iretq\n" MARK(after));
    struct program retf = ASSEMBLE(MARK(fault) ".byte 0x48, 0xcb\n" MARK(after)); /* of 8-byte words */
    struct program p = ARG1 == IRETQ ? iretq : retf;
    struct interrupt_frame image = {label_of(p, "after"), SEL_USER_CODE64, start.rflags, stack_top(STACK_USER), SEL_USER_DATA};

    user_may_run_program();
    start.ds = ARG0 & 1 ? selector : start.ds;
    start.es = ARG0 & 2 ? selector : start.es;
    start.fs = ARG0 & 4 ? selector : start.fs;
    start.gs = ARG0 & 8 ? selector : start.gs;
    if (ARG1 == IRETQ) {
        push_image(image);
    } else {
        uint64_t *words = (uint64_t *)(start.rsp -= 32);

        words[0] = image.rip;
        words[1] = image.cs;
        words[2] = image.rsp;
        words[3] = image.ss;
    }
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

#define ROW(name_, instruction, spec_, run_, registers, ids, about_)                                                                              \
    {                                                                                                                                             \
        VARIANT, .name = name_, .about = about_, .spec = spec_, .id = ids, .vector = NO_EXCEPTION, .run = run_, .arg = { registers, instruction } \
    }
#define BOTH(name, run, registers, ids, about)                                                                           \
    ROW(name, IRETQ, "SDM 2A \"IRET/IRETD/IRETQ-Interrupt Return\"", run, registers, ids, "IRETQ to CPL 3 with " about), \
        ROW("retf_" name, RETF, "SDM 2B \"RET-Return From Procedure\"", run, registers, "", "far RET to CPL 3 with " about)

VARIANTS(BOTH("ds_fs", data, 5, "iret-segregs-nulled", "DPL-0 data in DS and FS, DPL-3 data in ES and GS"),
         BOTH("es_gs", data, 10, "", "DPL-0 data in ES and GS, DPL-3 data in DS and FS"),
         BOTH("code", code, ALL, "", "DPL-0 code in DS, ES, FS and GS"), BOTH("dpl2", data_dpl2, ALL, "", "DPL-2 data in DS, ES, FS and GS"),
         BOTH("conforming", conforming, ALL, "", "DPL-0 conforming code in DS, ES, FS and GS"));
