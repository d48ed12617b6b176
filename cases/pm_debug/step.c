/*
 * Single steps: a trap behind each instruction that began with TF=1, none for one that raises a fault, none into a handler. Loading SS holds it
 * back for one instruction, LSS doesn't. A string instruction traps behind each iteration.
 */
#include <case32.h>

#define STEP "SDM 3B \"Single-Step Exception Condition\""
#define SWITCHING "SDM 3A \"Masking Exceptions and Interrupts When Switching Stacks\""

static void step(void)
{
    in_ring((unsigned)ARG0);
    start.eflags |= EFLAGS_TF;
}

static void ud2(void)
{
    step();
    FAULT("ud2");
}

static void int_n(void)
{
    step();
    set_gate(0x40, .dpl = 3, .type = (unsigned)ARG1);
    FAULT("int 0x40");
}

static void int_n_resumed(void)
{
    step();
    set_gate(0x40, .dpl = 3);
    on_exception(0x40, resume);
    on_exception(VEC_DB, stop_stepping);
    PROGRAM(MARK(fault) "int 0x40\n" MARK(after) "nop\n" MARK(next) "nop\n");
}

static void int3(void)
{
    step();
    FAULT("int3");
}

static void into(void)
{
    step();
    FAULT("into");
}

static void into_not_taken(void)
{
    start.eflags &= ~EFLAGS_OF;
    into();
}

static void int1(void)
{
    step();
    FAULT(".byte 0xf1");
}

/* POPF that sets TF isn't stepped itself. */
static void popfd(void)
{
    in_ring((unsigned)ARG0);
    start.esp -= 4;
    *(uint32_t *)frame_of(start.esp) = start.eflags | EFLAGS_TF;
    on_exception(VEC_DB, stop_stepping);
    PROGRAM("popfd\n" MARK(fault) "nop\n" MARK(after) "nop\n");
}

/* POPF that clears TF is. */
static void popfd_clears(void)
{
    step();
    start.esp -= 4;
    *(uint32_t *)frame_of(start.esp) = start.eflags & ~EFLAGS_TF;
    FAULT("popfd");
}

static void popf_word(void)
{
    start.esp -= 2;
    *(uint16_t *)start.esp = (uint16_t)(start.eflags | EFLAGS_TF);
    on_exception(VEC_DB, stop_stepping);
    PROGRAM(".byte 0x66, 0x9d\n" MARK(fault) "nop\n" MARK(after) "nop\n");
}

/* IRET to outer code that is stepped from its first instruction on. */
static void iret(void)
{
    struct program p = ASSEMBLE("iretd\n" MARK(target) "nop\n" MARK(after) "nop\n");

    user_may_run_program();
    push_image((struct interrupt_frame){label_of(p, "target"), SEL_USER_CODE, start.eflags | EFLAGS_TF, stack_top(STACK_USER), SEL_USER_DATA}, true);
    on_exception(VEC_DB, stop_stepping);
    run_program(p);
}

static void mov_ss(void)
{
    step();
    start.eax = start.ss;
    on_exception(VEC_DB, stop_stepping);
    PROGRAM(MARK(fault) "mov ss, eax\n" MARK(next) "nop\n" MARK(after) "nop\n");
}

static void pop_ss(void)
{
    step();
    start.esp -= 4;
    *(uint32_t *)frame_of(start.esp) = start.ss;
    on_exception(VEC_DB, stop_stepping);
    PROGRAM(MARK(fault) "pop ss\n" MARK(next) "nop\n" MARK(after) "nop\n");
}

/* With a 16-bit operand size. */
static void pop_ss16(void)
{
    step();
    start.esp -= 2;
    *(uint16_t *)frame_of(start.esp) = (uint16_t)start.ss;
    on_exception(VEC_DB, stop_stepping);
    PROGRAM(MARK(fault) ".byte 0x66, 0x17\n" MARK(next) "nop\n" MARK(after) "nop\n");
}

static void mov_ss_ud2(void)
{
    step();
    start.eax = start.ss;
    PROGRAM("mov ss, eax\n" MARK(fault) "ud2\n" MARK(after));
}

static void mov_ds(void)
{
    step();
    start.eax = start.ds;
    on_exception(VEC_DB, stop_stepping);
    PROGRAM(MARK(fault) "mov ds, eax\n" MARK(after) "nop\n");
}

static void lss(void)
{
    uint32_t *pointer;

    step();
    start.ebx = map_page("pointer", PAGE_PRESENT | PAGE_USER);
    pointer = frame_of(start.ebx);
    pointer[0] = stack_top(STACK_RING1);
    pointer[1] = start.ss;
    on_exception(VEC_DB, stop_stepping);
    PROGRAM(MARK(fault) "lss esp, [ebx]\n" MARK(after) "nop\n");
}

static void rep_movs(void)
{
    step();
    start.esi = map_page("source", PAGE_PRESENT);
    start.edi = map_page("destination", PAGE_PRESENT | PAGE_WRITE);
    start.ecx = (uint32_t)ARG1;
    FAULT("rep movsd");
}

static void code16(void)
{
    step();
    in_code16();
    PROGRAM16(MARK(fault) "nop\n" MARK(after) "nop\n");
}

static void gate16(void)
{
    step();
    set_gate(VEC_DB, .type = GATE_TRAP16);
    PROGRAM(MARK(fault) "nop\n" MARK(after) "nop\n");
}

#define ROW(name_, about_, id_, spec_, cpl, arg1, vector_, rip_, run_, ...)                                                                      \
    {                                                                                                                                            \
        VARIANT, .name = name_, .about = about_, .spec = spec_, .id = id_, .vector = vector_, .error = NO_ERROR, .saved_rip = rip_, .run = run_, \
                 .arg = {cpl, arg1}, __VA_ARGS__                                                                                                 \
    }
#define DB(name, about, spec, cpl, arg1, rip, run, ...) ROW(name, about, "", spec, cpl, arg1, VEC_DB, rip, run, __VA_ARGS__)
#define RESUMED .resumes = 1

VARIANTS(ROW("ud2", "UD2 with TF=1: only #UD", "", STEP, 0, 0, VEC_UD, AT_FAULT, ud2, ),
         ROW("ud2_user", "UD2 with TF=1 at CPL 3: only #UD", "", STEP, 3, 0, VEC_UD, AT_FAULT, ud2, ),
         ROW("int_n", "INT 0x40 with TF=1: no #DB before the handler", "", STEP, 0, GATE_INTERRUPT, 0x40, AFTER, int_n, ),
         ROW("int_n_trap_user", "INT 0x40 with TF=1 at CPL 3 through a trap gate: no #DB before the handler", "", STEP, 3, GATE_TRAP, 0x40, AFTER,
             int_n, ),
         ROW("int_n_resumed", "INT 0x40 with TF=1 at CPL 3, IRET, NOP: #DB behind the NOP", "", STEP, 3, 0, 0x40, AFTER, int_n_resumed, RESUMED),
         ROW("int3", "INT3 with TF=1: only #BP", "", STEP, 0, 0, VEC_BP, AFTER, int3, ),
         ROW("into", "INTO with TF=1: only #OF", "", STEP, 0, 0, VEC_OF, AFTER, into, ),
         DB("into_not_taken", "INTO with OF=0, TF=1: #DB", STEP, 0, 0, AFTER, into_not_taken, ),
         DB("int1", "INT1 with TF=1: one #DB, and no bit of DR6 is set", STEP, 0, 0, AFTER, int1, ),
         DB("popfd", "POPFD that sets TF, NOP: #DB behind the NOP", STEP, 0, 0, AFTER, popfd, RESUMED),
         DB("popfd_user", "POPFD that sets TF at CPL 3, NOP: #DB behind the NOP", STEP, 3, 0, AFTER, popfd, RESUMED),
         DB("popfd_clears", "POPFD that clears TF: #DB behind it", STEP, 0, 0, AFTER, popfd_clears, ),
         DB("popf_word", "POPF of a word that sets TF, NOP: #DB behind the NOP", STEP, 0, 0, AFTER, popf_word, RESUMED),
         DB("iret", "IRET to CPL 3 that sets TF, NOP: #DB behind the NOP", STEP, 0, 0, AFTER, iret, RESUMED),
         DB("mov_ss", "MOV SS with TF=1, NOP: one #DB, behind the NOP", SWITCHING, 0, 0, AFTER, mov_ss, RESUMED),
         DB("mov_ss_user", "MOV SS with TF=1 at CPL 3, NOP: one #DB, behind the NOP", SWITCHING, 3, 0, AFTER, mov_ss, RESUMED),
         DB("pop_ss", "POP SS with TF=1, NOP: one #DB, behind the NOP", SWITCHING, 0, 0, AFTER, pop_ss, RESUMED),
         DB("pop_ss_user", "POP SS with TF=1 at CPL 3, NOP: one #DB, behind the NOP", SWITCHING, 3, 0, AFTER, pop_ss, RESUMED),
         DB("pop_ss16", "POP SS of a word with TF=1, NOP: one #DB, behind the NOP", SWITCHING, 0, 0, AFTER, pop_ss16, RESUMED),
         DB("pop_ss16_user", "POP SS of a word with TF=1 at CPL 3, NOP: one #DB, behind the NOP", SWITCHING, 3, 0, AFTER, pop_ss16, RESUMED),
         ROW("mov_ss_ud2", "MOV SS, UD2 with TF=1: only #UD", "", SWITCHING, 0, 0, VEC_UD, AT_FAULT, mov_ss_ud2, ),
         DB("mov_ds", "MOV DS with TF=1: #DB right behind it", SWITCHING, 0, 0, AFTER, mov_ds, RESUMED),
         DB("lss", "LSS with TF=1: #DB right behind it", SWITCHING, 0, 0, AFTER, lss, RESUMED),
         DB("rep_first", "REP MOVS with ECX=5 and TF=1", STEP, 0, 5, AT_FAULT, rep_movs, ),
         DB("rep_last", "REP MOVS with ECX=1 and TF=1", STEP, 0, 1, AFTER, rep_movs, ),
         DB("rep_none", "REP MOVS with ECX=0 and TF=1", STEP, 0, 0, AFTER, rep_movs, ),
         DB("code16", "NOP of 16-bit code with TF=1", STEP, 0, 0, AFTER, code16, ),
         DB("code16_user", "NOP of 16-bit code with TF=1 at CPL 3", STEP, 3, 0, AFTER, code16, ),
         DB("gate16", "NOP with TF=1, #DB through a 16-bit trap gate", STEP, 0, 0, AFTER, gate16, ));
