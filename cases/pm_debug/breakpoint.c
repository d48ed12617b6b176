/*
 * Breakpoints are linear addresses: of code through CS's base, of data through any segment's, at each CPL. An instruction breakpoint is a fault
 * that RF=1 holds off, a data breakpoint a trap.
 */
#include <case32.h>

#define CODE "SDM 3B \"Instruction-Breakpoint Exception Condition\""
#define DATA "SDM 3B \"Data Memory and I/O Breakpoint Exception Conditions\""

/* ARG0: the CPL. */
static void at_label(const char *name, struct program p)
{
    set_breakpoint(0, label_of(p, name), BREAK_EXECUTE, LENGTH_1);
    run_program(p);
}

static void execute(void)
{
    in_ring((unsigned)ARG0);
    on_exception(VEC_DB, step_over_breakpoint);
    at_label("fault", ASSEMBLE("nop\n" MARK(fault) "nop\n" MARK(after)));
}

/* Delivery clears RF: a breakpoint on the handler's first instruction isn't held off. ARG0: RF. */
static void at_handler(void)
{
    uintptr_t entry = gate_of(VEC_UD)->offset_15_0 | (uintptr_t)gate_of(VEC_UD)->offset_31_16 << 16;

    name_place("handler_ud", entry, 16);
    set_breakpoint(0, entry, BREAK_EXECUTE, LENGTH_1);
    on_exception(VEC_DB, step_over_breakpoint);
    start.eflags |= (uint32_t)ARG0;
    FAULT("ud2");
}

/* RF in the image of the IRET that starts the program. */
static void resume_flag(void)
{
    start.eflags |= EFLAGS_RF;
    at_label("fault", ASSEMBLE(MARK(fault) "nop\n" MARK(after)));
}

/* The base of CS counts. */
static void code_base(void)
{
    start.cs = SEL_CODE_1MIB;
    at_label("fault", ASSEMBLE("nop\n" MARK(fault) "nop\n" MARK(after)));
}

static void code16(void)
{
    struct program p = ASSEMBLE16("nop\n" MARK(fault) "nop\n" MARK(after) "nop\n");

    in_ring((unsigned)ARG0);
    in_code16();
    set_breakpoint(0, label_of(p, "fault"), BREAK_EXECUTE, LENGTH_1);
    run_program(p);
}

/* In the middle of an instruction: its first byte is what counts. */
static void second_byte(void)
{
    struct program p = ASSEMBLE(MARK(fault) "mov eax, 0x90909090\n" MARK(after));

    set_breakpoint(0, label_of(p, "fault") + 1, BREAK_EXECUTE, LENGTH_1);
    run_program(p);
}

/* The breakpoint comes before the instruction's own fault. */
static void before_ud2(void)
{
    in_ring((unsigned)ARG0);
    on_exception(VEC_DB, step_over_breakpoint);
    at_label("fault", ASSEMBLE("nop\n" MARK(fault) "ud2\n" MARK(after)));
}

static void before_int3(void)
{
    at_label("fault", ASSEMBLE("nop\n" MARK(fault) "int3\n" MARK(after)));
}

static void not_enabled(void)
{
    struct program p = ASSEMBLE("nop\n" MARK(fault) "nop\n" MARK(after));

    set_breakpoint(0, label_of(p, "fault"), BREAK_EXECUTE, LENGTH_1);
    start.dr7 &= ~DR7_L(0);
    run_program(p);
}

static void global(void)
{
    struct program p = ASSEMBLE("nop\n" MARK(fault) "nop\n" MARK(after));

    set_breakpoint(3, label_of(p, "fault"), BREAK_EXECUTE, LENGTH_1);
    start.dr7 = (start.dr7 & ~DR7_L(3)) | DR7_G(3);
    run_program(p);
}

/* ARG1: the type. EBX points there. */
static void data(void)
{
    in_ring((unsigned)ARG0);
    start.ebx = map_page("operand", PAGE_PRESENT | PAGE_WRITE | PAGE_USER);
    set_breakpoint(1, start.ebx, (enum breakpoint_type)ARG1, LENGTH_4);
}

#define RUN(name, text)    \
    static void name(void) \
    {                      \
        data();            \
        FAULT(text);       \
    }

RUN(store, "mov [ebx], ecx")
RUN(load, "mov eax, [ebx]")
RUN(last_byte, "mov byte ptr [ebx + 3], 1")
RUN(next_byte, "mov byte ptr [ebx + 4], 1")

static void across_before(void)
{
    data();
    start.ebx += 16;
    set_breakpoint(1, start.ebx, BREAK_WRITE, LENGTH_4);
    FAULT("mov dword ptr [ebx - 1], 1");
}

/* Through a segment whose base is a page further up. */
static void segment_base(void)
{
    uint16_t selector;

    data();
    selector = add_descriptor(
        "based", encode_descriptor((struct descriptor){.base = start.ebx - 0x1000, .limit = 0x1fff, .d = true, .type = DATA_WRITABLE, .dpl = 3}));
    start.gs = selector | 3u;
    start.ebx = 0x1000;
    FAULT("mov gs:[ebx], ecx");
}

static void push(void)
{
    in_ring((unsigned)ARG0);
    set_breakpoint(1, start.esp - 4, BREAK_WRITE, LENGTH_4);
    FAULT("push eax");
}

static void call(void)
{
    in_ring((unsigned)ARG0);
    set_breakpoint(1, start.esp - 4, BREAK_WRITE, LENGTH_4);
    PROGRAM(MARK(fault) "call 1f\n" MARK(after) "nop\n1: " MARK(target) "nop\n");
}

static void mov_ss(void)
{
    data();
    start.eax = start.ss;
    *(uint32_t *)frame_of(start.ebx) = start.ss;
    PROGRAM(MARK(fault) "mov ss, [ebx]\n" MARK(next) "nop\n" MARK(after) "nop\n");
}

/* What isn't accessed: the store faults. */
static void fault(void)
{
    start.ebx = map_page("operand", 0);
    set_breakpoint(1, start.ebx, BREAK_WRITE, LENGTH_4);
    FAULT("mov [ebx], ecx");
}

#define ROW(name_, about_, id_, spec_, cpl, type, vector_, error_, rip_, run_, ...)                                                            \
    {                                                                                                                                          \
        VARIANT, .name = name_, .about = about_, .spec = spec_, .id = id_, .vector = vector_, .error = error_, .saved_rip = rip_, .run = run_, \
                 .arg = {cpl, type}, __VA_ARGS__                                                                                               \
    }
#define DB(name, about, spec, cpl, type, rip, run, ...) ROW(name, about, "", spec, cpl, type, VEC_DB, NO_ERROR, rip, run, __VA_ARGS__)
#define NOTHING(name, about, spec, cpl, type, run) ROW(name, about, "", spec, cpl, type, NO_EXCEPTION, 0, NULL, run, )
#define RESUMED .resumes = 1

VARIANTS(DB("execute_user", "instruction breakpoint on NOP at CPL 3, then RF=1", CODE, 3, 0, AT_FAULT, execute, RESUMED),
         DB("execute_ring1", "instruction breakpoint on NOP at CPL 1, then RF=1", CODE, 1, 0, AT_FAULT, execute, RESUMED),
         DB("handler", "instruction breakpoint on the handler of UD2, RF=0", CODE, 0, 0, "handler_ud", at_handler, ),
         DB("handler_rf", "instruction breakpoint on the handler of UD2, RF=1", CODE, EFLAGS_RF, 0, "handler_ud", at_handler, ),
         NOTHING("resume_flag", "instruction breakpoint on NOP, RF=1 from the start", CODE, 0, 0, resume_flag),
         DB("code_base", "instruction breakpoint in a code segment with a base", CODE, 0, 0, AT_FAULT, code_base, ),
         DB("code16", "instruction breakpoint in 16-bit code", CODE, 0, 0, AT_FAULT, code16, ),
         DB("code16_user", "instruction breakpoint in 16-bit code at CPL 3", CODE, 3, 0, AT_FAULT, code16, ),
         NOTHING("second_byte", "instruction breakpoint on an instruction's second byte", CODE, 0, 0, second_byte),
         DB("before_ud2", "instruction breakpoint on UD2, then RF=1: #UD", CODE, 0, 0, AT_FAULT, before_ud2, ),
         DB("before_int3", "instruction breakpoint on INT3", CODE, 0, 0, AT_FAULT, before_int3, ),
         NOTHING("not_enabled", "instruction breakpoint with L0=G0=0", CODE, 0, 0, not_enabled),
         DB("global", "instruction breakpoint by G3", CODE, 0, 0, AT_FAULT, global, ),
         DB("store_user", "write breakpoint, store at CPL 3", DATA, 3, BREAK_WRITE, AFTER, store, ),
         NOTHING("load_of_write", "write breakpoint, load", DATA, 0, BREAK_WRITE, load),
         DB("load", "access breakpoint, load", DATA, 0, BREAK_ACCESS, AFTER, load, ),
         DB("last_byte", "write breakpoint of four bytes, store to the last", DATA, 0, BREAK_WRITE, AFTER, last_byte, ),
         NOTHING("next_byte", "write breakpoint of four bytes, store to the next", DATA, 0, BREAK_WRITE, next_byte),
         DB("across", "write breakpoint of four bytes, store that ends in it", DATA, 0, BREAK_WRITE, AFTER, across_before, ),
         DB("segment_base", "write breakpoint, store through GS with a base", DATA, 0, BREAK_WRITE, AFTER, segment_base, ),
         DB("push", "write breakpoint, PUSH at CPL 1", DATA, 1, 0, AFTER, push, ),
         DB("push_user", "write breakpoint, PUSH at CPL 3", DATA, 3, 0, AFTER, push, ),
         DB("call", "write breakpoint, CALL at CPL 3: EIP is the target's", DATA, 3, 0, "target", call, ),
         DB("mov_ss", "access breakpoint, MOV SS from there, NOP: #DB behind the NOP", DATA, 0, BREAK_ACCESS, AFTER, mov_ss, ),
         ROW("fault", "write breakpoint, store that faults: only #PF", "", DATA, 0, 0, VEC_PF, PF_W, AT_FAULT, fault, ));
