/*
 * The old task is one in virtual-8086 mode, to which the program's JMP goes. Before it is left it changes all that is saved: its segments are those
 * of its own, no selectors, and VM is in the EFLAGS saved.
 */
#include <case32.h>

/* SS's new value comes with SP's, CS's with IP's. */
#define CHANGE_ALL                                                    \
    "pushfd\nxor word ptr [esp], 0x8d5\npopfd\n"                      \
    "mov ax, 0x1ff\nmov ss, ax\nlea esp, [esp - 0x20]\n"              \
    "mov ax, 0x311\nmov ds, ax\nmov ax, 0x333\nmov es, ax\n"          \
    "mov ax, 0x344\nmov fs, ax\nmov ax, 0x366\nmov gs, ax\n"          \
    "not eax\nnot ecx\nnot edx\nnot ebx\nnot ebp\nnot esi\nnot edi\n" \
    ".byte 0xea\n.word 1f - 0x7ff0\n.word 0x7ff\n1:"

#define INTERRUPT 0x60u

/* By what vector. */
static struct program leaving(unsigned vector)
{
    if (vector == 0x40)
        return ASSEMBLE16(CHANGE_ALL MARK(first) "int 0x40\n" MARK(behind));
    if (vector == VEC_NP)
        return ASSEMBLE16(CHANGE_ALL MARK(first) "int 0x41\n" MARK(behind));
    if (vector == INTERRUPT)
        return ASSEMBLE16(CHANGE_ALL MARK(first) "sti\nnop\n" MARK(behind) "nop\n");
    return ASSEMBLE16(CHANGE_ALL MARK(first) "ud2\n" MARK(behind));
}

/* ARG0: the vector. ARG1: the new task has a 16-bit TSS. */
static void run(void)
{
    struct task *first = add_task("first"), *other = add_task_to_switch_to(BY_INT, ARG1);
    const struct start mine = start;

    in_vm86();
    set_task_program(first, leaving((unsigned)ARG0));
    first->tss.eip -= 16 * REAL_CODE;
    first->tss.cs = start.cs;
    first->tss.eflags |= EFLAGS_VM | EFLAGS_IOPL(3);
    first->tss.esp = start.esp;
    first->tss.ss = start.ss;
    first->tss.ds = start.ds;
    first->tss.es = start.es;
    first->tss.fs = start.fs;
    first->tss.gs = start.gs;
    start = mine;
    set_task_gate((unsigned)ARG0, other, .dpl = 3);
    set_gate(0x41, .dpl = 3, .not_present = true);
    if (ARG0 == INTERRUPT) {
        start.eflags &= ~EFLAGS_IF;
        enable_apic();
        send_self(INTERRUPT);
    }
    switch_task(BY_JMP, first->selector);
}

#define ROW(name_, vector_, is_16bit_, needs_, about_)                                                                                     \
    {                                                                                                                                      \
        VARIANT, .name = name_, .about = about_,                                                                                           \
                 .spec = "SDM 3A \"Task Switching\"; SDM 3B \"Handling an Interrupt or Exception Through a Task Gate\"", .vector = VEC_BP, \
                 .error = NO_ERROR, .saved_rip = "stop", .needs = needs_, .run = run, .arg = {                                             \
                     vector_,                                                                                                              \
                     is_16bit_                                                                                                             \
                 }                                                                                                                         \
    }
#define BOTH(name, vector, needs, about)                                                                     \
    ROW(name, vector, 0, needs, "a task in virtual-8086 mode is left by " about " for one of a 32-bit TSS"), \
        ROW(name "16", vector, 1, needs, "a task in virtual-8086 mode is left by " about " for one of a 16-bit TSS")
VARIANTS(BOTH("int", 0x40, "", "INT n"), BOTH("ud", VEC_UD, "", "#UD"), BOTH("np", VEC_NP, "", "#NP, which has an error code,"),
         BOTH("interrupt", INTERRUPT, "apic", "an interrupt"));
