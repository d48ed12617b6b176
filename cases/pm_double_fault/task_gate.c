/*
 * #DF by a task gate: the only way to a stack where there is none. The error code 0 lies on the new task's stack; the old TSS
 * holds ESP as it was before the first event.
 */
#include <case32.h>

#define SPEC "SDM 3A \"Interrupt 8-Double Fault Exception (#DF)\", \"Interrupt Tasks\""

static void set_up(void)
{
    in_ring((unsigned)ARG0);
    set_task_gate(VEC_DF, add_task("handler"));
}

static void load_missing(void)
{
    start.ebx = map_page("victim", 0);
    FAULT("mov eax, [ebx]");
}

static void pf_np(void)
{
    set_up();
    set_gate(VEC_PF, .not_present = true);
    load_missing();
}

static void pf_gp(void)
{
    set_up();
    *gate_of(VEC_PF) = (struct gate){0};
    load_missing();
}

static void gp_np(void)
{
    set_up();
    set_gate(VEC_GP, .not_present = true);
    start.ebx = GDT_LIMIT + 1;
    FAULT("mov fs, bx");
}

static void de_np(void)
{
    set_up();
    set_gate(VEC_DE, .not_present = true);
    start.ebx = 0;
    FAULT("div ebx");
}

static void recursion(void)
{
    set_up();
    PROGRAM("1:\n" MARK(fault) "call 1b\n" MARK(after));
}

static void no_room(void)
{
    struct descriptor d = {.base = stack_base(STACK_KERNEL), .limit = 0xfff, .d = true, .type = DATA_WRITABLE};

    set_up();
    start.ss = add_descriptor("stack", encode_descriptor(d));
    start.esp = 0;
    FAULT("push eax");
}

/* ESP0 is at the guard page already. */
static void esp0_missing(void)
{
    set_up();
    tss.esp0 = stack_base(STACK_ESP0);
    load_missing();
}

static void ss0_null(void)
{
    set_up();
    tss.ss0 = 0;
    FAULT("ud2");
}

static void ss0_not_present(void)
{
    struct descriptor d = {.limit = 0xfffff, .g = true, .d = true, .type = DATA_WRITABLE, .not_present = true};

    set_up();
    tss.ss0 = add_descriptor("np", encode_descriptor(d));
    set_gate(0x40, .dpl = 3);
    FAULT("int 0x40");
}

/* Gates 0 to 13 lie on the present page, #PF's on the other one. */
static void idt_page(void)
{
    set_up();
    lidt(split_table("idt", idt, sizeof(idt), VEC_PF * 8), sizeof(idt) - 1);
    load_missing();
}

#define ROW(name_, about_, cpl, run_)                                                                                                                \
    {                                                                                                                                                \
        VARIANT, .name = name_, .about = about_ ", #DF has a task", .spec = SPEC, .vector = VEC_DF, .error = 0, .saved_rip = UNDEFINED, .run = run_, \
                 .arg = {                                                                                                                            \
                     cpl                                                                                                                             \
                 }                                                                                                                                   \
    }

VARIANTS(ROW("pf_np", "#PF at CPL 0, its gate isn't present", 0, pf_np), ROW("pf_np_user", "#PF at CPL 3, its gate isn't present", 3, pf_np),
         ROW("pf_gp", "#PF at CPL 0, its gate is zeros", 0, pf_gp), ROW("gp_np", "#GP at CPL 0, its gate isn't present", 0, gp_np),
         ROW("gp_np_user", "#GP at CPL 3, its gate isn't present", 3, gp_np), ROW("de_np", "#DE at CPL 0, its gate isn't present", 0, de_np),
         ROW("recursion", "CALL to itself at CPL 0 until the stack ends at its guard page", 0, recursion),
         ROW("no_room", "PUSH at CPL 0 below offset 0 of the stack segment", 0, no_room),
         ROW("esp0_missing", "#PF at CPL 3, ESP0 is the end of a stack", 3, esp0_missing),
         ROW("ss0_null", "#UD at CPL 3, SS0 is NULL: #TS twice", 3, ss0_null),
         ROW("ss0_not_present", "INT 0x40 at CPL 3, SS0 isn't present: #SS twice", 3, ss0_not_present),
         ROW("idt_page", "#PF at CPL 0, its gate lies on a page that isn't present", 0, idt_page));
