/* LTR in protected mode (SDM 2A "LTR-Load Task Register"): a present, available TSS of the GDT, which becomes busy; nothing of it is read. */
#include <case32.h>

#define NOT_PRESENT 1u
#define RPL3 2u /* of the selector, which isn't part of the error code */

static void try_ltr(uint16_t selector)
{
    start.ebx = 0x12340000u | selector | (ARG1 & RPL3 ? 3 : 0); /* 16 bits of it count */
    FAULT("ltr bx");
}

static struct task *another(struct descriptor d)
{
    bool is_16bit = d.type == SYSTEM_TSS16_AVAILABLE || d.type == SYSTEM_TSS16_BUSY;
    struct task *task = is_16bit ? add_task16("other") : add_task("other");

    d.limit = is_16bit ? sizeof(struct tss16) - 1 : sizeof(struct tss32) - 1;
    set_task_descriptor(task, d);
    return task;
}

static void of_type(void)
{
    try_ltr(another((struct descriptor){.type = (uint8_t)ARG0, .not_present = ARG1 & NOT_PRESENT})->selector);
}

static void null(void)
{
    struct task *task = add_task("other");

    gdt[0] = gdt[task->selector / 8];
    try_ltr((uint16_t)ARG0);
}

static void local(void)
{
    try_ltr(local_selector(add_task("other")->selector));
}

static void beyond(void)
{
    struct task *task = add_task("other");

    lgdt((uintptr_t)gdt, task->selector + 6);
    try_ltr(task->selector);
}

static void rpl(void)
{
    try_ltr(add_task("other")->selector | 3);
}

/* No limit is too short for LTR itself. */
static void limit(void)
{
    struct task *task = add_task("other");

    set_task_descriptor(task, (struct descriptor){.type = SYSTEM_TSS_AVAILABLE, .limit = 0});
    try_ltr(task->selector);
}

static void current(void)
{
    record_tasks();
    try_ltr(SEL_TSS);
}

static void user(void)
{
    in_user_mode();
    try_ltr(add_task("other")->selector);
}

static void memory(void)
{
    uint16_t *operand = frame_of(start.ebx = map_page("operand", PAGE_PRESENT));

    operand[0x7ff] = add_task("other")->selector; /* the last two bytes of the page are all that is read */
    FAULT("ltr word ptr [ebx + 0xffe]");
}

static void memory_page(void)
{
    add_task("other");
    start.ebx = map_page("operand", PAGE_WRITE);
    FAULT("ltr word ptr [ebx]");
}

/* What was LTR's is the old task of a switch. */
static void then_switch(void)
{
    struct task *task = add_task("other");

    set_task_gate(0x40, add_task("handler"));
    start.ebx = task->selector;
    PROGRAM("ltr bx\n" MARK(fault) "int 0x40\n" MARK(after));
}

#define ROW(name_, run_, arg0_, arg1_, vector_, error_, rip_, id_, about_)                                                                   \
    {                                                                                                                                        \
        VARIANT, .name = name_, .about = about_, .spec = "SDM 2A \"LTR-Load Task Register\"", .id = id_, .vector = vector_, .error = error_, \
                 .saved_rip = rip_, .run = run_, .arg = {                                                                                    \
                     arg0_,                                                                                                                  \
                     arg1_                                                                                                                   \
                 }                                                                                                                           \
    }
#define GOES(name, run, arg0, about) ROW(name, run, arg0, 0, NO_EXCEPTION, 0, "", "", about)
#define FAULTS(name, run, arg0, arg1, vector, error, id, about) ROW(name, run, arg0, arg1, vector, error, AT_FAULT, id, about)
VARIANTS(GOES("available", of_type, SYSTEM_TSS_AVAILABLE, "LTR of an available TSS"),
         GOES("available16", of_type, SYSTEM_TSS16_AVAILABLE, "LTR of an available 16-bit TSS"), GOES("rpl", rpl, 0, "LTR of a selector with RPL 3"),
         GOES("limit", limit, 0, "LTR of a TSS with a limit of 0"), GOES("memory", memory, 0, "LTR of a word at a page's end"),
         FAULTS("busy", of_type, SYSTEM_TSS_BUSY, 0, VEC_GP, SEL_FREE, "", "LTR of a busy TSS"),
         FAULTS("busy16", of_type, SYSTEM_TSS16_BUSY, 0, VEC_GP, SEL_FREE, "", "LTR of a busy 16-bit TSS"),
         FAULTS("current", current, 0, 0, VEC_GP, SEL_TSS, "ltr-pm32-busy", "LTR of the current task's TSS"),
         FAULTS("not_present", of_type, SYSTEM_TSS_AVAILABLE, 1, VEC_NP, SEL_FREE, "ltr-pm32-np", "LTR of a TSS with P=0"),
         FAULTS("busy_rpl", of_type, SYSTEM_TSS_BUSY, RPL3, VEC_GP, SEL_FREE, "", "LTR of a busy TSS, RPL 3"),
         FAULTS("not_present_rpl", of_type, SYSTEM_TSS_AVAILABLE, NOT_PRESENT | RPL3, VEC_NP, SEL_FREE, "", "LTR of a TSS with P=0, RPL 3"),
         FAULTS("data_rpl", of_type, DATA_WRITABLE, RPL3, VEC_GP, SEL_FREE, "", "LTR of a data segment, RPL 3"),
         FAULTS("local_rpl", local, 0, RPL3, VEC_GP, SEL_FREE | SELECTOR_TI, "", "LTR of a selector with TI=1, RPL 3"),
         FAULTS("beyond_rpl", beyond, 0, RPL3, VEC_GP, SEL_FREE, "", "LTR of a TSS that is not all in the GDT, RPL 3"),
         FAULTS("not_present16", of_type, SYSTEM_TSS16_AVAILABLE, 1, VEC_NP, SEL_FREE, "", "LTR of a 16-bit TSS with P=0"),
         FAULTS("busy_not_present", of_type, SYSTEM_TSS_BUSY, 1, VEC_GP, SEL_FREE, "", "LTR of a busy TSS with P=0: the type comes first"),
         FAULTS("data", of_type, DATA_WRITABLE, 0, VEC_GP, SEL_FREE, "", "LTR of a data segment"),
         FAULTS("code", of_type, CODE_READABLE, 0, VEC_GP, SEL_FREE, "", "LTR of a code segment"),
         FAULTS("ldt", of_type, SYSTEM_LDT, 0, VEC_GP, SEL_FREE, "", "LTR of an LDT"),
         FAULTS("call_gate", of_type, SYSTEM_CALL_GATE, 0, VEC_GP, SEL_FREE, "", "LTR of a call gate"),
         FAULTS("task_gate", of_type, SYSTEM_TASK_GATE, 0, VEC_GP, SEL_FREE, "", "LTR of a task gate"),
         FAULTS("type_0", of_type, 0, 0, VEC_GP, SEL_FREE, "", "LTR of type 0"), FAULTS("null", null, 0, 0, VEC_GP, 0, "", "LTR of a null selector"),
         FAULTS("null_rpl", null, 3, 0, VEC_GP, 0, "", "LTR of a null selector with RPL 3"),
         FAULTS("local", local, 0, 0, VEC_GP, SEL_FREE | SELECTOR_TI, "", "LTR of a selector with TI=1"),
         FAULTS("beyond", beyond, 0, 0, VEC_GP, SEL_FREE, "", "LTR of a TSS that is not all in the GDT"),
         FAULTS("user", user, 0, 0, VEC_GP, 0, "", "LTR at CPL 3"),
         FAULTS("memory_page", memory_page, 0, 0, VEC_PF, 0, "", "LTR of a word on a page that is not present"),
         ROW("then_switch", then_switch, 0, 0, 0x40, NO_ERROR, AFTER, "", "LTR, then INT n to another task"));
