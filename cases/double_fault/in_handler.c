/*
 * A delivery ends with its frame. What the handler then does wrong is a first exception again: no #DF after #GP or #PF, and
 * no shutdown after #DF.
 */
#include <case.h>

#define SPEC "SDM 3A \"Interrupt 8-Double Fault Exception (#DF)\""

/* The first time (RCX isn't 0) the handler faults as the program did; the second time it repairs the address. */
#define FAULT_AGAIN HANDLER("jrcxz 1f\nmov ecx, 0\n" MARK(inner) "mov rax, [rbx]\njmp 2f\n1: mov rbx, rdi\n2:\n")

static void same(void)
{
    start.rdi = map_page("good", PAGE_PRESENT | PAGE_WRITE);
    start.rbx = ARG0 == VEC_PF ? map_page("victim", 0) : NONCANONICAL;
    on_exception_run((unsigned)ARG0, FAULT_AGAIN);
    FAULT("mov rax, [rbx]");
}

/* The #DF handler's own page fault, its gate as broken as before, is #DF again. */
static void df_in_df(void)
{
    set_gate(VEC_PF, .not_present = true);
    start.rbx = map_page("victim", 0);
    on_exception_run(VEC_DF, HANDLER("jrcxz 1f\nmov ecx, 0\n" MARK(inner) "mov rax, [rbx]\n1:\n" MARK(end) "ud2\n"));
    FAULT("mov rax, [rbx]");
}

static void gp_in_df(void)
{
    set_gate(VEC_PF, .not_present = true);
    start.rbx = map_page("victim", 0);
    start.rdi = NONCANONICAL;
    on_exception_run(VEC_DF, HANDLER(MARK(inner) "mov rax, [rdi]\n"));
    FAULT("mov rax, [rbx]");
}

/* #PF's handler raises #GP, which would be #DF in the delivery of #PF. */
static void gp_in_pf(void)
{
    start.rbx = map_page("victim", 0);
    start.rdi = NONCANONICAL;
    on_exception_run(VEC_PF, HANDLER(MARK(inner) "mov rax, [rdi]\n"));
    FAULT("mov rax, [rbx]");
}

static void map_victim(struct interrupt_frame *frame, struct capture *capture)
{
    (void)frame;
    (void)capture;
    change_page(start.rbx, 0, PAGE_PRESENT);
}

/* The page fault is over and done with when the program goes on. */
static void gp_after_pf(void)
{
    start.rbx = map_page("victim", 0);
    start.rdi = NONCANONICAL;
    on_exception(VEC_PF, map_victim);
    PROGRAM(MARK(fault) "mov rax, [rbx]\n" MARK(after) "nop\n" MARK(second) "mov rax, [rdi]\n");
}

VARIANTS({VARIANT, .name = "gp_gp", .about = "#GP at CPL 0; its handler raises #GP", .spec = SPEC, .id = "df-handler-fault-not-df", .vector = VEC_GP,
          .error = 0, .saved_rip = AT_FAULT, .run = same, .arg = {VEC_GP}, .resumes = 1},
         {VARIANT, .name = "pf_pf", .about = "#PF at CPL 0; its handler raises #PF", .spec = SPEC, .id = "df-pf-in-pf-handler-not-df",
          .vector = VEC_PF, .error = 0, .saved_rip = AT_FAULT, .run = same, .arg = {VEC_PF}, .resumes = 1},
         {VARIANT, .name = "df_gp", .about = "#DF at CPL 0; its handler raises #GP: no shutdown", .spec = SPEC, .vector = VEC_DF, .error = 0,
          .saved_rip = UNDEFINED, .run = gp_in_df},
         {VARIANT, .name = "df_df", .about = "#DF at CPL 0; its handler raises #PF, again without a handler: no shutdown, #DF", .spec = SPEC,
          .vector = VEC_DF, .error = 0, .saved_rip = UNDEFINED, .run = df_in_df},
         {VARIANT, .name = "pf_gp", .about = "#PF at CPL 0; its handler raises #GP", .spec = SPEC, .vector = VEC_PF, .error = 0,
          .saved_rip = AT_FAULT, .run = gp_in_pf},
         {VARIANT, .name = "pf_returned_gp", .about = "#PF at CPL 0, repaired; then the program raises #GP", .spec = SPEC, .vector = VEC_PF,
          .error = 0, .saved_rip = AT_FAULT, .run = gp_after_pf});
