/* Debug exceptions in real mode: single steps, breakpoints at linear addresses, and the general-detect condition. */
#include <case16.h>

static void step_popf(void)
{
    PROGRAM("pushf\nor word ptr ss:[0xfbe], 0x100\npopf\n" MARK(fault) "nop\n" MARK(after) "nop\n");
}

static void step_int(void)
{
    start.eflags |= EFLAGS_TF;
    FAULT("int 0x40");
}

static void step_undefined(void)
{
    start.eflags |= EFLAGS_TF;
    FAULT("ud2");
}

static void step_rep(void)
{
    start.eflags |= EFLAGS_TF;
    start.ecx = 3;
    start.edi = 0;
    FAULT("rep stosb");
}

/* The trap comes behind the instruction that follows MOV SS. */
static void step_mov_ss(void)
{
    start.eflags |= EFLAGS_TF;
    start.eax = REAL_STACK;
    PROGRAM(MARK(fault) "mov ss, ax\n" MARK(next) "nop\n" MARK(after) "nop\n");
}

static void step_resumed(void)
{
    start.eflags |= EFLAGS_TF;
    on_exception(VEC_DB, stop_stepping);
    PROGRAM(MARK(fault) "nop\n" MARK(after) "nop\n");
}

static void run_with_breakpoint(struct program program, uintptr_t address, enum breakpoint_type type, enum breakpoint_length length)
{
    set_breakpoint(0, address, type, length);
    run_program(program);
}

static void execute(void)
{
    struct program program = ASSEMBLE("nop\n" MARK(fault) "nop\n" MARK(after) "nop\n");

    run_with_breakpoint(program, label_of(program, "fault"), BREAK_EXECUTE, LENGTH_1);
}

/* IRETD loads RF, which holds for the instruction that it comes to. */
static void execute_rf(void)
{
    struct program program =
        ASSEMBLE(PUSH_DWORD("0x10002") PUSH_DWORD("0x800") PUSH_DWORD("771f - 0x8000") "iretd\n" MARK(fault) "nop\n" MARK(after) "nop\n");

    run_with_breakpoint(program, label_of(program, "fault"), BREAK_EXECUTE, LENGTH_1);
}

#define DATA(name, before, instruction, address, type, length)                                                         \
    static void name(void)                                                                                             \
    {                                                                                                                  \
        start.ebx = 0x10;                                                                                              \
        run_with_breakpoint(ASSEMBLE(before MARK(fault) instruction "\n" MARK(after) "nop\n"), address, type, length); \
    }
#define AT_DS (16 * REAL_DS + 0x10)
#define OTHER_STACK "mov esp, 0x800\n" /* away from what the harness's IRET pops */
DATA(write, "", "mov [bx], ax", AT_DS, BREAK_WRITE, LENGTH_2)
DATA(write_read, "", "mov ax, [bx]", AT_DS, BREAK_WRITE, LENGTH_2)
DATA(access_read, "", "mov al, [bx]", AT_DS, BREAK_ACCESS, LENGTH_1)
DATA(write_partly, "", "mov [bx-1], ax", AT_DS, BREAK_WRITE, LENGTH_1)
DATA(write_override, "", "mov es:[bx], al", 16 * REAL_ES + 0x10, BREAK_WRITE, LENGTH_1)
DATA(push, OTHER_STACK, "push ax", 16 * REAL_STACK + 0x7fe, BREAK_WRITE, LENGTH_2)

static void io(void)
{
    write_cr4(read_cr4() | CR4_DE);
    start.eax = 0;
    run_with_breakpoint(ASSEMBLE(MARK(fault) "out 0x80, al\n" MARK(after) "nop\n"), 0x80, BREAK_IO, LENGTH_1);
}

static void two(void)
{
    start.ebx = 0x10;
    set_breakpoint(2, AT_DS, BREAK_ACCESS, LENGTH_2);
    run_with_breakpoint(ASSEMBLE(MARK(fault) "mov [bx], ax\n" MARK(after) "nop\n"), AT_DS, BREAK_WRITE, LENGTH_1);
}

#define GENERAL_DETECT(name, instruction) \
    static void name(void)                \
    {                                     \
        start.dr7 |= DR7_GD;              \
        FAULT(instruction);               \
    }
GENERAL_DETECT(detect_read, "mov eax, dr0")
GENERAL_DETECT(detect_write, "mov dr3, eax")
GENERAL_DETECT(detect_dr7, "mov eax, dr7")

static void alias(void)
{
    write_cr4(read_cr4() | CR4_DE);
    FAULT("mov eax, dr4");
}

#define STEP "SDM 3B \"Single-Step Exception Condition\""
#define EXECUTE "SDM 3B \"Instruction-Breakpoint Exception Condition\""
#define ACCESS "SDM 3B \"Data Memory and I/O Breakpoint Exception Conditions\""
#define DETECT "SDM 3B \"General-Detect Exception Condition\""
#define ROW(name_, spec_, id_, about_, ...)                                                                              \
    {                                                                                                                    \
        VARIANT, .name = #name_, .about = about_, .spec = spec_, .id = id_, .run = name_, .error = NO_ERROR, __VA_ARGS__ \
    }
#define TRAP .vector = VEC_DB, .saved_rip = AFTER
#define FAULTS .vector = VEC_DB, .saved_rip = AT_FAULT
VARIANTS(ROW(step_popf, STEP, "db-tf-rm", "POPF sets TF: the trap comes behind the instruction that follows", TRAP),
         ROW(step_int, STEP, "", "INT n with TF=1: FLAGS are saved with TF, the handler isn't stepped", .vector = 0x40, .saved_rip = AFTER),
         ROW(step_undefined, STEP, "", "UD2 with TF=1", .vector = VEC_UD, .saved_rip = AT_FAULT),
         ROW(step_rep, STEP, "", "REP STOSB with TF=1: a trap behind the first iteration", FAULTS),
         ROW(step_mov_ss, STEP, "", "MOV SS with TF=1", TRAP),
         ROW(step_resumed, STEP, "", "a single step whose handler clears TF in the image and returns", TRAP, .resumes = 1),
         ROW(execute, EXECUTE, "db-exec-rm", "an instruction breakpoint", FAULTS),
         ROW(execute_rf, EXECUTE, "", "an instruction breakpoint where IRETD has loaded RF", .vector = NO_EXCEPTION),
         ROW(write, ACCESS, "db-write-rm", "a word is written where a breakpoint is", TRAP),
         ROW(write_read, ACCESS, "", "a word is read where a breakpoint on writes is", .vector = NO_EXCEPTION),
         ROW(access_read, ACCESS, "", "a byte is read where a breakpoint on accesses is", TRAP),
         ROW(write_partly, ACCESS, "", "a word's second byte is written where a breakpoint is", TRAP),
         ROW(write_override, ACCESS, "", "a byte in ES is written where a breakpoint is", TRAP),
         ROW(push, ACCESS, "", "PUSH writes where a breakpoint is", TRAP),
         ROW(io, ACCESS, "", "OUT to a port where a breakpoint is", TRAP, .needs = "de"),
         ROW(two, ACCESS, "", "a write that meets two breakpoints", TRAP), ROW(detect_read, DETECT, "db-gd-rm", "MOV EAX, DR0 with DR7.GD=1", FAULTS),
         ROW(detect_write, DETECT, "", "MOV DR3, EAX with DR7.GD=1", FAULTS), ROW(detect_dr7, DETECT, "", "MOV EAX, DR7 with DR7.GD=1", FAULTS),
         ROW(alias, "SDM 2B \"MOV-Move to/from Debug Registers\"", "", "MOV EAX, DR4 with CR4.DE=1", .vector = VEC_UD, .saved_rip = AT_FAULT,
             .needs = "de"));
