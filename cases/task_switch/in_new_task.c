/*
 * An exception behind the commitment whose handler is a procedure of the new task: CS and SS are good, so the frame lies on the new task's stack, or
 * on that of its TSS for CPL 0, with the EIP of its first instruction. Then exceptions of that first instruction itself, which depend on what a
 * switch does.
 */
#include <case32.h>

#include "by_way.h"

static void not_present(void)
{
    struct task *task = begin();
    uint16_t selector = add_descriptor(
        "absent", encode_descriptor((struct descriptor){.type = DATA_WRITABLE, .limit = 0xfffff, .g = true, .d = true, .not_present = true}));

    if (ARG1)
        task->tss16.ds = selector;
    else
        task->tss.ds = selector;
    go(task);
}

static void dpl(void)
{
    struct task *task = begin();

    user_may_run_program();
    task->tss.cs = SEL_USER_CODE;
    task->tss.ss = SEL_USER_DATA;
    task->tss.esp = stack_top(STACK_USER);
    task->tss.fs = SEL_KERNEL_DATA;
    task->tss.esp0 = stack_top(STACK_TASK3);
    go(task);
}

static void eip_limit(void)
{
    struct task *task = begin();

    task->tss.cs = add_descriptor("short", encode_descriptor((struct descriptor){.type = CODE_READABLE, .limit = task->tss.eip - 1, .d = true}));
    go(task);
}

static void eip_limit_user(void)
{
    struct task *task = begin();

    user_may_run_program();
    task->tss.cs =
        add_descriptor("short", encode_descriptor((struct descriptor){.type = CODE_READABLE, .limit = task->tss.eip - 1, .d = true, .dpl = 3})) | 3u;
    task->tss.ss = SEL_USER_DATA;
    task->tss.esp = stack_top(STACK_USER);
    task->tss.esp0 = stack_top(STACK_TASK3);
    go(task);
}

/* By INT3, by INT1, and by INT3 out of virtual-8086 mode. ARG0: the vector. */
static void eip_limit_by(struct program p)
{
    struct task *task = add_task("other");

    set_task_program(task, ASSEMBLE(MARK(entry) "int3\n"));
    task->tss.cs = add_descriptor("short", encode_descriptor((struct descriptor){.type = CODE_READABLE, .limit = task->tss.eip - 1, .d = true}));
    set_task_gate((unsigned)ARG0, task, .dpl = 3);
    run_program(p);
}

static void int3_eip_limit(void)
{
    eip_limit_by(ASSEMBLE(MARK(fault) "int3\n" MARK(after)));
}

static void int1_eip_limit(void)
{
    eip_limit_by(ASSEMBLE(MARK(fault) ".byte 0xf1\n" MARK(after)));
}

static void vm86_eip_limit(void)
{
    in_vm86();
    eip_limit_by(ASSEMBLE16(MARK(fault) "int3\n" MARK(after)));
}

/* CR0.TS is set by any switch. */
static void no_device(void)
{
    struct task *task = begin();

    set_task_program(task, ASSEMBLE(MARK(first) "fld1\n"));
    go(task);
}

static void wait(void)
{
    struct task *task = begin();

    set_task_program(task, ASSEMBLE(MARK(first) ".byte 0x9b\n"));
    go(task);
}

/* Its first instruction isn't there: an instruction fetch is the new task's own. */
static void page(void)
{
    struct task *task = begin();

    task->tss.eip = map_page("code", 0);
    go(task);
}

#define ROW(name_, run_, way_, is_16bit_, vector_, error_, rip_, id_, about_)                                                        \
    {                                                                                                                                \
        VARIANT, .name = name_, .about = about_, .spec = "SDM 3A \"Task Switching\"", .id = id_, .vector = vector_, .error = error_, \
                 .saved_rip = rip_, .run = run_, .arg = {                                                                            \
                     way_,                                                                                                           \
                     is_16bit_                                                                                                       \
                 }                                                                                                                   \
    }
#define IS_EXTERNAL(way) ((way) == BY_UD)
#define FREE(is_16bit) (SEL_FREE + 8 + 8 * (is_16bit))
#define EACH(name, way, nm_id, about)                                                                                                                \
    ROW(name "_not_present", not_present, way, 0, VEC_NP, FREE(0) | IS_EXTERNAL(way), "entry", "", about " to a TSS whose DS has P=0"),              \
        ROW(name "_not_present16", not_present, way, 1, VEC_NP, FREE(1) | IS_EXTERNAL(way), "entry", "", about " to a 16-bit TSS whose DS has P=0"), \
        ROW(name "_dpl", dpl, way, 0, VEC_TS, SEL_KERNEL_DATA | IS_EXTERNAL(way), "entry", "", about " to a TSS at CPL 3 whose FS has DPL 0"),       \
        ROW(name "_eip_limit", eip_limit, way, 0, VEC_GP, IS_EXTERNAL(way), "entry", "", about " to a TSS whose EIP is beyond CS's limit"),          \
        ROW(name "_eip_limit_user", eip_limit_user, way, 0, VEC_GP, IS_EXTERNAL(way), "entry", "",                                                   \
            about " to a TSS at CPL 3 whose EIP is beyond CS's limit"),                                                                              \
        ROW(name "_no_device", no_device, way, 0, VEC_NM, NO_ERROR, "first", nm_id, about " to a task whose first instruction is FLD1"),             \
        ROW(name "_wait", wait, way, 0, VEC_NM, NO_ERROR, "first", "", about " to a task whose first instruction is FWAIT"),                         \
        ROW(name "_page", page, way, 0, VEC_PF, 0, "code", "", about " to a task whose first instruction is on a page that is not present")
VARIANTS(EACH("jmp", BY_JMP, "", "far JMP"), EACH("call", BY_CALL, "", "far CALL"), EACH("int", BY_INT, "task-nm-after-switch", "INT n"),
         EACH("iret", BY_IRET, "", "IRET with NT=1"), EACH("ud", BY_UD, "", "#UD"),
         ROW("int3_eip_limit", int3_eip_limit, VEC_BP, 0, VEC_GP, 0, "entry", "", "INT3 to a TSS whose EIP is beyond CS's limit"),
         ROW("int1_eip_limit", int1_eip_limit, VEC_DB, 0, VEC_GP, ERROR_EXT, "entry", "", "INT1 to a TSS whose EIP is beyond CS's limit"),
         ROW("vm86_eip_limit", vm86_eip_limit, VEC_BP, 0, VEC_GP, 0, "entry", "",
             "INT3 out of virtual-8086 mode to a TSS whose EIP is beyond CS's limit"),
         ROW("irq_eip_limit", eip_limit, BY_INTERRUPT, 0, VEC_GP, ERROR_EXT, "entry", "", "interrupt to a TSS whose EIP is beyond CS's limit"));
