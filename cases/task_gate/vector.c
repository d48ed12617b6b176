/*
 * Each exception through a task gate: the frame is the old task's TSS, an error code lies on the new task's stack. Where the cause can be mended
 * the handler does so in that TSS or in memory, and its IRET executes the instruction again; else it goes on behind it.
 */
#include <case32.h>

/* ARG0: 0 a handler with a 32-bit TSS, 1 with a 16-bit one. ARG1: the program's CPL. */
static void gate(unsigned vector)
{
    if (ARG1)
        in_ring((unsigned)ARG1);
    set_task_gate(vector, ARG0 ? add_task16("handler") : add_task("handler"), .dpl = 3);
}

static void give_divisor(struct interrupt_frame *frame, struct capture *capture)
{
    (void)frame;
    (void)capture;
    tss.ebx = 2;
}

static void divide(void)
{
    gate(VEC_DE);
    on_exception(VEC_DE, give_divisor);
    start.eax = 10;
    start.ebx = 0;
    FAULT("div bl");
}

static void step(void)
{
    gate(VEC_DB);
    on_exception(VEC_DB, stop_stepping);
    start.eflags |= EFLAGS_TF;
    PROGRAM("nop\n" MARK(after) "nop\n");
}

/* A task switch clears L0 but not G0: without RF the breakpoint would come again. */
static void code_breakpoint(void)
{
    struct program p = ASSEMBLE(MARK(fault) "nop\n" MARK(after));

    gate(VEC_DB);
    on_exception(VEC_DB, step_over_breakpoint);
    set_breakpoint(0, label_of(p, "fault"), BREAK_EXECUTE, LENGTH_1);
    start.dr7 |= DR7_G(0);
    run_program(p);
}

static void data_breakpoint(void)
{
    gate(VEC_DB);
    on_exception(VEC_DB, resume);
    start.ebx = map_page("victim", PAGE_PRESENT | PAGE_WRITE | PAGE_USER);
    set_breakpoint(1, start.ebx, BREAK_WRITE, LENGTH_4);
    FAULT("mov dword ptr [ebx], 1");
}

static void general_detect(void)
{
    gate(VEC_DB);
    on_exception(VEC_DB, resume);
    start.dr7 |= DR7_GD;
    FAULT("mov eax, dr3");
}

static void breakpoint(void)
{
    gate(VEC_BP);
    on_exception(VEC_BP, resume);
    FAULT("int3");
}

static void overflow(void)
{
    gate(VEC_OF);
    on_exception(VEC_OF, resume);
    FAULT("into");
}

static void give_index(struct interrupt_frame *frame, struct capture *capture)
{
    (void)frame;
    (void)capture;
    tss.eax = 1;
}

static void bound(void)
{
    uint32_t *bounds = frame_of(start.ebx = map_page("bounds", PAGE_PRESENT | PAGE_USER));

    gate(VEC_BR);
    on_exception(VEC_BR, give_index);
    bounds[1] = 2;
    start.eax = 3;
    FAULT("bound eax, [ebx]");
}

static void undefined(void)
{
    gate(VEC_UD);
    on_exception(VEC_UD, resume_after);
    FAULT("ud2");
}

/* The IRET of a handler's task sets CR0.TS again. */
static void device(void)
{
    gate(VEC_NM);
    on_exception(VEC_NM, resume_after);
    write_cr0(read_cr0() | CR0_TS);
    FAULT("fld1");
}

static void invalid_tss(void)
{
    gate(VEC_TS);
    on_exception(VEC_TS, resume_after);
    start.eflags |= EFLAGS_NT;
    FAULT("iretd");
}

static uint16_t absent;

static void add_absent(uint8_t dpl)
{
    absent = add_descriptor("absent", encode_descriptor((struct descriptor){
                                          .type = DATA_WRITABLE, .limit = 0xfffff, .g = true, .d = true, .dpl = dpl, .not_present = true}));
    start.ebx = absent | dpl;
}

static void make_present(struct interrupt_frame *frame, struct capture *capture)
{
    (void)frame;
    (void)capture;
    gdt[absent / 8] |= 1ull << 47;
}

static void not_present(void)
{
    add_absent(3);
    gate(VEC_NP);
    on_exception(VEC_NP, make_present);
    FAULT("mov ds, ebx");
}

static void stack(void)
{
    add_absent((uint8_t)ARG1);
    gate(VEC_SS);
    on_exception(VEC_SS, make_present);
    FAULT("mov ss, ebx");
}

static void give_selector(struct interrupt_frame *frame, struct capture *capture)
{
    (void)frame;
    (void)capture;
    tss.ebx = SEL_DATA_ES;
}

static void protection(void)
{
    gate(VEC_GP);
    on_exception(VEC_GP, give_selector);
    start.ebx = SEL_TSS;
    FAULT("mov ds, ebx");
}

static void give_page(struct interrupt_frame *frame, struct capture *capture)
{
    (void)frame;
    (void)capture;
    change_page(start.ebx, 0, PAGE_PRESENT);
}

static void page(void)
{
    gate(VEC_PF);
    on_exception(VEC_PF, give_page);
    start.ebx = map_page("victim", PAGE_WRITE | PAGE_USER);
    FAULT("mov dword ptr [ebx], 1");
}

/* 0/0 waits for FWAIT, which has CR0.TS against it from the first switch on. */
static void floating_point(void)
{
    static const uint16_t control = 0x37e; /* IM=0 */

    gate(VEC_MF);
    on_exception(VEC_MF, resume_after);
    __asm__ volatile("fninit; fldcw %0; fldz; fdiv %%st, %%st" : : "m"(control));
    FAULT("fwait");
}

static void align(struct interrupt_frame *frame, struct capture *capture)
{
    (void)frame;
    (void)capture;
    tss.ebx--;
}

static void alignment(void)
{
    gate(VEC_AC);
    on_exception(VEC_AC, align);
    write_cr0(read_cr0() | CR0_AM);
    start.eflags |= EFLAGS_AC;
    start.ebx = map_page("victim", PAGE_PRESENT | PAGE_WRITE | PAGE_USER) + 1;
    FAULT("mov dword ptr [ebx], 1");
}

/* No error code for INT n, whatever its vector. */
static void software(void)
{
    gate(VEC_GP);
    on_exception(VEC_GP, resume);
    FAULT("int 13");
}

#define SPEC "SDM 3A \"Interrupt Tasks\", \"Error Code\""
#define ROW(name_, run_, is_16bit_, cpl_, vector_, error_, rip_, id_, about_)                                                                  \
    {                                                                                                                                          \
        VARIANT, .name = name_, .about = about_, .spec = SPEC, .id = id_, .vector = vector_, .error = error_, .saved_rip = rip_, .resumes = 1, \
                 .run = run_, .arg = {                                                                                                         \
                     is_16bit_,                                                                                                                \
                     cpl_                                                                                                                      \
                 }                                                                                                                             \
    }
#define AT_BOTH(name, run, vector, error, user_error, rip, user_id, about)                 \
    ROW(name, run, 0, 0, vector, error, rip, "", about " at CPL 0"),                       \
        ROW(name "_user", run, 0, 3, vector, user_error, rip, user_id, about " at CPL 3"), \
        ROW(name "16", run, 1, 0, vector, error, rip, "", about " at CPL 0, the handler's task has a 16-bit TSS")
#define AT_CPL0(name, run, vector, error, rip, about)                \
    ROW(name, run, 0, 0, vector, error, rip, "", about " at CPL 0"), \
        ROW(name "16", run, 1, 0, vector, error, rip, "", about " at CPL 0, the handler's task has a 16-bit TSS")
VARIANTS(AT_BOTH("divide", divide, VEC_DE, NO_ERROR, NO_ERROR, AT_FAULT, "task-exc-de-user", "#DE, mended"),
         AT_BOTH("step", step, VEC_DB, NO_ERROR, NO_ERROR, AFTER, "", "a single step"),
         AT_BOTH("code_breakpoint", code_breakpoint, VEC_DB, NO_ERROR, NO_ERROR, AT_FAULT, "",
                 "an instruction breakpoint by G0 and L0, RF set in the TSS"),
         AT_BOTH("data_breakpoint", data_breakpoint, VEC_DB, NO_ERROR, NO_ERROR, AFTER, "", "a data breakpoint"),
         AT_CPL0("general_detect", general_detect, VEC_DB, NO_ERROR, AT_FAULT, "a general detect fault"),
         AT_BOTH("breakpoint", breakpoint, VEC_BP, NO_ERROR, NO_ERROR, AFTER, "", "INT3"),
         AT_BOTH("overflow", overflow, VEC_OF, NO_ERROR, NO_ERROR, AFTER, "", "INTO"),
         AT_BOTH("bound", bound, VEC_BR, NO_ERROR, NO_ERROR, AT_FAULT, "", "#BR, mended"),
         AT_BOTH("undefined", undefined, VEC_UD, NO_ERROR, NO_ERROR, AT_FAULT, "", "#UD"),
         AT_BOTH("device", device, VEC_NM, NO_ERROR, NO_ERROR, AT_FAULT, "", "#NM"),
         AT_BOTH("invalid_tss", invalid_tss, VEC_TS, 0, 0, AT_FAULT, "", "#TS, IRET with NT=1 and a null link"),
         AT_BOTH("not_present", not_present, VEC_NP, SEL_FREE, SEL_FREE, AT_FAULT, "", "#NP, mended"),
         AT_BOTH("stack", stack, VEC_SS, SEL_FREE, SEL_FREE, AT_FAULT, "", "#SS, mended"),
         AT_BOTH("protection", protection, VEC_GP, SEL_TSS, SEL_TSS, AT_FAULT, "", "#GP, mended"),
         AT_BOTH("page", page, VEC_PF, PF_W, PF_W | PF_U, AT_FAULT, "", "#PF, mended"),
         AT_BOTH("floating_point", floating_point, VEC_MF, NO_ERROR, NO_ERROR, AT_FAULT, "", "#MF"),
         ROW("alignment", alignment, 0, 3, VEC_AC, 0, AT_FAULT, "", "#AC at CPL 3, mended"),
         ROW("alignment16", alignment, 1, 3, VEC_AC, 0, AT_FAULT, "", "#AC at CPL 3, mended, the handler's task has a 16-bit TSS"),
         AT_BOTH("software", software, VEC_GP, NO_ERROR, NO_ERROR, AFTER, "", "INT 13"));
