/*
 * An instruction that raises a fault did not execute, so it is not followed by a single-step trap. A software interrupt
 * clears TF before its end: its handler isn't stepped, and the next trap is that of the instruction behind it.
 */
#include <case.h>

static void step(void)
{
    start.rflags |= RFLAGS_TF;
}

static void ud2(void)
{
    step();
    FAULT("ud2");
}

static void page_fault(void)
{
    step();
    start.rbx = map_page("page", 0);
    FAULT("mov eax, [rbx]");
}

static void make_present(struct interrupt_frame *frame, struct capture *capture)
{
    (void)frame;
    (void)capture;
    change_page(start.rbx, 0, PAGE_PRESENT);
}

static void page_fault_repaired(void)
{
    on_exception(VEC_PF, make_present);
    on_exception(VEC_DB, stop_stepping);
    page_fault();
}

static void int_n(void)
{
    step();
    FAULT("int 0x40");
}

static void int_n_resumed(void)
{
    step();
    on_exception(0x40, resume);
    on_exception(VEC_DB, stop_stepping);
    PROGRAM(MARK(fault) "int 0x40\n" MARK(after) "nop\n" MARK(next) "nop\n");
}

static void int_n_user(void)
{
    in_user_mode();
    set_gate(0x40, .dpl = 3);
    int_n();
}

/* TF stays 0 behind a trap gate too; only IF is not cleared. */
static void trap_gate(void)
{
    set_gate(0x40, .type = GATE_TRAP);
    int_n();
}

static void int3(void)
{
    step();
    FAULT("int3");
}

static void int1(void)
{
    step();
    FAULT(".byte 0xf1");
}

static void into(void)
{
    in_compat_kernel();
    step();
    FAULT32("into");
}

/* Without overflow INTO is an instruction like any other. */
static void into_not_taken(void)
{
    start.rflags &= ~(uint64_t)RFLAGS_OF;
    into();
}

#define STEP "SDM 3B \"Single-Step Exception Condition\""
#define FLAGS "SDM 3A \"Flag Usage By Exception- or Interrupt-Handler Procedure\""
#define SOFTWARE "SDM 2A \"INT n/INTO/INT3/INT1-Call to Interrupt Procedure\""

VARIANTS({VARIANT, .name = "ud2", .about = "UD2 with TF=1: only #UD", .spec = STEP, .id = "db-tf-fault-wins-ud", .vector = VEC_UD, .error = NO_ERROR,
          .saved_rip = AT_FAULT, .run = ud2},
         {VARIANT, .name = "page_fault", .about = "a load from a not-present page with TF=1: only #PF", .spec = STEP, .id = "db-tf-fault-wins-pf",
          .vector = VEC_PF, .error = 0, .saved_rip = AT_FAULT, .run = page_fault},
         {VARIANT, .name = "page_fault_repaired", .about = "a load with TF=1 that is restarted after a page fault: then #DB", .spec = STEP,
          .vector = VEC_PF, .error = 0, .saved_rip = AT_FAULT, .run = page_fault_repaired, .resumes = 1},
         {VARIANT, .name = "int_n", .about = "INT 0x40 with TF=1: no #DB before the handler, which has TF=0", .spec = FLAGS, .id = "db-tf-int-n",
          .vector = 0x40, .error = NO_ERROR, .saved_rip = AFTER, .run = int_n},
         {VARIANT, .name = "int_n_resumed", .about = "INT 0x40 with TF=1, IRETQ, NOP: #DB behind the NOP", .spec = STEP, .id = "db-tf-int-n-resume",
          .vector = 0x40, .error = NO_ERROR, .saved_rip = AFTER, .run = int_n_resumed, .resumes = 1},
         {VARIANT, .name = "int_n_user", .about = "INT 0x40 with TF=1 at CPL 3", .spec = FLAGS, .vector = 0x40, .error = NO_ERROR, .saved_rip = AFTER,
          .run = int_n_user},
         {VARIANT, .name = "trap_gate", .about = "INT 0x40 with TF=1 through a trap gate", .spec = FLAGS, .vector = 0x40, .error = NO_ERROR,
          .saved_rip = AFTER, .run = trap_gate},
         {VARIANT, .name = "int3", .about = "INT3 with TF=1: only #BP", .spec = STEP, .id = "db-tf-int3", .vector = VEC_BP, .error = NO_ERROR,
          .saved_rip = AFTER, .run = int3},
         {VARIANT, .name = "int1", .about = "INT1 (F1) with TF=1: one #DB, and no bit of DR6 is set", .spec = SOFTWARE, .id = "db-tf-icebp",
          .vector = VEC_DB, .error = NO_ERROR, .saved_rip = AFTER, .run = int1},
         {VARIANT, .name = "into", .about = "INTO with OF=1 and TF=1 in compatibility mode: only #OF", .spec = STEP, .env = COMPAT32,
          .vector = VEC_OF, .error = NO_ERROR, .saved_rip = AFTER, .run = into},
         {VARIANT, .name = "into_not_taken", .about = "INTO with OF=0 and TF=1 in compatibility mode: #DB", .spec = STEP, .env = COMPAT32,
          .vector = VEC_DB, .error = NO_ERROR, .saved_rip = AFTER, .run = into_not_taken});
