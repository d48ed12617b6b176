/*
 * A return to an outer level, by IRETQ or by far RET, makes a data segment register NULL where it holds data or non-conforming code whose DPL is
 * below the new CPL. What it does to a NULL selector's RPL, and to the base of FS or GS, isn't the case's matter.
 */
#include <case.h>

#define ALL 0xfu /* DS, ES, FS, GS, from bit 0 */

enum { IRETQ, RETF };

static void back(uint16_t cs, uint16_t ss)
{
    struct program iretq = ASSEMBLE(MARK(fault) "iretq\n" MARK(after));
    struct program retf = ASSEMBLE(MARK(fault) ".byte 0x48, 0xcb\n" MARK(after)); /* of 8-byte words */
    struct program p = ARG1 == IRETQ ? iretq : retf;
    struct interrupt_frame image = {label_of(p, "after"), cs, start.rflags, stack_top(STACK_USER), ss};

    user_may_run_program();
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

/* To CPL 3; the selector goes into the registers of ARG0. */
static void with(uint16_t selector)
{
    start.ds = ARG0 & 1 ? selector : start.ds;
    start.es = ARG0 & 2 ? selector : start.es;
    start.fs = ARG0 & 4 ? selector : start.fs;
    start.gs = ARG0 & 8 ? selector : start.gs;
    back(SEL_USER_CODE64, SEL_USER_DATA);
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

static uint16_t segment(const char *name, uint8_t type, unsigned dpl, bool is_64_bit)
{
    return add_descriptor(name, encode_descriptor((struct descriptor){.type = type, .l = is_64_bit, .dpl = (uint8_t)dpl}));
}

/* To the ring of ARG0, a segment of each DPL. */
static void to_ring(void)
{
    unsigned ring = (unsigned)ARG0;

    back(segment("code", CODE_READABLE, ring, true) | (uint16_t)ring, segment("stack", DATA_WRITABLE, ring, false) | (uint16_t)ring);
}

static void data_of_each(void)
{
    start.ds = segment("data0", DATA_WRITABLE, 0, false);
    start.es = segment("data1", DATA_READ_ONLY, 1, false);
    start.fs = segment("data2", DATA_EXPAND_DOWN, 2, false);
    start.gs = segment("data3", DATA_WRITABLE, 3, false);
    to_ring();
}

static void code_of_each(void)
{
    start.ds = segment("code0", CODE_READABLE, 0, true);
    start.es = segment("code1", CODE_READABLE, 1, false);
    start.fs = segment("conforming0", CODE_CONFORMING, 0, true);
    start.gs = segment("code2", CODE_READABLE, 2, true);
    to_ring();
}

#define ROW(name_, instruction, spec_, run_, registers, ids, about_)                                                                              \
    {                                                                                                                                             \
        VARIANT, .name = name_, .about = about_, .spec = spec_, .id = ids, .vector = NO_EXCEPTION, .run = run_, .arg = { registers, instruction } \
    }
#define BOTH(name, run, registers, ids, about)                                                                    \
    ROW(name, IRETQ, "SDM 2A \"IRET/IRETD/IRETQ-Interrupt Return\"", run, registers, ids, "IRETQ to CPL " about), \
        ROW("retf_" name, RETF, "SDM 2B \"RET-Return From Procedure\"", run, registers, "", "far RET to CPL " about)

VARIANTS(BOTH("ds_fs", data, 5, "iret-segregs-nulled", "3 with DPL-0 data in DS and FS, DPL-3 data in ES and GS"),
         BOTH("es_gs", data, 10, "", "3 with DPL-0 data in ES and GS, DPL-3 data in DS and FS"),
         BOTH("code", code, ALL, "", "3 with DPL-0 code in DS, ES, FS and GS"),
         BOTH("dpl2", data_dpl2, ALL, "", "3 with DPL-2 data in DS, ES, FS and GS"),
         BOTH("conforming", conforming, ALL, "", "3 with DPL-0 conforming code in DS, ES, FS and GS"),
         BOTH("ring1_data", data_of_each, 1, "", "1 with data of each DPL"), BOTH("ring2_data", data_of_each, 2, "", "2 with data of each DPL"),
         BOTH("ring1_code", code_of_each, 1, "", "1 with code and conforming code"),
         BOTH("ring2_code", code_of_each, 2, "", "2 with code and conforming code"));
