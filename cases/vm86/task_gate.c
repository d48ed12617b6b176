/* Out of virtual-8086 mode through a task gate: the TSS has VM=1 and the segments, the error code lies on the new task's stack; IRET goes back. */
#include <case32.h>

static void set_up(unsigned vector, unsigned dpl)
{
    in_vm86();
    start.eflags |= EFLAGS_IOPL(ARG0);
    set_task_gate(vector, add_task("handler"), .dpl = dpl);
}

static void undefined(void)
{
    set_up(VEC_UD, 0);
    FAULT16("ud2");
}

static void hlt(void)
{
    set_up(VEC_GP, 0);
    FAULT16("hlt");
}

static void hlt_resumed(void)
{
    on_exception(VEC_GP, resume_after);
    hlt();
}

static void breakpoint(void)
{
    set_up(VEC_BP, 3);
    FAULT16("int3");
}

static void int_n(void)
{
    set_up(0x40, 0);
    FAULT16("int 0x40");
}

static void int_n_iopl(void)
{
    set_up(0x40, 3);
    FAULT16("int 0x40");
}

#define ROW(name_, run_, iopl, about_, ...)                                                                                                \
    {                                                                                                                                      \
        VARIANT, .name = name_, .about = about_, .spec = "SDM 3B \"Handling an Interrupt or Exception Through a Task Gate\"", .run = run_, \
                 .arg = {iopl}, __VA_ARGS__                                                                                                \
    }
VARIANTS(ROW("undefined", undefined, 0, "UD2", .vector = VEC_UD, .error = NO_ERROR, .saved_rip = AT_FAULT),
         ROW("hlt", hlt, 0, "HLT", .vector = VEC_GP, .error = 0, .saved_rip = AT_FAULT),
         ROW("hlt_resumed", hlt_resumed, 0, "HLT, the task goes back behind it", .vector = VEC_GP, .error = 0, .saved_rip = AT_FAULT, .resumes = 1),
         ROW("breakpoint", breakpoint, 0, "INT3", .vector = VEC_BP, .error = NO_ERROR, .saved_rip = AFTER),
         ROW("int_n_dpl_0", int_n, 3, "INT n with IOPL 3, the gate's DPL is 0", .vector = VEC_GP, .error = IDT_ERROR(0x40), .saved_rip = AT_FAULT),
         ROW("int_n_iopl_2", int_n_iopl, 2, "INT n with IOPL 2, the gate's DPL is 3", .vector = VEC_GP, .error = 0, .saved_rip = AT_FAULT));
