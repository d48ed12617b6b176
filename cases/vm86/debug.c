/* Debug exceptions in virtual-8086 mode: single steps, breakpoints at linear addresses, RF in the frame and from it. */
#include <case32.h>

static void set_up(void)
{
    in_vm86();
    start.eflags |= EFLAGS_IOPL(3);
    start.ebx = 0x10;
}

static void step(void)
{
    set_up();
    start.eflags |= EFLAGS_TF;
    PROGRAM16(MARK(fault) "nop\n" MARK(after) "nop\n");
}

static void step_resumed(void)
{
    on_exception(VEC_DB, stop_stepping);
    step();
}

static void step_popf(void)
{
    set_up();
    PROGRAM16("push 0x102\npopf\n" MARK(fault) "nop\n" MARK(after) "nop\n");
}

/* The handler isn't stepped, and the image has TF. */
static void step_int(void)
{
    set_up();
    set_gate(0x40, .dpl = 3);
    start.eflags |= EFLAGS_TF;
    FAULT16("int 0x40");
}

static void step_undefined(void)
{
    set_up();
    start.eflags |= EFLAGS_TF;
    FAULT16("ud2");
}

static void step_mov_ss(void)
{
    set_up();
    start.eflags |= EFLAGS_TF;
    start.eax = REAL_STACK;
    PROGRAM16(MARK(fault) "mov ss, ax\n" MARK(next) "nop\n" MARK(after) "nop\n");
}

static void execute(void)
{
    struct program program = ASSEMBLE16("nop\n" MARK(fault) "nop\n" MARK(after) "nop\n");

    set_up();
    set_breakpoint(0, label_of(program, "fault"), BREAK_EXECUTE, LENGTH_1);
    run_program(program);
}

static void execute_resumed(void)
{
    on_exception(VEC_DB, step_over_breakpoint);
    execute();
}

#define DATA(name, instruction, address, type, length)               \
    static void name(void)                                           \
    {                                                                \
        set_up();                                                    \
        set_breakpoint(0, address, type, length);                    \
        PROGRAM16(MARK(fault) instruction "\n" MARK(after) "nop\n"); \
    }
DATA(write, "mov [bx], ax", 16 * REAL_DS + 0x10, BREAK_WRITE, LENGTH_2)
DATA(access, "mov al, fs:[bx]", 16 * REAL_FS + 0x10, BREAK_ACCESS, LENGTH_1)
DATA(push, "push ax", 16 * REAL_STACK + 0xfbe, BREAK_WRITE, LENGTH_2)

#define STEP "SDM 3B \"Single-Step Exception Condition\""
#define EXECUTE "SDM 3B \"Instruction-Breakpoint Exception Condition\""
#define ACCESS "SDM 3B \"Data Memory and I/O Breakpoint Exception Conditions\""
#define ROW(name_, spec_, about_, ...)                                                                                                \
    {                                                                                                                                 \
        VARIANT, .name = #name_, .about = about_ " in virtual-8086 mode", .spec = spec_, .run = name_, .error = NO_ERROR, __VA_ARGS__ \
    }
#define TRAP .vector = VEC_DB, .saved_rip = AFTER
VARIANTS(ROW(step, STEP, "a single step", TRAP), ROW(step_resumed, STEP, "a single step whose handler clears TF and returns", TRAP, .resumes = 1),
         ROW(step_popf, STEP, "POPF sets TF, a single step behind the instruction that follows", TRAP),
         ROW(step_int, STEP, "INT n with TF=1", .vector = 0x40, .saved_rip = AFTER),
         ROW(step_undefined, STEP, "UD2 with TF=1", .vector = VEC_UD, .saved_rip = AT_FAULT), ROW(step_mov_ss, STEP, "MOV SS with TF=1", TRAP),
         ROW(execute, EXECUTE, "an instruction breakpoint", .vector = VEC_DB, .saved_rip = AT_FAULT),
         ROW(execute_resumed, EXECUTE, "an instruction breakpoint whose handler sets RF and returns", .vector = VEC_DB, .saved_rip = AT_FAULT,
             .resumes = 1),
         ROW(write, ACCESS, "a word is written where a breakpoint is", TRAP),
         ROW(access, ACCESS, "a byte is read where a breakpoint on accesses is", TRAP), ROW(push, ACCESS, "PUSH writes where a breakpoint is", TRAP));
