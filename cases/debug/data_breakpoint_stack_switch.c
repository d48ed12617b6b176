/*
 * A data breakpoint that MOV or POP to SS itself meets waits until the next instruction is through. If that is a software
 * interrupt, the debug exception comes in its handler, at CPL 0 for a program of CPL 3; if it faults, it is lost.
 */
#include <case.h>

/* RBX points to a watched selector for SS. */
static void watch(unsigned selector)
{
    start.rbx = map_page("selector", PAGE_PRESENT | PAGE_USER);
    *(uint16_t *)frame_of(start.rbx) = (uint16_t)selector;
    set_breakpoint(0, start.rbx, BREAK_ACCESS, LENGTH_2);
}

static void delayed(void)
{
    watch(SEL_KERNEL_DATA);
    on_exception(VEC_DB, resume);
    PROGRAM("mov ss, [rbx]\n" MARK(fault) "nop\n" MARK(after) "nop\n");
}

static void delayed_user(void)
{
    in_user_mode();
    watch(SEL_USER_DATA);
    on_exception(VEC_DB, resume);
    PROGRAM("mov ss, [rbx]\n" MARK(fault) "nop\n" MARK(after) "nop\n");
}

/* DS has no shadow. */
static void mov_ds(void)
{
    watch(SEL_USER_DATA);
    FAULT("mov ds, [rbx]");
}

static void stepped(void)
{
    watch(SEL_KERNEL_DATA);
    start.rflags |= RFLAGS_TF;
    on_exception(VEC_DB, stop_stepping);
    PROGRAM("mov ss, [rbx]\n" MARK(fault) "nop\n" MARK(after) "nop\n");
}

/* The interrupt's own frame is complete when the debug exception comes, so it is captured second. */
static void software_interrupt(unsigned vector)
{
    uintptr_t entry = gate_of(vector)->offset_15_0 | (uintptr_t)gate_of(vector)->offset_31_16 << 16;

    name_place("handler", entry, 16);
    in_user_mode();
    watch(SEL_USER_DATA);
    set_gate(vector, .dpl = 3);
    on_exception(VEC_DB, resume);
}

static void int3(void)
{
    software_interrupt(VEC_BP);
    PROGRAM("mov ss, [rbx]\n" MARK(fault) "int3\n" MARK(after) "nop\n");
}

static void int_n(void)
{
    software_interrupt(0x40);
    PROGRAM("mov ss, [rbx]\n" MARK(fault) "int 0x40\n" MARK(after) "nop\n");
}

/* SYSCALL and SYSENTER lead to CPL 0 as well; #DB has a stack of its own, since SYSCALL leaves RSP. */
static void system_call(struct program p)
{
    write_msr(MSR_LSTAR, label_of(p, "entry"));
    write_msr(MSR_FMASK, ARG0);
    write_msr(MSR_SYSENTER_CS, SEL_KERNEL_CODE64);
    write_msr(MSR_SYSENTER_EIP, label_of(p, "entry"));
    write_msr(MSR_SYSENTER_ESP, stack_top(STACK_RSP1));
    watch(SEL_USER_DATA);
    start.rflags |= ARG1;
    set_gate(VEC_DB, .ist = 1);
    run_program(p);
}

#define ENTRY MARK(after) "ud2\n" MARK(entry) "nop\n" MARK(second) "nop\n"

static void syscall_(void)
{
    in_user_mode();
    system_call(ASSEMBLE("mov ss, [rbx]\n" MARK(fault) "syscall\n" ENTRY));
}

static void sysenter(void)
{
    in_user_mode();
    system_call(ASSEMBLE("mov ss, [rbx]\n" MARK(fault) "sysenter\n" ENTRY));
}

static void sysenter_compat(void)
{
    in_compat_user();
    system_call(ASSEMBLE32("mov ss, [ebx]\n" MARK(fault) "sysenter\n" ENTRY));
}

static void ud2(void)
{
    watch(SEL_KERNEL_DATA);
    on_exception(VEC_UD, resume_after);
    PROGRAM("mov ss, [rbx]\n" MARK(fault) "ud2\n" MARK(after) "nop\n");
}

static void int1(void)
{
    watch(SEL_KERNEL_DATA);
    on_exception(VEC_DB, resume);
    PROGRAM("mov ss, [rbx]\n" MARK(fault) ".byte 0xf1\n" MARK(after) "nop\n");
}

static void pop_ss(void)
{
    in_compat_user();
    start.rsp -= 4;
    *(uint32_t *)start.rsp = SEL_USER_DATA;
    set_breakpoint(0, start.rsp, BREAK_ACCESS, LENGTH_4);
    on_exception(VEC_DB, resume);
    PROGRAM32("pop ss\n" MARK(fault) "nop\n" MARK(after) "nop\n");
}

#define DATA "SDM 3B \"Data Memory and I/O Breakpoint Exception Conditions\""
#define SWITCHING "SDM 3A \"Masking Exceptions and Interrupts When Switching Stacks\""

VARIANTS({VARIANT, .name = "delayed", .about = "MOV SS from a watched word at CPL 0, NOP, NOP: #DB behind the first NOP", .spec = SWITCHING,
          .id = "db-movss-delayed", .vector = VEC_DB, .error = NO_ERROR, .saved_rip = AFTER, .run = delayed, .resumes = 1},
         {VARIANT, .name = "delayed_user", .about = "MOV SS from a watched word at CPL 3, NOP, NOP: #DB behind the first NOP", .spec = SWITCHING,
          .vector = VEC_DB, .error = NO_ERROR, .saved_rip = AFTER, .run = delayed_user, .resumes = 1},
         {VARIANT, .name = "mov_ds", .about = "MOV DS from a watched word: #DB right behind it", .spec = SWITCHING, .vector = VEC_DB,
          .error = NO_ERROR, .saved_rip = AFTER, .run = mov_ds},
         {VARIANT, .name = "stepped", .about = "MOV SS from a watched word with TF=1, NOP: one #DB with B0 and BS", .spec = SWITCHING,
          .vector = VEC_DB, .error = NO_ERROR, .saved_rip = AFTER, .run = stepped, .resumes = 1},
         {VARIANT, .name = "int3", .about = "MOV SS from a watched word at CPL 3, INT3: #DB in the handler at CPL 0", .spec = DATA,
          .id = "db-movss-int3", .vector = VEC_DB, .error = NO_ERROR, .saved_rip = "handler", .run = int3},
         {VARIANT, .name = "int_n", .about = "MOV SS from a watched word at CPL 3, INT 0x40: #DB in the handler at CPL 0", .spec = DATA,
          .id = "db-movss-intn", .vector = VEC_DB, .error = NO_ERROR, .saved_rip = "handler", .run = int_n},
         {VARIANT, .name = "ud2", .about = "MOV SS from a watched word, UD2: the breakpoint is lost", .spec = DATA, .id = "db-movss-ud2-lost",
          .vector = VEC_UD, .error = NO_ERROR, .saved_rip = AT_FAULT, .run = ud2, .resumes = 1},
         {VARIANT, .name = "int1", .about = "MOV SS from a watched word, INT1 (F1): one #DB", .spec = DATA, .id = "db-movss-icebp", .vector = VEC_DB,
          .error = NO_ERROR, .saved_rip = AFTER, .run = int1, .resumes = 1},
         {VARIANT, .name = "pop_ss", .about = "POP SS from a watched slot in compatibility mode at CPL 3, NOP, NOP: #DB behind the first NOP",
          .spec = SWITCHING, .id = "db-popss-delayed", .env = COMPAT32, .vector = VEC_DB, .error = NO_ERROR, .saved_rip = AFTER, .run = pop_ss,
          .resumes = 1},
         {VARIANT, .name = "syscall", .about = "MOV SS from a watched word at CPL 3, SYSCALL: #DB at its entry", .spec = DATA, .vector = VEC_DB,
          .error = NO_ERROR, .saved_rip = "entry", .run = syscall_},
         {VARIANT, .name = "syscall_stepped",
          .about = "MOV SS from a watched word at CPL 3 with TF=1, SYSCALL with TF in IA32_FMASK: #DB at its entry", .spec = DATA, .vector = VEC_DB,
          .error = NO_ERROR, .saved_rip = "entry", .run = syscall_, .arg = {RFLAGS_TF, RFLAGS_TF}},
         {VARIANT, .name = "sysenter", .about = "MOV SS from a watched word at CPL 3, SYSENTER: #DB at its entry", .spec = DATA, .vector = VEC_DB,
          .error = NO_ERROR, .saved_rip = "entry", .run = sysenter, .needs = "sysenter"},
         {VARIANT, .name = "sysenter_stepped", .about = "MOV SS from a watched word at CPL 3 with TF=1, SYSENTER: #DB at its entry", .spec = DATA,
          .vector = VEC_DB, .error = NO_ERROR, .saved_rip = "entry", .run = sysenter, .needs = "sysenter", .arg = {0, RFLAGS_TF}},
         {VARIANT, .name = "sysenter_compat", .about = "MOV SS from a watched word in compatibility mode at CPL 3, SYSENTER: #DB at its entry",
          .spec = DATA, .env = COMPAT32, .vector = VEC_DB, .error = NO_ERROR, .saved_rip = "entry", .run = sysenter_compat, .needs = "sysenter"});
