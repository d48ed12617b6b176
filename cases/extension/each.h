/*
 * each.h: many instructions one behind the other, and what comes of each: the vector of its fault, or of the INT3 behind it, which
 * says that it was executed. The state that a case is about holds for all of them, and none changes it.
 */
#include <case.h>

#define BX "rbx"
#include "instructions.h"

#define ELSEWHERE 0x100 /* the saved RIP is neither the instruction's nor the one behind its INT3 */

static const struct label *first, *now; /* the instructions; the last label is the end */
static uint16_t outcome[64];

static void come(struct interrupt_frame *frame, unsigned vector)
{
    uint64_t expected = vector == VEC_BP ? now[1].address : now->address + behind_lock((unsigned)ARG0);

    if (!now[1].address)
        return; /* behind the last one nothing may come: again, until the time limit */
    outcome[now - first] = (uint16_t)(vector | (frame->rip == expected ? 0 : ELSEWHERE));
    now++;
    frame->rip = now->address + behind_lock((unsigned)ARG0);
    frame->rflags = start.rflags;
}

#include "handlers.h"

static void note_outcomes(void)
{
    for (const struct label *l = first; l[1].address; l++)
        note(l->name, outcome[l - first]);
}

static void each(struct program program)
{
    first = now = (const struct label *)program.labels;
    at_end(note_outcomes);
    set_handlers();
    start.rbx = start.rdi = map_page("operand", PAGE_PRESENT | PAGE_WRITE | PAGE_USER);
    fill_operand(frame_of(start.rbx));
    if (ARG0 & USER)
        in_user_mode();
    start.rip = program.entry + behind_lock((unsigned)ARG0);
    enter_state((unsigned)ARG0);
    run_program(program);
}

#define GROUP(name, instructions)                  \
    static void __attribute__((unused)) name(void) \
    {                                              \
        each(ASSEMBLE(MACROS instructions END));   \
    }

#define ROW(name_, group, state, about_, spec_, needs_)                                                                                             \
    {                                                                                                                                               \
        VARIANT, .name = name_, .about = about_ ": vectors, 0x3 if executed", .spec = spec_, .needs = needs_, .run = group, .vector = NO_EXCEPTION, \
                 .arg = {                                                                                                                           \
                     state                                                                                                                          \
                 }                                                                                                                                  \
    }
