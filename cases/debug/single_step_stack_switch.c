/*
 * After MOV or POP to SS the single-step trap is suppressed until the next instruction is through, so that RSP can be
 * loaded in peace. LSS loads both at once and holds nothing back.
 */
#include <case.h>

static void mov_ss(void)
{
    start.rflags |= RFLAGS_TF;
    start.rax = SEL_KERNEL_DATA;
    on_exception(VEC_DB, stop_stepping);
    PROGRAM(MARK(fault) "mov ss, eax\n" MARK(next) "nop\n" MARK(after) "nop\n");
}

static void mov_ss_user(void)
{
    in_user_mode();
    start.rflags |= RFLAGS_TF;
    start.rax = SEL_USER_DATA;
    on_exception(VEC_DB, stop_stepping);
    PROGRAM(MARK(fault) "mov ss, eax\n" MARK(next) "nop\n" MARK(after) "nop\n");
}

/* The shadow covers the instruction that it is for. */
static void mov_ss_mov_rsp(void)
{
    start.rflags |= RFLAGS_TF;
    start.rax = SEL_KERNEL_DATA;
    start.rbx = stack_top(STACK_RSP1);
    on_exception(VEC_DB, stop_stepping);
    PROGRAM(MARK(fault) "mov ss, eax\n" MARK(next) "mov rsp, rbx\n" MARK(after) "nop\n");
}

/* A fault still comes, and a single step never. */
static void mov_ss_ud2(void)
{
    start.rflags |= RFLAGS_TF;
    start.rax = SEL_KERNEL_DATA;
    PROGRAM("mov ss, eax\n" MARK(fault) "ud2\n" MARK(after));
}

static void pop_ss(void)
{
    in_compat_user();
    start.rflags |= RFLAGS_TF;
    start.rsp -= 4;
    *(uint32_t *)start.rsp = SEL_USER_DATA;
    on_exception(VEC_DB, stop_stepping);
    PROGRAM32(MARK(fault) "pop ss\n" MARK(next) "nop\n" MARK(after) "nop\n");
}

static void lss(void)
{
    start.rflags |= RFLAGS_TF;
    start.rbx = map_page("pointer", PAGE_PRESENT);
    ((uint32_t *)frame_of(start.rbx))[0] = (uint32_t)stack_top(STACK_RSP1);
    ((uint32_t *)frame_of(start.rbx))[1] = SEL_KERNEL_DATA;
    on_exception(VEC_DB, stop_stepping);
    PROGRAM(MARK(fault) "lss esp, [rbx]\n" MARK(after) "nop\n");
}

#define SWITCHING "SDM 3A \"Masking Exceptions and Interrupts When Switching Stacks\""

VARIANTS({VARIANT, .name = "mov_ss", .about = "MOV SS with TF=1 at CPL 0, NOP: one #DB, behind the NOP", .spec = SWITCHING, .id = "db-tf-movss",
          .vector = VEC_DB, .error = NO_ERROR, .saved_rip = AFTER, .run = mov_ss, .resumes = 1},
         {VARIANT, .name = "mov_ss_user", .about = "MOV SS with TF=1 at CPL 3, NOP: one #DB, behind the NOP", .spec = SWITCHING, .vector = VEC_DB,
          .error = NO_ERROR, .saved_rip = AFTER, .run = mov_ss_user, .resumes = 1},
         {VARIANT, .name = "mov_ss_mov_rsp", .about = "MOV SS, MOV RSP with TF=1: one #DB, on the new stack", .spec = SWITCHING, .vector = VEC_DB,
          .error = NO_ERROR, .saved_rip = AFTER, .run = mov_ss_mov_rsp, .resumes = 1},
         {VARIANT, .name = "mov_ss_ud2", .about = "MOV SS, UD2 with TF=1: only #UD", .spec = SWITCHING, .vector = VEC_UD, .error = NO_ERROR,
          .saved_rip = AT_FAULT, .run = mov_ss_ud2},
         {VARIANT, .name = "pop_ss", .about = "POP SS with TF=1 in compatibility mode at CPL 3, NOP: one #DB, behind the NOP", .spec = SWITCHING,
          .id = "db-tf-popss", .env = COMPAT32, .vector = VEC_DB, .error = NO_ERROR, .saved_rip = AFTER, .run = pop_ss, .resumes = 1},
         {VARIANT, .name = "lss", .about = "LSS with TF=1 at CPL 0: #DB right behind it", .spec = SWITCHING, .id = "db-tf-lss", .vector = VEC_DB,
          .error = NO_ERROR, .saved_rip = AFTER, .run = lss, .resumes = 1});
