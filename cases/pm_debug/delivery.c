/*
 * Data breakpoints in 32-bit modes on what a transfer of control accesses. What a CALL through a call gate pushes, and the parameters that it reads,
 * are the instruction's own accesses: the trap is at the target. Whether the pushes of a delivery and the gate are such accesses nobody says
 * (debug/data_breakpoint_delivery.c): either answer will do. And a breakpoint that MOV to SS has met waits for the software interrupt behind it, and
 * comes in its handler.
 */
#include <case32.h>

#define PARAMETERS 2

/* The handler's first instruction is a label, since a trap would save it; it goes on to the harness's own. */
#define WITH_HANDLER(instruction) ASSEMBLE(MARK(fault) instruction "\n" MARK(after) "nop\n" MARK(handler) "jmp ebp\n")

static void deliver(struct program program, unsigned vector, uintptr_t watched, enum breakpoint_type type)
{
    const struct gate *gate = gate_of(vector);

    start.ebp = gate->offset_15_0 | (uint32_t)gate->offset_31_16 << 16;
    *gate_of(vector) = make_gate(label_of(program, "handler"), SEL_KERNEL_CODE, GATE_INTERRUPT, 3, true);
    set_breakpoint(0, watched, type, LENGTH_4);
    run_program(program);
}

static void exception_push(void)
{
    in_ring(3);
    deliver(WITH_HANDLER("ud2"), VEC_UD, stack_top(STACK_ESP0) - 0x14, BREAK_WRITE);
}

static void int_push(void)
{
    in_ring(3);
    deliver(WITH_HANDLER("int 0x40"), 0x40, stack_top(STACK_ESP0) - 4, BREAK_WRITE);
}

static void int_gate(void)
{
    deliver(WITH_HANDLER("int 0x40"), 0x40, (uintptr_t)gate_of(0x40), BREAK_ACCESS);
}

/* ARG0: where the breakpoint is, from the top of the inner stack. */
static void call_gate(void)
{
    struct program p = ASSEMBLE(MARK(fault) "call fword ptr [ebx]\n" MARK(after) "ud2\n" MARK(target) "nop\n");
    uint32_t *pointer;

    in_ring(3);
    start.ebx = map_page("pointer", PAGE_PRESENT | PAGE_USER);
    pointer = frame_of(start.ebx);
    pointer[1] =
        add_call_gate("gate", (struct call_gate){.offset = label_of(p, "target"), .selector = SEL_KERNEL_CODE, .parameters = PARAMETERS, .dpl = 3});
    start.esp -= 4 * PARAMETERS;
    for (uint32_t i = 0; i < PARAMETERS; i++)
        ((uint32_t *)(uintptr_t)start.esp)[i] = 0x50 + i;
    name_place("target", label_of(p, "target"), 1);
    set_breakpoint(0, stack_top(STACK_ESP0) - (uintptr_t)ARG0, BREAK_WRITE, LENGTH_4);
    run_program(p);
}

/* EBX points to a watched selector for SS. */
static void watch_selector(unsigned selector)
{
    start.ebx = map_page("selector", PAGE_PRESENT | PAGE_USER);
    *(uint16_t *)frame_of(start.ebx) = (uint16_t)selector;
    set_breakpoint(0, start.ebx, BREAK_ACCESS, LENGTH_2);
}

/* The interrupt's own frame is complete when the debug exception comes, so it is captured second. */
static void pending(unsigned vector)
{
    const struct gate *gate = gate_of(vector);

    in_ring((unsigned)ARG0);
    name_place("handler", gate->offset_15_0 | (uintptr_t)gate->offset_31_16 << 16, 16);
    watch_selector(start.ss);
    set_gate(vector, .dpl = 3);
    on_exception(VEC_DB, resume);
}

static void pending_int3(void)
{
    pending(VEC_BP);
    PROGRAM("mov ss, [ebx]\n" MARK(fault) "int3\n" MARK(after) "nop\n");
}

static void pending_int_n(void)
{
    pending(0x40);
    PROGRAM("mov ss, [ebx]\n" MARK(fault) "int 0x40\n" MARK(after) "nop\n");
}

static void pending_undefined(void)
{
    in_ring((unsigned)ARG0);
    watch_selector(start.ss);
    on_exception(VEC_UD, resume_after);
    PROGRAM("mov ss, [ebx]\n" MARK(fault) "ud2\n" MARK(after) "nop\n");
}

#define DATA "SDM 3B \"Data Memory and I/O Breakpoint Exception Conditions\""
#define ROW(name_, run_, arg0, about_, ...)                                                                               \
    {                                                                                                                     \
        VARIANT, .name = name_, .about = about_, .spec = DATA, .run = run_, .arg = {arg0}, .error = NO_ERROR, __VA_ARGS__ \
    }
#define COMES(vector_, place) .vector = vector_, .saved_rip = place
#define TARGET COMES(VEC_DB, "target")

VARIANTS(ROW("exception_push", exception_push, 0, "UD2 at CPL 3, a breakpoint where EIP is pushed", COMES(VEC_UD, AT_FAULT)),
         ROW("int_push", int_push, 0, "INT 0x40 at CPL 3, a breakpoint where SS is pushed", COMES(0x40, AFTER)),
         ROW("int_gate", int_gate, 0, "INT 0x40 at CPL 0, a breakpoint on its gate", COMES(0x40, AFTER)),
         ROW("call_gate_stack", call_gate, 4, "CALL of a call gate to CPL 0, a breakpoint where SS is pushed", TARGET),
         ROW("call_gate_copied", call_gate, 16, "CALL of a call gate to CPL 0, a breakpoint where the first parameter is copied to", TARGET),
         ROW("call_gate_return", call_gate, 24, "CALL of a call gate to CPL 0, a breakpoint where EIP is pushed", TARGET),
         ROW("pending_int3", pending_int3, 3, "MOV SS from a watched word at CPL 3, INT3: #DB in the handler at CPL 0", COMES(VEC_DB, "handler")),
         ROW("pending_int_n", pending_int_n, 3, "MOV SS from a watched word at CPL 3, INT 0x40: #DB in the handler at CPL 0",
             COMES(VEC_DB, "handler")),
         ROW("pending_undefined", pending_undefined, 3, "MOV SS from a watched word at CPL 3, UD2: the breakpoint is lost", COMES(VEC_UD, AT_FAULT),
             .resumes = 1));
