/* JMP and CALL to a TSS, and IRET with NT: each is followed by INT3 in the new task, whose record shows both TSSs. */
#include <case32.h>

static struct task *other_with(struct program program)
{
    struct task *other = add_task("other");

    set_task_program(other, program);
    return other;
}

/* The operand of JMP and CALL; its offset is ignored. */
static void to(const struct task *task)
{
    uint32_t *pointer = frame_of(map_page_at("pointer", start.ebx = 0x50000000, PAGE_PRESENT));

    pointer[0] = 0x12345678;
    pointer[1] = task->selector;
}

static void jump(void)
{
    to(other_with(ASSEMBLE(MARK(entry) "int3\n" MARK(stop))));
    PROGRAM("jmp fword ptr [ebx]\n" MARK(after));
}

static void call(void)
{
    to(other_with(ASSEMBLE(MARK(entry) "int3\n" MARK(stop))));
    PROGRAM("call fword ptr [ebx]\n" MARK(after));
}

/* The called task's IRET comes back behind the CALL. */
static void call_and_return(void)
{
    to(other_with(ASSEMBLE(MARK(entry) "iretd\n" MARK(stop))));
    PROGRAM("call fword ptr [ebx]\n" MARK(after) "nop\n");
}

/* The link is the case's own: no task called this one. */
static void iret(void)
{
    struct task *other = other_with(ASSEMBLE(MARK(entry) "int3\n" MARK(stop)));

    set_task_descriptor(other, (struct descriptor){.type = SYSTEM_TSS_BUSY, .limit = sizeof(struct tss32) - 1});
    tss.link = other->selector;
    PROGRAM("pushfd\nor dword ptr [esp], 0x4000\npopfd\n" MARK(fault) "iretd\n" MARK(after));
}

static void jump_gate(void)
{
    struct task *other = other_with(ASSEMBLE(MARK(entry) "int3\n" MARK(stop)));
    uint32_t *pointer = frame_of(map_page_at("pointer", start.ebx = 0x50000000, PAGE_PRESENT | PAGE_USER));

    in_user_mode();
    set_gate(VEC_BP, .dpl = 3);
    pointer[1] = add_task_gate("gate", other->selector, 3) | 3;
    PROGRAM("jmp fword ptr [ebx]\n" MARK(after));
}

#define ROW(name_, run_, vector_, rip_, spec_, id_, about_)                                                                                    \
    {                                                                                                                                          \
        VARIANT, .name = name_, .about = about_, .spec = spec_ ", SDM 3A \"Task Switching\"", .id = id_, .vector = vector_, .error = NO_ERROR, \
                 .saved_rip = rip_, .run = run_                                                                                                \
    }
VARIANTS(ROW("jump", jump, VEC_BP, "stop", "SDM 2A \"JMP-Jump\"", "task-jmp-ok", "far JMP to a TSS"),
         ROW("call", call, VEC_BP, "stop", "SDM 2A \"CALL-Call Procedure\"", "task-call-ok", "far CALL to a TSS"),
         ROW("call_and_return", call_and_return, NO_EXCEPTION, "", "SDM 2A \"CALL-Call Procedure\"", "", "far CALL to a TSS whose program is IRET"),
         ROW("iret", iret, VEC_BP, "stop", "SDM 2A \"IRET/IRETD/IRETQ-Interrupt Return\"", "", "IRET with NT=1"),
         ROW("jump_gate", jump_gate, VEC_BP, "stop", "SDM 2A \"JMP-Jump\"", "", "far JMP to a task gate of DPL 3 at CPL 3"));
