/*
 * A gate to a code segment of DPL 3, called from CPL 3: no change of privilege. The frame goes below the program's own RSP, which
 * is aligned first, and the handler runs at CPL 3. It shows itself by INT 0x41.
 */
#include <case.h>

CASE(.about = "INT 0x40 at CPL 3 with RSP not aligned, gate to 64-bit code of DPL 3",
     .spec = "SDM 2A \"INT n/INTO/INT3/INT1-Call to Interrupt Procedure\"", .id = "idt-cs-dpl3-user-ok", .vector = 0x41, .error = NO_ERROR,
     .saved_rip = "handler_after");

#define ASIDE 5 /* bytes below the top */

static void read_pushed_frame(void)
{
    const struct interrupt_frame *frame = (const struct interrupt_frame *)(stack_top(STACK_USER) - 16) - 1;

    note("pushed.rip", frame->rip - recorded_label("after"));
    note("pushed.cs", frame->cs);
    note("pushed.rflags", frame->rflags);
    note("pushed.rsp", stack_top(STACK_USER) - frame->rsp);
    note("pushed.ss", frame->ss);
}

void run(void)
{
    struct program program = ASSEMBLE(MARK(fault) "int 0x40\n" MARK(after) "jmp 1f\n" MARK(handler) "int 0x41\n" MARK(handler_after) "1:\n");

    in_user_mode();
    start.rsp -= ASIDE;
    *gate_of(0x40) = make_gate(label_of(program, "handler"), SEL_USER_CODE64 & ~3u, 0, GATE_INTERRUPT, 3, true);
    set_gate(0x41, .dpl = 3);
    at_end(read_pushed_frame);
    run_program(program);
}
