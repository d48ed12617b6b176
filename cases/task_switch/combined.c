/*
 * Two defects of a new task at once, in the order of the table "Exception Conditions Checked During a Task Switch", and the values next to those that
 * are refused. An exception that comes in the new task has a third task for its handler.
 */
#include <case32.h>

static struct task *other;

#define WAY(way, is_16bit) ((way) | (is_16bit) << 8)

static void begin(void)
{
    other = add_task_to_switch_to((enum task_switch)(ARG0 & 0xff), ARG0 >> 8);
    if (current_case->vector == VEC_TS)
        set_task_gate((unsigned)current_case->vector, add_task("handler"));
}

static void go(void)
{
    switch_task((enum task_switch)(ARG0 & 0xff), other->selector);
}

static uint16_t add(struct descriptor d)
{
    d.limit = 0xfffff, d.g = d.d = true;
    return add_descriptor("defect", encode_descriptor(d));
}

/* ---- The TSS's descriptor. ---- */

#define BUSY 1u
#define ABSENT 2u
#define SHORT 4u

static void descriptor(void)
{
    begin();
    set_task_descriptor(other, (struct descriptor){.type = ARG1 & BUSY ? SYSTEM_TSS_BUSY : SYSTEM_TSS_AVAILABLE,
                                                   .limit = ARG1 & SHORT ? 0x66 : 0x67,
                                                   .not_present = ARG1 & ABSENT});
    go();
}

/* ---- CS and SS, of rings 0 to 3. ---- */

#include "at_cpl.h"

static void ring(unsigned cpl)
{
    at_cpl(cpl);
    if (cpl == 3)
        return;
    other->tss.ds = other->tss.es = other->tss.fs = other->tss.gs = other->tss.ss;
}

/* ARG1: type, DPL << 8, RPL << 16, CPL << 20. */
#define OF(type, dpl, rpl, cpl) ((type) | (dpl) << 8 | (rpl) << 16 | (cpl) << 20)

static uint16_t defect(void)
{
    return add((struct descriptor){.type = (uint8_t)ARG1, .dpl = ARG1 >> 8 & 3}) | (ARG1 >> 16 & 3);
}

static void code(void)
{
    ring(ARG1 >> 20);
    other->tss.cs = defect();
    go();
}

/* The conforming code is in the LDT, which is the GDT. */
static void local_code(void)
{
    ring(ARG1 >> 20);
    other->tss.ldt = add_descriptor("ldt", encode_descriptor((struct descriptor){.type = SYSTEM_LDT, .base = (uintptr_t)gdt, .limit = GDT_LIMIT}));
    other->tss.cs = defect() | SELECTOR_TI;
    go();
}

static void stack(void)
{
    ring(ARG1 >> 20);
    other->tss.ss = defect();
    go();
}

static void data(void)
{
    ring(ARG1 >> 20);
    other->tss.ds = defect();
    go();
}

static void last_data(void)
{
    begin();
    other->tss.gs = SEL_TSS;
    go();
}

/* ---- The LDT. ---- */

static void ldt_rpl(void)
{
    begin();
    other->tss.ldt =
        add_descriptor("ldt", encode_descriptor((struct descriptor){.type = SYSTEM_LDT, .base = (uintptr_t)gdt, .limit = GDT_LIMIT})) | 3;
    other->tss.ds = (SEL_DATA_DS & ~3u) | SELECTOR_TI;
    go();
}

/* Its type's number is an LDT's. */
static void ldt_data(void)
{
    begin();
    other->tss.ldt = add_descriptor("defect", encode_descriptor((struct descriptor){.type = DATA_WRITABLE, .limit = 0xfff}) & ~(1ull << 40));
    go();
}

/* A 16-bit TSS has its LDT where an FS would lie. */
static void ldt16(void)
{
    begin();
    other->tss16.ldt = add_descriptor("ldt", encode_descriptor((struct descriptor){.type = SYSTEM_LDT, .base = (uintptr_t)gdt, .limit = GDT_LIMIT}));
    other->tss16.ds = (SEL_DATA_DS & ~3u) | SELECTOR_TI;
    go();
}

/* ---- Selectors of nine bits. ---- */

static void fill_up(void)
{
    static char names[12][2];

    for (unsigned i = 0; i < 12; i++) {
        names[i][0] = (char)('a' + i);
        add_descriptor(names[i], gdt[SEL_KERNEL_DATA / 8]);
    }
}

static void far_ldt(void)
{
    fill_up();
    ldt_rpl();
}

/* ---- Flags that INT3 shows. ---- */

static void flags(void)
{
    begin();
    if (other->is_16bit)
        other->tss16.flags = (uint16_t)ARG1;
    else
        other->tss.eflags = (uint32_t)ARG1;
    go();
}

/* From a task whose selector has nine bits, by CALL and back by IRET. */
static void far_link(void)
{
    struct task *third;
    uint32_t *pointer;

    fill_up();
    begin();
    third = add_task("third");
    set_task_program(third, ASSEMBLE("iretd\n"));
    set_task_program(other, ASSEMBLE("call fword ptr [ebx]\n" MARK(back) "ud2\n"));
    other->tss.ebx = map_page("far_pointer", PAGE_PRESENT);
    pointer = frame_of(other->tss.ebx);
    pointer[1] = third->selector;
    go();
}

/* ---- Virtual-8086 mode: CPL is 3, and each segment's base 16 times its selector. ---- */

static void vm86(struct program p)
{
    const struct start mine = start;

    begin();
    set_task_program(other, p);
    in_vm86();
    change_page(16 * REAL_DS, PAGE_USER, 0);
    other->tss.eip = p.entry - 16 * start.cs;
    other->tss.cs = start.cs;
    other->tss.eflags |= EFLAGS_VM;
    other->tss.esp = start.esp;
    other->tss.ss = start.ss;
    other->tss.ds = start.ds;
    other->tss.es = start.es;
    other->tss.fs = start.fs;
    other->tss.gs = REAL_STACK;
    start = mine;
    go();
}

static void vm86_page(void)
{
    vm86(ASSEMBLE16(MARK(real) "mov ax, [0]\n"));
}

static void vm86_gs(void)
{
    vm86(ASSEMBLE16("mov ax, gs:[2]\n" MARK(real) "hlt\n"));
}

#define ROW(name_, run_, way_, arg_, vector_, error_, rip_, about_)                                                                                \
    {                                                                                                                                              \
        VARIANT, .name = name_, .about = about_, .spec = "SDM 3A \"Task Switching\", table \"Exception Conditions Checked During a Task Switch\"", \
                 .vector = vector_, .error = error_, .saved_rip = rip_, .run = run_, .arg = {                                                      \
                     way_,                                                                                                                         \
                     arg_                                                                                                                          \
                 }                                                                                                                                 \
    }
#define REFUSED(name, run, way, arg, vector, error, about) ROW(name, run, way, arg, vector, error, "entry", about)
#define COMES(name, run, way, arg, about) ROW(name, run, way, arg, VEC_BP, NO_ERROR, "stop", about)
#define DEFECT (SEL_FREE + 16)
#define JMP WAY(BY_JMP, 0)
VARIANTS(ROW("busy_not_present", descriptor, JMP, BUSY | ABSENT, VEC_GP, SEL_FREE, AT_FAULT, "far JMP to a TSS that is busy and not present"),
         ROW("not_present_short", descriptor, JMP, ABSENT | SHORT, VEC_NP, SEL_FREE, AT_FAULT, "far JMP to a TSS that isn't present, and too short"),
         ROW("link_not_busy_not_present", descriptor, WAY(BY_IRET, 0), ABSENT, VEC_TS, SEL_FREE, AT_FAULT,
             "IRET with NT=1 to a TSS that isn't busy, nor present"),
         REFUSED("code_rpl2", code, JMP, OF(CODE_READABLE, 0, 2, 2), VEC_TS, DEFECT, "a task whose CS has RPL 2 and DPL 0"),
         COMES("conforming_same", code, JMP, OF(CODE_CONFORMING, 3, 3, 3), "a task whose CS is conforming with DPL 3 and RPL 3"),
         COMES("conforming_ring2", code, JMP, OF(CODE_CONFORMING, 1, 2, 2), "a task whose CS is conforming with DPL 1 and RPL 2"),
         REFUSED("conforming_local", local_code, JMP, OF(CODE_CONFORMING, 3, 0, 0), VEC_TS, (DEFECT + 8) | SELECTOR_TI,
                 "a task whose CS is conforming code of its LDT with DPL 3 and RPL 0"),
         REFUSED("stack_dpl_below", stack, JMP, OF(DATA_WRITABLE, 0, 3, 3), VEC_TS, DEFECT, "a task at CPL 3 whose SS has DPL 0 and RPL 3"),
         REFUSED("stack_rpl_below", stack, JMP, OF(DATA_WRITABLE, 3, 0, 3), VEC_TS, DEFECT, "a task at CPL 3 whose SS has DPL 3 and RPL 0"),
         REFUSED("data_rpl2", data, JMP, OF(DATA_WRITABLE, 1, 2, 0), VEC_TS, DEFECT, "a task whose DS has RPL 2 and DPL 1"),
         REFUSED("last_data", last_data, JMP, 0, VEC_TS, SEL_TSS, "a task whose GS is a TSS"),
         REFUSED("last_data_ud", last_data, WAY(BY_UD, 0), 0, VEC_TS, SEL_TSS | ERROR_EXT, "#UD to a task whose GS is a TSS"),
         COMES("ldt_rpl", ldt_rpl, JMP, 0, "a task whose LDT's selector has RPL 3"),
         COMES("ldt_far", far_ldt, JMP, 0, "a task whose LDT's selector has nine bits"),
         REFUSED("ldt_data", ldt_data, JMP, 0, VEC_TS, DEFECT, "a task whose LDT is a data segment of type 2"),
         COMES("ldt16", ldt16, WAY(BY_JMP, 1), 0, "a task with a 16-bit TSS that has an LDT"),
         ROW("link_far", far_link, JMP, 0, VEC_UD, NO_ERROR, "back", "CALL from a task whose selector has nine bits, and IRET"),
         ROW("vm86_page", vm86_page, JMP, 0, VEC_PF, PF_P | PF_U, "real", "a task in virtual-8086 mode that reads a supervisor page"),
         ROW("vm86_gs", vm86_gs, JMP, 0, VEC_GP, 0, "real", "a task in virtual-8086 mode that reads through GS"),
         COMES("flags", flags, JMP, 0x00380002, "a task with VIF=VIP=ID=1"),
         COMES("flags16", flags, WAY(BY_JMP, 1), 0x0002 | EFLAGS_ZF | EFLAGS_PF, "a task with a 16-bit TSS and ZF=PF=1"));
