/*
 * The I/O permission map is the new task's: its base and its limit are those of the TSS that TR now names (SDM 3A "Task Register"; SDM 1 "I/O
 * Permission Bit Map"), whatever the old task's allowed. The new task runs at CPL 3 with IOPL 0; a 16-bit TSS has no map. What the port reads as
 * isn't compared.
 */
#include <case32.h>

#define PORT 0x10u                                    /* nothing answers there */
#define MAP_END (sizeof(struct tss32) + PORT / 8 + 2) /* the processor reads two bytes of the map */

/* ARG1: whose map has the port's bit clear. */
#define OLD 1u
#define NEW 2u

_Static_assert(offsetof(struct task, tss) + MAP_END <= sizeof(struct task), "the map has room behind the TSS");

static void allow_in_new(struct task *task)
{
    uint8_t *map = (uint8_t *)(&task->tss + 1);

    for (unsigned byte = 0; byte <= PORT / 8 + 1; byte++)
        map[byte] = 0xff;
    map[PORT / 8] &= (uint8_t) ~(1u << PORT % 8);
    task->tss.io_map_base = sizeof(task->tss);
    set_task_descriptor(task, (struct descriptor){.type = ARG0 == BY_IRET ? SYSTEM_TSS_BUSY : SYSTEM_TSS_AVAILABLE, .limit = MAP_END - 1});
}

/* To begin at CPL 3. */
static struct task *user_task(bool is_16bit)
{
    struct task *task = add_task_to_switch_to((enum task_switch)ARG0, is_16bit);

    user_may_run_program();
    set_gate(VEC_BP, .dpl = 3);
    set_task_program(task, ASSEMBLE(MARK(first) "in al, 0x10\n"
                                                "mov al, 0x5a\n"
                                                "int3\n" MARK(last)));
    if (ARG1 & OLD)
        allow_port(PORT);
    return task;
}

static void run(void)
{
    struct task *task = user_task(false);

    task->tss.cs = SEL_USER_CODE;
    task->tss.ss = SEL_USER_DATA;
    task->tss.esp = stack_top(STACK_USER);
    task->tss.esp0 = stack_top(STACK_TASK3);
    if (ARG1 & NEW)
        allow_in_new(task);
    switch_task((enum task_switch)ARG0, task->selector);
}

static void run16(void)
{
    struct task *task = user_task(true);
    struct descriptor code = {.type = CODE_READABLE, .base = 0x100000, .limit = 0xffff, .d = true, .dpl = 3};
    struct descriptor data = {.type = DATA_WRITABLE, .limit = 0xffff, .dpl = 3};

    task->tss16.cs = add_descriptor("code", encode_descriptor(code)) | 3u;
    task->tss16.ss = add_descriptor("data", encode_descriptor(data)) | 3u;
    switch_task((enum task_switch)ARG0, task->selector);
}

#define ROW(name_, run_, way_, allowed_, vector_, rip_, about_)                                                 \
    {                                                                                                           \
        VARIANT, .name = name_, .about = about_, .spec = "SDM 1 \"I/O Permission Bit Map\"", .vector = vector_, \
                 .error = (vector_) == VEC_BP ? NO_ERROR : 0, .saved_rip = rip_, .run = run_, .arg = {          \
                     way_,                                                                                      \
                     allowed_                                                                                   \
                 }                                                                                              \
    }
#define WAY(name, way, about)                                                                                                      \
    ROW(name "_neither", run, way, 0, VEC_GP, "first", about " whose map lies beyond its limit, as the old one's does"),           \
        ROW(name "_old", run, way, OLD, VEC_GP, "first", about " whose map lies beyond its limit; the old one's allows the port"), \
        ROW(name "_new", run, way, NEW, VEC_BP, "last", about " whose map allows the port; the old one has none"),                 \
        ROW(name "_both", run, way, OLD | NEW, VEC_BP, "last", about " whose map allows the port, as the old one's does"),         \
        ROW(name "_old16", run16, way, OLD, VEC_GP, "first", about " with a 16-bit TSS; the old one's map allows the port")
VARIANTS(WAY("jmp", BY_JMP, "far JMP to a task"), WAY("call", BY_CALL, "far CALL to a task"), WAY("int", BY_INT, "INT n to a task"),
         WAY("iret", BY_IRET, "IRET with NT=1 to a task"), WAY("ud", BY_UD, "#UD to a task"));
