/*
 * Alignment is checked by the task that runs (SDM 3A "Interrupt 17-Alignment Check Exception (#AC)"): its CPL and its own EFLAGS.AC count, whatever
 * those of the task before it were. CR0.AM is 1. Each new task loads from an odd address, and so does the first one where it goes on.
 */
#include <case32.h>

static struct task *other;

static void begin(void)
{
    gate_to_switch_by((enum task_switch)ARG0);
    other = add_task_to_switch_to((enum task_switch)ARG0, ARG1 >> 15 & 1);
}
#include "at_cpl.h"

/* ARG1: CPL and AC of the old task, then of the new one. */
#define FROM(cpl, ac) ((cpl) << 4 | (ac) << 8)
#define TO(cpl, ac) ((cpl) | (ac) << 9)
#define TSS16 (1u << 15)
#define UNMASKED (1u << 14) /* CR0.AM is 0 */
#define LOAD MARK(first) "mov eax, [esi]\nint3\n" MARK(loaded)

static void set_up(struct program program)
{
    unsigned cpl = ARG1 & 3;

    if (ARG1 & TSS16)
        begin();
    else
        at_cpl(cpl);
    set_task_program(other, program);
    write_cr0(read_cr0() | (ARG1 & UNMASKED ? 0 : CR0_AM));
    in_ring(ARG1 >> 4 & 3);
    user_may_run_program();
    start.eflags |= (ARG1 >> 8 & 1 ? EFLAGS_AC : 0);
    start.esi = map_page("page", PAGE_PRESENT | PAGE_USER) + 1;
    if (ARG1 & TSS16) {
        other->tss16.si = (uint16_t)stack_base(STACK_LOW2) + 1;
        return;
    }
    other->tss.esi = start.esi;
    other->tss.eflags |= (ARG1 >> 9 & 1 ? EFLAGS_AC : 0);
    if (cpl) {
        static const enum stack of[] = {STACK_KERNEL, STACK_RING1, STACK_RING2, STACK_USER};

        other->tss.esp = stack_top(of[cpl]);
        other->tss.esp0 = stack_top(STACK_TASK3);
    }
}

/* What leads to the task may be used at CPL 3. */
static void go(void)
{
    uint16_t gate = gate_to_switch_by((enum task_switch)ARG0);

    *gate_of(0x40) = make_gate(0, other->selector, GATE_TASK, 3, true);
    if (gate)
        gdt[gate / 8] = encode_gate(make_gate(0, other->selector, GATE_TASK, 3, true));
    start.eflags |= ARG0 == BY_INTERRUPT ? EFLAGS_IOPL(3) : 0; /* for STI */
    switch_task((enum task_switch)ARG0, other->selector);
}

static void there(void)
{
    set_up(ASSEMBLE(LOAD));
    go();
}

/* A 16-bit TSS has no AC: at CPL 0 it doesn't matter what becomes of it. */
static void there16(void)
{
    set_up(ASSEMBLE("movzx esi, si\n" MARK(first) "mov eax, [esi]\nint3\n" MARK(loaded)));
    go();
}

/* In virtual-8086 mode CPL is 3. */
static void virtual(void)
{
    struct program p = ASSEMBLE16(MARK(first) "mov ax, [1]\nint3\n" MARK(loaded));

    begin();
    in_vm86();
    other->tss.eip = p.entry - 16 * REAL_CODE;
    other->tss.cs = start.cs;
    other->tss.eflags |= EFLAGS_VM | (ARG1 >> 9 & 1 ? EFLAGS_AC : 0);
    other->tss.esp = start.esp;
    other->tss.ss = start.ss;
    other->tss.ds = start.ds;
    other->tss.es = start.es;
    other->tss.fs = start.fs;
    other->tss.gs = start.gs;
    set_ivt(0xff, p); /* for its labels */
    set_gate(VEC_BP, .dpl = 3);
    in_ring(0);
    start.eflags &= ~EFLAGS_VM;
    start.ds = start.es = start.fs = start.gs = SEL_KERNEL_DATA;
    write_cr0(read_cr0() | CR0_AM);
    go();
}

/* There, and back by IRET; then the first task loads. */
static void back(void)
{
    set_up(ASSEMBLE(MARK(first) "iretd\n" MARK(loaded)));
    set_task_gate(0x40, other, .dpl = 3);
    PROGRAM("int 0x40\n" MARK(fault) "mov eax, [esi]\n" MARK(after) "nop\n");
}

#define SPEC "SDM 3A \"Interrupt 17-Alignment Check Exception (#AC)\", \"Task Switching\""
#define ROW(name_, run_, way, arg_, needs_, about_, ...)                                                                     \
    {                                                                                                                        \
        VARIANT, .name = name_, .about = about_, .spec = SPEC, .needs = needs_, .run = run_, .arg = {way, arg_}, __VA_ARGS__ \
    }
#define CHECKED .vector = VEC_AC, .error = 0, .saved_rip = "first"
#define PASSES .vector = VEC_BP, .error = NO_ERROR, .saved_rip = "loaded"
#define EACH(name, way, needs, about)                                                                                                       \
    ROW(name "_to_user", there, way, FROM(0, 0) | TO(3, 1), needs, about " to a task at CPL 3 with AC=1", CHECKED),                         \
        ROW(name "_to_kernel", there, way, FROM(3, 1) | TO(0, 1), needs, about " at CPL 3 with AC=1 to a task at CPL 0 with AC=1", PASSES), \
        ROW(name "_to_clear", there, way, FROM(3, 1) | TO(3, 0), needs, about " at CPL 3 with AC=1 to a task at CPL 3 with AC=0", PASSES),  \
        ROW(name "_virtual", virtual, way, TO(3, 1), needs, about " to a task in virtual-8086 mode with AC=1", CHECKED)
VARIANTS(EACH("jmp", BY_JMP_GATE, "i486", "far JMP through a task gate"), EACH("call", BY_CALL_GATE, "i486", "far CALL through a task gate"),
         EACH("int", BY_INT, "i486", "INT n"), EACH("iret", BY_IRET, "i486", "IRET with NT=1"), EACH("ud", BY_UD, "i486", "#UD"),
         EACH("interrupt", BY_INTERRUPT, "i486 apic", "an interrupt"),
         ROW("int_ring1", there, BY_INT, FROM(3, 1) | TO(1, 1), "i486", "INT n at CPL 3 with AC=1 to a task at CPL 1 with AC=1", PASSES),
         ROW("int_ring2", there, BY_INT, FROM(0, 1) | TO(2, 1), "i486", "INT n to a task at CPL 2 with AC=1", PASSES),
         ROW("int_ring2_to_user", there, BY_INT, FROM(2, 1) | TO(3, 1), "i486", "INT n at CPL 2 with AC=1 to a task at CPL 3 with AC=1", CHECKED),
         ROW("int_clear_to_user", there, BY_INT, FROM(3, 0) | TO(3, 1), "i486", "INT n at CPL 3 with AC=0 to a task at CPL 3 with AC=1", CHECKED),
         ROW("int_unmasked", there, BY_INT, FROM(0, 0) | TO(3, 1) | UNMASKED, "i486", "INT n to a task at CPL 3 with AC=1, CR0.AM=0", PASSES),
         ROW("int_virtual_clear", virtual, BY_INT, TO(3, 0), "i486", "INT n to a task in virtual-8086 mode with AC=0", PASSES),
         ROW("int_to_kernel16", there16, BY_INT, FROM(3, 1) | TSS16, "i486", "INT n at CPL 3 with AC=1 to a 16-bit TSS at CPL 0", PASSES),
         ROW("back_user", back, BY_INT, FROM(3, 1) | TO(0, 0), "i486", "INT n at CPL 3 with AC=1 to a task at CPL 0, and back", .vector = VEC_AC,
             .error = 0, .saved_rip = AT_FAULT),
         ROW("back_clear", back, BY_INT, FROM(3, 0) | TO(3, 1), "i486", "INT n at CPL 3 with AC=0 to a task at CPL 3 with AC=1, and back",
             .vector = NO_EXCEPTION),
         ROW("back_kernel", back, BY_INT, FROM(0, 1) | TO(3, 1), "i486", "INT n at CPL 0 with AC=1 to a task at CPL 3 with AC=1, and back",
             .vector = NO_EXCEPTION));
