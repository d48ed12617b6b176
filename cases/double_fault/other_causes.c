/* #DF by other checks of the second delivery, and from CPL 3. (One cause for each pair of exceptions: matrix.) */
#include <case.h>

#define SPEC "SDM 3A \"Interrupt 8-Double Fault Exception (#DF)\""

static void load_missing(void)
{
    start.rbx = map_page("victim", 0);
    FAULT("mov rax, [rbx]");
}

static void code_segment(void)
{
    set_gate(VEC_PF, .selector = SEL_KERNEL_DATA);
    load_missing();
}

static void handler_noncanonical(void)
{
    *gate_of(VEC_PF) = make_gate(NONCANONICAL, SEL_KERNEL_CODE64, 0, GATE_INTERRUPT, 0, true);
    load_missing();
}

/* Gates 0 to 13 lie on the present page, #PF's on the other one. */
static void idt_page(void)
{
    lidt(split_table("idt", &idt, sizeof(idt), VEC_PF * 16), sizeof(idt) - 1);
    load_missing();
}

static void user(void)
{
    in_user_mode();
    set_gate(VEC_PF, .not_present = true);
    load_missing();
}

static void user_gp(void)
{
    in_user_mode();
    set_gate(VEC_GP, .not_present = true);
    FAULT("hlt");
}

/* #DF needs no IST: at CPL 3 its frame goes to RSP0 like any other. */
static void user_rsp0(void)
{
    set_gate(VEC_DF);
    user();
}

/* At CPL 0 it goes below the interrupted stack. */
static void same_stack(void)
{
    set_gate(VEC_DF);
    set_gate(VEC_PF, .not_present = true);
    load_missing();
}

static void trap_gate(void)
{
    set_gate(VEC_DF, .type = GATE_TRAP, .ist = 7);
    set_gate(VEC_PF, .not_present = true);
    load_missing();
}

static void stack_fault(void)
{
    start.rsp = NONCANONICAL + 0x1000;
    FAULT("push rax");
}

#define ROW(name_, about_, id_, run_)                                                                                                       \
    {                                                                                                                                       \
        VARIANT, .name = name_, .about = about_, .spec = SPEC, .id = id_, .vector = VEC_DF, .error = 0, .saved_rip = UNDEFINED, .run = run_ \
    }

VARIANTS(ROW("code_segment", "#PF at CPL 0 through a gate to a data segment", "df-pf-then-gp-cs", code_segment),
         ROW("handler_noncanonical", "#PF at CPL 0 through a gate whose offset isn't canonical", NULL, handler_noncanonical),
         ROW("idt_page", "#PF at CPL 0 whose gate lies on a page that isn't present", "df-pf-then-pf-idt", idt_page),
         ROW("user", "#PF at CPL 3 through a gate that isn't present", "df-user-pf-then-np", user),
         ROW("user_gp", "#GP at CPL 3 through a gate that isn't present", NULL, user_gp),
         ROW("user_rsp0", "#PF at CPL 3 through a gate that isn't present, #DF without IST", NULL, user_rsp0),
         ROW("same_stack", "#PF at CPL 0 through a gate that isn't present, #DF without IST", NULL, same_stack),
         ROW("trap_gate", "#PF at CPL 0 through a gate that isn't present, #DF through a trap gate", NULL, trap_gate),
         ROW("stack_fault", "PUSH at CPL 0 with a non-canonical RSP, #SS without IST", "df-noncanon-rsp-no-ist", stack_fault));
