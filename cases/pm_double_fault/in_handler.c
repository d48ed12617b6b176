/*
 * A delivery ends with its frame. What the handler then does wrong is a first exception again: no #DF after #GP or #PF, and
 * no shutdown after #DF.
 */
#include <case32.h>

#define SPEC "SDM 3A \"Interrupt 8-Double Fault Exception (#DF)\""

/* The first time (ECX isn't 0) the handler faults as the program did; the second time it repairs EBX. */
#define FAULT_AGAIN(instruction) HANDLER("jecxz 1f\nmov ecx, 0\n" MARK(inner) instruction "\njmp 2f\n1: mov ebx, edi\n2:\n")

static void gp_gp(void)
{
    in_ring((unsigned)ARG0);
    start.edi = SEL_DATA_FS;
    start.ebx = GDT_LIMIT + 1;
    on_exception_run(VEC_GP, FAULT_AGAIN("mov fs, ebx"));
    FAULT("mov fs, ebx");
}

static void pf_pf(void)
{
    start.edi = map_page("good", PAGE_PRESENT | PAGE_WRITE);
    start.ebx = map_page("victim", 0);
    on_exception_run(VEC_PF, FAULT_AGAIN("mov eax, [ebx]"));
    FAULT("mov eax, [ebx]");
}

static void df_gp(void)
{
    set_gate(VEC_PF, .not_present = true);
    start.ebx = map_page("victim", 0);
    start.edi = GDT_LIMIT + 1;
    on_exception_run(VEC_DF, HANDLER(MARK(inner) "mov fs, edi\n"));
    FAULT("mov eax, [ebx]");
}

/* The #DF handler's own page fault, its gate as broken as before, is #DF again. */
static void df_df(void)
{
    set_gate(VEC_PF, .not_present = true);
    start.ebx = map_page("victim", 0);
    on_exception_run(VEC_DF, HANDLER("jecxz 1f\nmov ecx, 0\n" MARK(inner) "mov eax, [ebx]\n1:\n" MARK(end) "ud2\n"));
    FAULT("mov eax, [ebx]");
}

/* #PF's handler raises #GP, which would be #DF in the delivery of #PF. */
static void pf_gp(void)
{
    start.ebx = map_page("victim", 0);
    start.edi = GDT_LIMIT + 1;
    on_exception_run(VEC_PF, HANDLER(MARK(inner) "mov fs, edi\n"));
    FAULT("mov eax, [ebx]");
}

VARIANTS({VARIANT, .name = "gp_gp", .about = "#GP at CPL 0; its handler raises #GP", .spec = SPEC, .vector = VEC_GP, .error = GDT_LIMIT + 1,
          .saved_rip = AT_FAULT, .run = gp_gp, .resumes = 1},
         {VARIANT, .name = "gp_gp_user", .about = "#GP at CPL 3; its handler raises #GP", .spec = SPEC, .vector = VEC_GP, .error = GDT_LIMIT + 1,
          .saved_rip = AT_FAULT, .run = gp_gp, .resumes = 1, .arg = {3}},
         {VARIANT, .name = "pf_pf", .about = "#PF at CPL 0; its handler raises #PF", .spec = SPEC, .vector = VEC_PF, .error = 0,
          .saved_rip = AT_FAULT, .run = pf_pf, .resumes = 1},
         {VARIANT, .name = "df_gp", .about = "#DF at CPL 0; its handler raises #GP: no shutdown", .spec = SPEC, .vector = VEC_DF, .error = 0,
          .saved_rip = UNDEFINED, .run = df_gp},
         {VARIANT, .name = "df_df", .about = "#DF at CPL 0; its handler raises #PF, again without a handler: no shutdown, #DF", .spec = SPEC,
          .vector = VEC_DF, .error = 0, .saved_rip = UNDEFINED, .run = df_df},
         {VARIANT, .name = "pf_gp", .about = "#PF at CPL 0; its handler raises #GP", .spec = SPEC, .vector = VEC_PF, .error = 0,
          .saved_rip = AT_FAULT, .run = pf_gp});
