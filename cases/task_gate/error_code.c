/* The error code is pushed in the new task, by its SS and ESP: where SS has no room for it, #SS comes there, before its first instruction (SDM 2A
 * "INT n/INTO/INT3/INT1", TASK-GATE). */
#include <case32.h>

static struct task *other;

/* SS ends where the last byte of the error code would lie. */
static void begin(unsigned vector)
{
    uint16_t ss =
        add_descriptor("short_stack", encode_descriptor((struct descriptor){.type = DATA_WRITABLE, .limit = 0xfff, .base = REAL_FREE, .d = !ARG0}));

    other = ARG0 ? add_task16("other") : add_task("other");
    if (ARG0) {
        other->tss16.ss = ss;
        other->tss16.sp = 0x1001;
    } else {
        other->tss.ss = ss;
        other->tss.esp = 0x1003;
    }
    set_task_gate(vector, other, .dpl = 3);
    set_task_program(other, ASSEMBLE(MARK(entry) "iretd\n" MARK(back)));
}

static void misaligned(void)
{
    in_user_mode();
    write_cr0(read_cr0() | CR0_AM);
    start.eflags |= EFLAGS_AC;
    start.ebx = map_page("victim", PAGE_PRESENT | PAGE_USER) + 1;
    FAULT("mov eax, [ebx]");
}

static void alignment(void)
{
    begin(VEC_AC);
    set_task_gate(VEC_SS, add_task("handler"));
    misaligned();
}

/* The new task's CPL is 3. */
static void alignment_user(void)
{
    begin(VEC_AC);
    other->tss.cs = SEL_USER_CODE;
    other->tss.ss =
        add_descriptor("short_user",
                       encode_descriptor((struct descriptor){.type = DATA_WRITABLE, .limit = 0xfff, .base = REAL_FREE, .d = true, .dpl = 3})) |
        3u;
    other->tss.esp0 = stack_top(STACK_TASK3);
    set_task_gate(VEC_SS, add_task("handler"));
    misaligned();
}

static void alignment_vm86(void)
{
    begin(VEC_AC);
    set_task_gate(VEC_SS, add_task("handler"));
    in_vm86();
    write_cr0(read_cr0() | CR0_AM);
    start.eflags |= EFLAGS_AC;
    FAULT16("mov ax, [1]");
}

/* #SS while #GP is delivered. */
static void protection(void)
{
    begin(VEC_GP);
    set_task_gate(VEC_DF, add_task("handler"));
    start.ebx = SEL_TSS;
    FAULT("mov ds, ebx");
}

/* INT n has no error code. */
static void software(void)
{
    begin(VEC_GP);
    FAULT("int 13");
}

/* The error code takes the last bytes that there are, of its own size: the task's first instruction comes. */
static void fits(void)
{
    begin(VEC_GP);
    if (ARG0)
        other->tss16.sp = 2;
    else
        other->tss.esp = 4;
    set_task_program(other, ASSEMBLE(MARK(reached) "ud2\n"));
    set_task_gate(VEC_UD, add_task("handler"));
    start.ebx = SEL_TSS;
    FAULT("mov ds, ebx");
}

/* As large as the TSS says, whatever SS.B is. With 0 as with FFFF, which a 16-bit TSS may leave in the upper half of ESP, there is room. */
static void size(void)
{
    uint16_t ss = add_descriptor("other_size", encode_descriptor((struct descriptor){
                                                   .type = DATA_WRITABLE, .limit = 0xfffff, .g = true, .base = REAL_FREE + 0x20000, .d = ARG0}));

    begin(VEC_GP);
    if (ARG0) {
        other->tss16.ss = ss;
        other->tss16.sp = 0x102;
    } else {
        other->tss.ss = ss;
        other->tss.esp = 0x10102;
    }
    set_task_program(other, ASSEMBLE(MARK(reached) "ud2\n"));
    set_task_gate(VEC_UD, add_task("handler"));
    start.ebx = SEL_TSS;
    FAULT("mov ds, ebx");
}

#define ROW(name_, run_, is_16bit_, vector_, error_, rip_, about_)                                                                         \
    {                                                                                                                                      \
        VARIANT, .name = name_, .about = about_, .spec = "SDM 3A \"Interrupt Tasks\", \"Error Code\"", .vector = vector_, .error = error_, \
                 .saved_rip = rip_, .run = run_, .arg = {                                                                                  \
                     is_16bit_                                                                                                             \
                 }                                                                                                                         \
    }
VARIANTS(ROW("benign", alignment, 0, VEC_SS, ERROR_EXT, "entry", "#AC to a task whose SS has no room for the error code"),
         ROW("benign16", alignment, 1, VEC_SS, ERROR_EXT, "entry", "#AC to a task with a 16-bit TSS whose SS has no room for the error code"),
         ROW("contributory", protection, 0, VEC_DF, 0, UNDEFINED, "#GP to a task whose SS has no room for the error code"),
         ROW("contributory16", protection, 1, VEC_DF, 0, UNDEFINED, "#GP to a task with a 16-bit TSS whose SS has no room for the error code"),
         ROW("software", software, 0, NO_EXCEPTION, 0, "", "INT 13 to a task whose SS has no room for an error code"),
         ROW("software16", software, 1, NO_EXCEPTION, 0, "", "INT 13 to a task with a 16-bit TSS whose SS has no room for an error code"),
         ROW("fits", fits, 0, VEC_UD, NO_ERROR, "reached", "#GP to a task whose SS has room for the error code only"),
         ROW("fits16", fits, 1, VEC_UD, NO_ERROR, "reached", "#GP to a task with a 16-bit TSS whose SS has room for the error code only"),
         ROW("size", size, 0, VEC_UD, NO_ERROR, "reached", "#GP to a task with a 32-bit TSS and a 16-bit stack"),
         ROW("size16", size, 1, VEC_UD, NO_ERROR, "reached", "#GP to a task with a 16-bit TSS and a 32-bit stack"),
         ROW("benign_user", alignment_user, 0, VEC_SS, ERROR_EXT, "entry", "#AC to a task of CPL 3 whose SS has no room for the error code"),
         ROW("vm86_benign", alignment_vm86, 0, VEC_SS, ERROR_EXT, "entry",
             "#AC in virtual-8086 mode to a task whose SS has no room for the error code"));
