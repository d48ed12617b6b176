/* tasks.c: tasks beside the one that the program starts in, and what all their TSSs hold. */
#include "common/cpu.h"
#include "common/gather.h"
#include "common/line.h"
#include "pm32/trap.h"

#define TSS_TYPE(d) ((uint8_t)((d) >> 40 & 0x1f))

static struct task tasks[MAX_TASKS - 1];
static unsigned count; /* of these */
static const struct task main_task = {.name = "main", .selector = SEL_TSS};

bool tasks_recorded;
struct tasks tasks_before, tasks_final;

void record_tasks(void)
{
    tasks_recorded = true;
}

unsigned task_count(void)
{
    return 1 + count;
}

const struct task *task_number(unsigned number)
{
    return number ? &tasks[number - 1] : &main_task;
}

const struct task *task_of(uint32_t selector)
{
    for (unsigned i = 0; i < task_count(); i++)
        if (task_number(i)->selector == (selector & 0xfff8))
            return task_number(i);
    return NULL;
}

static const void *memory_of(const struct task *task)
{
    return task == &main_task ? (const void *)&tss : &task->tss;
}

struct tss32 *current_tss(void)
{
    uint16_t tr;
    struct segment s;

    __asm__ volatile("str %0" : "=m"(tr));
    s = segment_of(tr);
    return s.type == SYSTEM_TSS_AVAILABLE || s.type == SYSTEM_TSS_BUSY ? (struct tss32 *)s.base : NULL;
}

void read_tasks(struct tasks *now)
{
    for (unsigned i = 0; tasks_recorded && i < task_count(); i++) {
        const struct task *task = task_number(i);
        const uint32_t *words = memory_of(task);
        unsigned number = task->is_16bit ? TSS16_WORDS : TSS_WORDS;

        now->of[i].type = TSS_TYPE(gdt[task->selector / 8]);
        for (unsigned w = 0; w < TSS_WORDS; w++)
            now->of[i].words[w] = w < number ? words[w] : 0;
    }
}

static struct task *next_task(const char *name, bool is_16bit)
{
    struct task *task = &tasks[count++];
    struct descriptor d = {
        .base = (uintptr_t)&task->tss,
        .limit = is_16bit ? sizeof(struct tss16) - 1 : sizeof(struct tss32) - 1,
        .type = is_16bit ? SYSTEM_TSS16_AVAILABLE : SYSTEM_TSS_AVAILABLE,
    };

    if (count == MAX_TASKS)
        harness_fault("too many tasks");
    record_tasks();
    task->name = name;
    task->is_16bit = is_16bit;
    task->selector = add_descriptor(name, encode_descriptor(d));
    return task;
}

/* A general register's number and the task's: 0xc0+n, 0xd0+n, 0xe0+n in each byte. */
static uint32_t pattern(unsigned number)
{
    return (0xb0 + 0x10 * count + number) * 0x01010101;
}

struct task *add_task(const char *name)
{
    struct task *task = next_task(name, false);

    task->tss = (struct tss32){
        .esp0 = stack_top(STACK_ESP0),
        .ss0 = SEL_KERNEL_DATA,
        .cr3 = read_cr3(),
        .eflags = EFLAGS_FIXED,
        .eax = pattern(0),
        .ecx = pattern(1),
        .edx = pattern(2),
        .ebx = pattern(3),
        .esp = stack_top(STACK_TASK1 + count - 1),
        .ebp = pattern(5),
        .esi = pattern(6),
        .edi = pattern(7),
        .es = SEL_DATA_ES,
        .cs = SEL_KERNEL_CODE,
        .ss = SEL_KERNEL_DATA,
        .ds = SEL_DATA_DS,
        .fs = SEL_DATA_FS,
        .gs = SEL_DATA_GS,
        .io_map_base = sizeof(struct tss32),
    };
    return task;
}

/* IP and SP are short: the code has a base, the stack lies below 64 KiB. SS has all the memory, for the stubs. */
struct task *add_task16(const char *name)
{
    static unsigned count16;
    static uint16_t ss;
    struct task *task = next_task(name, true);

    if (count16 == 2)
        harness_fault("too many tasks of 16 bits");
    if (!ss)
        ss = add_descriptor("stack16", encode_descriptor((struct descriptor){.limit = 0xfffff, .g = true, .type = DATA_WRITABLE}));
    task->tss16 = (struct tss16){
        .sp0 = (uint16_t)stack_top(STACK_REAL),
        .ss0 = ss,
        .flags = EFLAGS_FIXED,
        .ax = (uint16_t)pattern(0),
        .cx = (uint16_t)pattern(1),
        .dx = (uint16_t)pattern(2),
        .bx = (uint16_t)pattern(3),
        .sp = (uint16_t)stack_top(STACK_LOW1 + count16++),
        .bp = (uint16_t)pattern(5),
        .si = (uint16_t)pattern(6),
        .di = (uint16_t)pattern(7),
        .es = SEL_DATA_ES,
        .cs = SEL_CODE_1MIB,
        .ss = ss,
        .ds = SEL_DATA_DS,
    };
    return task;
}

static void set_entry(struct task *task, uintptr_t entry)
{
    if (task->is_16bit)
        task->tss16.ip = (uint16_t)(entry - segment_of(task->tss16.cs).base);
    else
        task->tss.eip = entry - segment_of(task->tss.cs).base;
}

void set_task_program(struct task *task, struct program program)
{
    set_entry(task, program.entry);
    record_labels(program.labels);
}

void set_task_gate_options(unsigned vector, struct task *task, struct gate_options options)
{
    idt[vector] = make_gate(0, task->selector, GATE_TASK, options.dpl, !options.not_present);
    if (task->is_16bit ? !task->tss16.ip : !task->tss.eip)
        set_entry(task, stub_of(vector));
    open_stubs(task->is_16bit ? task->tss16.cs : task->tss.cs & 0xffff);
}

void set_task_descriptor(struct task *task, struct descriptor d)
{
    d.base = d.base ? d.base : (uintptr_t)&task->tss;
    gdt[task->selector / 8] = encode_descriptor(d);
}
