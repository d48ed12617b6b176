/* What a new TSS may hold: each selector that passes, the LDT and its selectors, each CPL, virtual-8086 mode. INT3 shows what was loaded; its handler
 * runs in the same task. */
#include <case32.h>

static struct task *other;

/* ARG0: the way. */
static void go(void)
{
    switch_task((enum task_switch)ARG0, other->selector);
}

static void begin(void)
{
    other = add_task_to_switch_to((enum task_switch)ARG0, false);
}

static void nulls(void)
{
    begin();
    other->tss.es = 0;
    other->tss.ds = 1;
    other->tss.fs = 2;
    other->tss.gs = 3;
    go();
}

/* The LDT is the GDT, so that selectors of both name the same. */
static uint16_t add_ldt(void)
{
    return add_descriptor("ldt", encode_descriptor((struct descriptor){.type = SYSTEM_LDT, .base = (uintptr_t)gdt, .limit = GDT_LIMIT}));
}

static void ldt(void)
{
    begin();
    other->tss.ldt = add_ldt();
    other->tss.cs = SEL_KERNEL_CODE | SELECTOR_TI;
    other->tss.ss = SEL_KERNEL_DATA | SELECTOR_TI;
    other->tss.ds = (SEL_DATA_DS & ~3u) | SELECTOR_TI;
    other->tss.es = SEL_DATA_ES | SELECTOR_TI;
    other->tss.fs = SEL_DATA_FS | SELECTOR_TI;
    other->tss.gs = SEL_DATA_GS | SELECTOR_TI;
    go();
}

/* The old task's LDT goes, which its TSS does not get. */
static void ldt_null(void)
{
    begin();
    lldt(add_ldt());
    go();
}

static void readable_code(void)
{
    begin();
    other->tss.ds = SEL_KERNEL_CODE;
    other->tss.es = SEL_CODE_1MIB;
    go();
}

static uint16_t add_conforming(uint8_t dpl)
{
    return add_descriptor("conforming",
                          encode_descriptor((struct descriptor){.type = CODE_CONFORMING, .limit = 0xfffff, .g = true, .d = true, .dpl = dpl}));
}

#include "at_cpl.h"

/* DS and ES may be conforming code of a DPL above them. */
static void conforming_data(void)
{
    at_cpl(3);
    other->tss.ds = add_conforming(0);
    go();
}

static void conforming(void)
{
    at_cpl(3);
    set_task_gate(VEC_TS, add_task("handler")); /* in case that it comes instead: SS is good for no frame then */
    other->tss.cs = add_conforming(0) | 3u;
    go();
}

static void cpl(void)
{
    at_cpl((unsigned)ARG1);
    go();
}

/* A is set in what the table holds. */
static void accessed(void)
{
    static const struct descriptor code = {.type = CODE_READABLE, .limit = 0xfffff, .g = true, .d = true},
                                   data = {.type = DATA_WRITABLE, .limit = 0xfffff, .g = true, .d = true};
    const uint64_t a = 1ull << 40;

    begin();
    other->tss.cs = add_descriptor("code", encode_descriptor(code) & ~a);
    other->tss.ss = add_descriptor("stack", encode_descriptor(data) & ~a);
    other->tss.es = add_descriptor("extra", encode_descriptor(data) & ~a);
    other->tss.ds = add_descriptor("data", encode_descriptor(data) & ~a);
    record_memory("descriptors", &gdt[other->tss.cs / 8], 32);
    go();
}

/* What would be selectors are segments, and good for anything. HLT is for CPL 0 only. */
static void vm86(void)
{
    struct program p = ASSEMBLE16(MARK(real) "hlt\n");
    const struct start mine = start;

    begin();
    set_task_program(other, p);
    in_vm86();
    other->tss.eip = p.entry - 16 * start.cs;
    other->tss.cs = start.cs;
    other->tss.eflags |= EFLAGS_VM;
    other->tss.esp = start.esp;
    other->tss.ss = start.ss;
    other->tss.ds = start.ds;
    other->tss.es = start.es;
    other->tss.fs = start.fs;
    other->tss.gs = start.gs;
    start = mine;
    go();
}

#define ROW(name_, run_, way_, arg_, vector_, error_, rip_, about_)                                                                          \
    {                                                                                                                                        \
        VARIANT, .name = name_, .about = about_, .spec = "SDM 3A \"Task Switching\"", .vector = vector_, .error = error_, .saved_rip = rip_, \
                 .run = run_, .arg = {                                                                                                       \
                     way_,                                                                                                                   \
                     arg_                                                                                                                    \
                 }                                                                                                                           \
    }
#define BY_EACH(name, run, arg, vector, error, rip, about)                         \
    ROW(name "_jmp", run, BY_JMP, arg, vector, error, rip, "far JMP to " about),   \
        ROW(name "_int", run, BY_INT, arg, vector, error, rip, "INT n to " about), \
        ROW(name "_iret", run, BY_IRET, arg, vector, error, rip, "IRET with NT=1 to " about)
#define EACH(name, run, arg, about) BY_EACH(name, run, arg, VEC_BP, NO_ERROR, "stop", about)
VARIANTS(EACH("nulls", nulls, 0, "a task whose DS, ES, FS and GS are null selectors"),
         EACH("ldt", ldt, 0, "a task all of whose segments are in its LDT"),
         EACH("ldt_null", ldt_null, 0, "a task without an LDT, from one that has one"),
         EACH("readable_code", readable_code, 0, "a task whose DS and ES are readable code"),
         EACH("conforming_data", conforming_data, 0, "a task at CPL 3 whose DS is conforming code of DPL 0"),
         EACH("conforming", conforming, 0, "a task at CPL 3 whose CS is conforming code of DPL 0"), EACH("ring1", cpl, 1, "a task at CPL 1"),
         EACH("ring2", cpl, 2, "a task at CPL 2"), EACH("user", cpl, 3, "a task at CPL 3"),
         EACH("accessed", accessed, 0, "a task whose descriptors have A=0"),
         BY_EACH("vm86", vm86, 0, VEC_GP, 0, "real", "a task in virtual-8086 mode"));
