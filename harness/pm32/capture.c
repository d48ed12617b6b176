/* capture.c: what the stubs call: keeps every fact of a delivery, then does what the case asked for. */
#include "common/cpu.h"
#include "common/describe.h"
#include "common/gather.h"
#include "common/line.h"
#include "common/record.h"
#include "pm32/trap.h"

extern struct start entry_state; /* stubs.S */
extern uint32_t entry_vector;
extern uint8_t entry_reason, entry_from_outer;

UNSET struct capture captures[MAX_FRAMES];
unsigned capture_count;

static unsigned running; /* 0: the program, else the frame whose handler runs */
static bool recording;   /* a fault now is the harness's own */
static bool came_from_real_mode;

static struct {
    action *act;
    uintptr_t program;
} actions[256];

void on_exception(unsigned vector, action *act)
{
    actions[vector].act = act;
}

void on_exception_run(unsigned vector, struct program program)
{
    actions[vector].program = program.entry;
    record_labels(program.labels);
}

/* What each vector's capture does next: the table, and the actions of case.h. And the number of frames, which an action may take back. */
void put_actions(void)
{
    print("actions table=%lx resume=%lx resume_after=%lx", (unsigned long)(uintptr_t)actions, (unsigned long)(uintptr_t)resume,
          (unsigned long)(uintptr_t)resume_after);
    print(" stop_stepping=%lx step_over_breakpoint=%lx", (unsigned long)(uintptr_t)stop_stepping, (unsigned long)(uintptr_t)step_over_breakpoint);
    print(" end_of_interrupt=%lx frames=%lx\n", (unsigned long)(uintptr_t)end_of_interrupt, (unsigned long)(uintptr_t)&capture_count);
}

static unsigned gate_type(unsigned vector)
{
    struct table_register idtr;
    const struct gate *gate;

    __asm__ volatile("sidt %0" : "=m"(idtr));
    gate = (const struct gate *)idtr.base + vector;
    if (came_from_real_mode || vector * sizeof(*gate) + sizeof(*gate) - 1 > idtr.limit || !is_mapped((uintptr_t)gate, sizeof(*gate)))
        return 0;
    return gate->type_dpl_p & 15;
}

static void read_slots(struct capture *c, uint32_t slots[SLOT_COUNT])
{
    for (unsigned i = 0; i < SLOT_COUNT; i++) {
        uint32_t at = c->slots_at + 4 * i;

        if (c->is_real)
            slots[i] = *(const uint16_t *)(16 * c->at.r.ss + ((c->at.r.esp + 2 * i) & 0xffff));
        else
            slots[i] = is_mapped(at, 4) ? *(const uint32_t *)at : 0;
    }
}

void read_slots_again(unsigned number, uint32_t slots[SLOT_COUNT]);
void read_slots_again(unsigned number, uint32_t slots[SLOT_COUNT])
{
    read_slots(&captures[number - 1], slots);
}

static void read_state(struct state *s)
{
    uint16_t tr, ldtr;

    s->r = entry_state;
    s->r.cr2 = read_cr2();
    s->r.dr6 = read_dr6();
    s->r.dr7 = read_dr7();
    s->cr0 = read_cr0();
    s->cr3 = read_cr3();
    __asm__ volatile("str %0\n\tsldt %1" : "=m"(tr), "=m"(ldtr));
    s->tr = tr;
    s->ldtr = ldtr;
}

/* What the call gate pushed is what the code outside CPL 0 had. */
static void take_from_gate(void)
{
    const struct {
        uint32_t eip, cs, esp, ss;
    } * pushed;
    uint32_t at = stack_address(entry_state.ss, entry_state.esp);

    pushed = (const void *)at;
    entry_state.cs = pushed->cs & 0xffff;
    entry_state.esp = pushed->esp;
    entry_state.ss = pushed->ss & 0xffff;
    restore_gate_stack(at, sizeof(*pushed));
}

/* UD2 where a program of virtual-8086 mode ends is no exception of its own. */
static bool is_end_of_vm86(const struct capture *c)
{
    return c->vector == VEC_UD && c->slots[2] & EFLAGS_VM && (c->slots[1] & 0xffff) == REAL_CODE &&
           c->slots[0] == (uintptr_t)program_end16 - LOW_BEGIN && *(const uint16_t *)program_end16 == 0x0b0f;
}

static _Noreturn void end_program(const struct capture *vm86)
{
    program_final = (struct state){0};
    read_state(&program_final);
    if (vm86) {
        const struct vm86_frame *pushed = (const struct vm86_frame *)vm86->slots;

        program_final.r.cs = pushed->frame.cs & 0xffff;
        program_final.r.eflags = pushed->frame.eflags & ~EFLAGS_RF;
        program_final.r.esp = pushed->frame.esp;
        program_final.r.ss = pushed->frame.ss & 0xffff;
        program_final.r.es = pushed->es & 0xffff;
        program_final.r.ds = pushed->ds & 0xffff;
        program_final.r.fs = pushed->fs & 0xffff;
        program_final.r.gs = pushed->gs & 0xffff;
        restore_gate_stack(entry_state.esp, sizeof(*pushed));
    }
    read_tasks(&tasks_final);
    program_finished = true;
    recording = false;
    leave_program();
}

/* Where, in the segment CS, it is that an IRET of the handler's size stands. */
static uint32_t iret_for(const struct capture *c)
{
    if (c->type == GATE_INTERRUPT16 || c->type == GATE_TRAP16)
        return (uintptr_t)return_by_iretw;
    return stub_of(c->vector) - 1; /* a task that is used again goes on behind it */
}

/* Back to whom the frame interrupted. */
static _Noreturn void return_from_handler(void)
{
    const struct capture *c = running ? &captures[running - 1] : &captures[0];

    going = entry_state;
    if (has_error_code(c))
        going.esp += c->type == GATE_INTERRUPT16 || c->type == GATE_TRAP16 || (c->type == GATE_TASK && task_of(c->at.tr)->is_16bit) ? 2 : 4;
    if (running)
        running = c->interrupts;
    if (came_from_real_mode) {
        going.cs = LOW_SEGMENT;
        going.eip = (uintptr_t)low_iret - LOW_BEGIN;
    } else
        going.eip = iret_for(c) - segment_of(going.cs).base;
    go_on(way_to(true));
}

static _Noreturn void run_in_handler(uintptr_t program)
{
    going = entry_state;
    going.eip = program - (came_from_real_mode ? 16 * going.cs : segment_of(going.cs).base);
    recording = false;
    go_on(way_to(true));
}

static void act(action *wanted, struct capture *c)
{
    struct interrupt_frame before = load_frame(c), frame = before;

    wanted(&frame, c);
    if (frame.eip != before.eip || frame.cs != before.cs || frame.eflags != before.eflags || frame.esp != before.esp || frame.ss != before.ss)
        store_frame(c, frame);
}

/* The harness runs at CPL 0 on a flat stack. */
static _Noreturn void abandon(void)
{
    const uint32_t *frame = (const uint32_t *)entry_state.esp;

    harness_interrupted(entry_vector & 0xff, frame[vector_has_error_code(entry_vector & 0xff)]);
}

/* With all that the stubs stored. Ends the run where nothing was asked for. */
static _Noreturn void take(void)
{
    struct capture *c = &captures[capture_count];
    unsigned reason = entry_reason;

    set_smap_aside();
    if (entry_from_outer)
        take_from_gate();
    entry_from_outer = 0;
    entry_reason = BY_GATE;
    if (reason == BY_PROGRAM16_END)
        entry_state.cs = start.cs;
    if (reason == BY_PROGRAM_END || reason == BY_PROGRAM16_END)
        end_program(NULL);
    if (reason == BY_HANDLER_END)
        return_from_handler();

    if (recording || !program_armed)
        abandon();
    recording = true;
    read_state(&c->at);
    c->interrupts = running;
    c->vector = entry_vector & 0xff;
    c->type = gate_type(c->vector);
    c->is_real = came_from_real_mode;
    c->slots_at = c->is_real ? 16 * c->at.r.ss + (c->at.r.esp & 0xffff) : stack_address(c->at.r.ss, c->at.r.esp);
    read_slots(c, c->slots);
    if (is_end_of_vm86(c))
        end_program(c);
    read_tasks(&c->tasks);
    running = ++capture_count;
    if (capture_count == MAX_FRAMES)
        end_run();

    if (actions[c->vector].program)
        run_in_handler(actions[c->vector].program);
    if (!actions[c->vector].act)
        end_run();
    act(actions[c->vector].act, c);
    recording = false;
    return_from_handler();
}

_Noreturn void capture(void);
void capture(void)
{
    came_from_real_mode = false;
    take();
}

void capture_in_real_mode(void)
{
    entry_state = low_state;
    entry_vector = low_vector;
    entry_reason = low_reason;
    low_reason = BY_GATE;
    came_from_real_mode = true;
    take();
}
