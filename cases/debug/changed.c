/* Debug registers that change while they are in use, and TF that is set where a breakpoint is. */
#include <case.h>
#include "changed.h"

static void step_on(struct program p)
{
    set_breakpoint(N, label_of(p, "after"), BREAK_EXECUTE, LENGTH_1);
    start.rsp -= 8;
    *(uint64_t *)start.rsp = start.rflags | RFLAGS_TF;
    run_program(p);
}

/* TF is set by the instruction before the one with the breakpoint, which is met first. */
static void popf_breakpoint(void)
{
    step_on(ASSEMBLE(MARK(fault) "popfq\n" MARK(after) "nop\n"));
}

static void iret_breakpoint(void)
{
    struct program p = ASSEMBLE(MARK(fault) "iretq\n" MARK(after) "nop\n");

    set_breakpoint(N, label_of(p, "after"), BREAK_EXECUTE, LENGTH_1);
    push_image((struct interrupt_frame){label_of(p, "after"), start.cs, start.rflags | RFLAGS_TF, start.rsp, start.ss});
    run_program(p);
}

/* POPFQ reads TF from where a data breakpoint is: its trap comes, and no single-step trap with it. */
static void popf_slot(void)
{
    set_gate(VEC_DB, .ist = 1); /* the delivery's own pushes would meet it */
    set_breakpoint(N, start.rsp - 8, BREAK_ACCESS, LENGTH_8);
    start.rsp -= 8;
    *(uint64_t *)start.rsp = start.rflags | RFLAGS_TF;
    PROGRAM(MARK(fault) "popfq\n" MARK(after) "nop\n");
}

static void detect(void)
{
    start.rdx = DR7_START | DR7_GD;
    PROGRAM("mov dr7, rdx\n" MARK(fault) "mov rax, dr0\n" MARK(after));
}

static void extensions_on(void)
{
    start.rdx = read_cr4() | CR4_DE;
    PROGRAM("mov rax, dr4\nmov cr4, rdx\n" MARK(fault) "mov rax, dr4\n" MARK(after));
}

static void extensions_off(void)
{
    start.rdx = read_cr4();
    write_cr4(read_cr4() | CR4_DE);
    PROGRAM("mov cr4, rdx\n" MARK(fault) "mov rax, dr4\n" MARK(after) "cmp eax, eax\n");
}

#define STEP "SDM 3B \"Single-Step Exception Condition\"; "

VARIANTS(CHANGED, ROW("popf_breakpoint", popf_breakpoint, 0, 0, STEP SPEC_CODE, "POPFQ sets TF, a breakpoint at the next instruction", BEHIND),
         ROW("iret_breakpoint", iret_breakpoint, 0, 0, STEP SPEC_CODE, "IRETQ sets TF, a breakpoint where it goes to", BEHIND),
         ROW("popf_slot", popf_slot, 0, 0, STEP SPEC_DATA, "POPFQ sets TF, read from where a data breakpoint is", BEHIND),
         ROW("detect_on", detect, 0, 0, "SDM 3B \"General-Detect Exception Condition\"", "MOV DR7 that sets GD, then MOV from DR0", AT),
         ROW("extensions_on", extensions_on, 0, 0, "SDM 3B \"Debug Registers DR4 and DR5\"", "MOV from DR4, CR4.DE is set, the same MOV",
             .vector = VEC_UD, .error = NO_ERROR, .saved_rip = AT_FAULT, .needs = "de"),
         ROW("extensions_off", extensions_off, 0, 0, "SDM 3B \"Debug Registers DR4 and DR5\"", "CR4.DE is cleared, MOV from DR4", PASSES,
             .needs = "de"));
