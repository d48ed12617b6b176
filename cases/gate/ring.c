/*
 * A handler at a CPL that is not 0. To CPL 1 or 2 the stack is RSP1 or RSP2 of the TSS, SS is NULL with the new CPL as RPL.
 * To a code segment of the same CPL, or a conforming one, there is no switch: the frame goes to the interrupted stack,
 * aligned, and SS stays; an IST stack is taken all the same.
 *
 * The capturing stubs run at CPL 0 only, so the handler is part of the program: it reads CS and SS, and goes to its end.
 * What was pushed is read from its stack.
 */
#include <case.h>

#define SPEC "SDM 2A \"INT n/INTO/INT3/INT1-Call to Interrupt Procedure\""
#define CONFORMING 4 /* ARG0: this or the handler's ring */

static const uint64_t *frame;

static void read_frame(void)
{
    note("pushed.rip", frame[0]);
    note("pushed.cs", frame[1]);
    note("pushed.rflags", frame[2]);
    note("pushed.rsp", frame[3]);
    note("pushed.ss", frame[4]);
    note("above.0", frame[5]);
    note("above.1", frame[6]);
    note("below", frame[-1]);
}

static void run(void)
{
    struct program program = ASSEMBLE(MARK(fault) "int 0x40\n" MARK(after) "jmp program_end\n" MARK(handler) "mov eax, cs\nmov ecx, ss\n");
    uint8_t ring = (uint8_t)ARG0;
    struct descriptor code = {.type = CODE_READABLE, .dpl = ring, .l = true};
    uint16_t selector;
    uintptr_t rsp;

    in_user_mode();
    if (ring == CONFORMING)
        code = (struct descriptor){.type = CODE_CONFORMING, .l = true};
    selector = add_descriptor("handler_code", encode_descriptor(code));
    start.rsp -= 3;
    rsp = ring == 1 ? stack_top(STACK_RSP1) : ring == 2 ? stack_top(STACK_RSP2) : start.rsp;
    if (ARG1)
        rsp = tss.ist[ARG1 - 1] = stack_top(STACK_USER) - 0x800; /* CPL 3 may write there */
    frame = (const uint64_t *)((rsp & ~15ull) - 40);
    *gate_of(0x40) = make_gate(label_of(program, "handler"), selector, (unsigned)ARG1, GATE_INTERRUPT, 3, true);
    at_end(read_frame);
    run_program(program);
}

VARIANTS({VARIANT, .name = "1", .about = "INT 0x40 at CPL 3, handler at CPL 1: RSP1", .spec = "SDM 3A \"Stack Switching in IA-32e Mode\"",
          .id = "frame-ring1-handler", .vector = NO_EXCEPTION, .run = run, .arg = {1}},
         {VARIANT, .name = "2", .about = "INT 0x40 at CPL 3, handler at CPL 2: RSP2", .spec = "SDM 3A \"Stack Switching in IA-32e Mode\"",
          .vector = NO_EXCEPTION, .run = run, .arg = {2}},
         {VARIANT, .name = "3", .about = "INT 0x40 at CPL 3 to a non-conforming code segment of DPL 3: no switch", .spec = SPEC,
          .vector = NO_EXCEPTION, .run = run, .arg = {3}},
         {VARIANT, .name = "conforming", .about = "INT 0x40 at CPL 3 to a conforming code segment of DPL 0: no switch, CPL 3", .spec = SPEC,
          .id = "frame-conforming-user", .vector = NO_EXCEPTION, .run = run, .arg = {CONFORMING}},
         {VARIANT, .name = "conforming_ist", .about = "INT 0x40 at CPL 3 to a conforming code segment of DPL 0, gate IST=2: CPL 3 on that stack",
          .spec = "SDM 3A \"Interrupt Stack Table\"", .vector = NO_EXCEPTION, .run = run, .arg = {CONFORMING, 2}});
