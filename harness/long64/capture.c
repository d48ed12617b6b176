/* capture.c: what the stubs call: keeps every fact of a delivery, then does what the case asked for. */
#include "case.h"
#include "common/cpu.h"
#include "common/describe.h"
#include "common/gather.h"
#include "common/line.h"
#include "common/record.h"
#include "long64/trap.h"

struct entry_state entry_state;
uint32_t entry_vector;

UNSET struct capture captures[MAX_FRAMES];
unsigned capture_count;

static unsigned running; /* 0: the program, else the frame whose handler runs */
static bool recording;   /* a fault now is the harness's own */

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

struct segments read_segments(void)
{
    struct segments s = read_selectors();

    s.fs_base = read_msr(MSR_FS_BASE);
    s.gs_base = read_msr(MSR_GS_BASE);
    return s;
}

void read_slots(uintptr_t address, uint64_t slots[SLOT_COUNT])
{
    bool all = is_mapped(address, 8 * SLOT_COUNT);

    for (unsigned i = 0; i < SLOT_COUNT; i++)
        slots[i] = all || is_mapped(address + 8 * i, 8) ? ((const uint64_t *)address)[i] : 0;
}

/* Back to whom the frame interrupted. */
static uintptr_t return_from_handler(void)
{
    if (running)
        running = captures[running - 1].interrupts;
    if (has_error_code(entry_state.registers.rsp))
        entry_state.registers.rsp += 8;
    return 0;
}

static _Noreturn void abandon(uint64_t rsp)
{
    uintptr_t at = rsp + (has_error_code(rsp) ? 8 : 0);

    harness_interrupted(entry_vector, is_mapped(at, 8) ? *(const uint64_t *)at : 0);
}

/* Returns where the handler goes on: 0 for IRETQ. Ends the run where nothing was asked for. */
uintptr_t capture(void);
uintptr_t capture(void)
{
    uint64_t rsp = entry_state.registers.rsp;
    struct capture *c = &captures[capture_count];

    if (recording || !program_armed)
        abandon(rsp);
    recording = true;
    c->cr2 = read_cr2();
    c->dr6 = read_dr6();
    c->dr7 = read_dr7();
    c->interrupts = running;
    c->vector = entry_vector;
    c->entry = entry_state;
    c->segments = read_segments();
    read_slots(rsp, c->slots);
    running = ++capture_count;
    if (capture_count == MAX_FRAMES)
        end_run();

    if (actions[c->vector].program) {
        recording = false;
        return actions[c->vector].program;
    }
    if (!actions[c->vector].act)
        end_run();
    actions[c->vector].act((struct interrupt_frame *)(rsp + (has_error_code(rsp) ? 8 : 0)), c);
    recording = false;
    return return_from_handler();
}

/* The end of a handler's program. */
uintptr_t finish_handler(void);
uintptr_t finish_handler(void)
{
    return return_from_handler();
}
