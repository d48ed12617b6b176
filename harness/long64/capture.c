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

/* What each vector's capture does next, by the names of case.h; what isn't among them is the case's own. */
void put_actions(void)
{
    static const struct {
        action *act;
        const char *name;
    } known[] = {{resume, "resume"},
                 {resume_after, "resume_after"},
                 {stop_stepping, "stop_stepping"},
                 {step_over_breakpoint, "step_over_breakpoint"},
                 {end_of_interrupt, "end_of_interrupt"}};

    for (unsigned v = 0; v < 256; v++) {
        const char *name = "other";

        if (actions[v].program)
            print("action %lx run %lx\n", (unsigned long)v, (unsigned long)actions[v].program);
        if (actions[v].program || !actions[v].act)
            continue;
        for (unsigned i = 0; i < sizeof(known) / sizeof(*known); i++)
            if (known[i].act == actions[v].act)
                name = known[i].name;
        print("action %lx %s\n", (unsigned long)v, name);
    }
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
