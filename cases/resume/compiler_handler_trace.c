/*
 * Single steps with a handler in C: one #DB behind each instruction, in order, until the handler clears TF in the frame;
 * then none. The handler itself is not traced.
 */
#include <case.h>

#define STEPS 50

CASE(.about = "50 single steps at CPL 0, handler in C", .spec = "SDM 3B \"Single-Step Exception Condition\"", .id = "resume-db-tf-trace",
     .vector = NO_EXCEPTION);

static uint8_t distances[STEPS + 1]; /* from the program's entry */
static unsigned steps;

__attribute__((interrupt)) static void trace(struct interrupt_frame *frame)
{
    volatile struct interrupt_frame *image = frame; /* else Clang takes the write for a dead one */

    distances[steps] = (uint8_t)(frame->rip - start.rip);
    if (++steps == STEPS)
        image->rflags &= ~(uint64_t)RFLAGS_TF;
}

static void read_steps(void)
{
    note("steps", steps);
    note("dr6", read_dr6());
}

void run(void)
{
    set_handler(&idt.debug, trace);
    start.rflags |= RFLAGS_TF;
    record_memory("distances", distances, sizeof(distances));
    at_end(read_steps);
    /* Lengths 1 to 5, ten times, then two that are not traced. */
    PROGRAM(".rept 10\nnop\nnot eax\nnot rcx\nlea rdx, [rdx + 1]\nmov ebx, 0x12345678\n.endr\nnop\nnop\n");
}
