/* A PUSH runs into the guard page below the stack; the page fault can't be delivered on that stack either. */
#include <case.h>

#define SPEC "SDM 3A \"Interrupt 8-Double Fault Exception (#DF)\""

static void push(void)
{
    set_gate(VEC_DF, .ist = 1);
    start.rsp = stack_base(STACK_KERNEL);
    FAULT("push rax");
}

static void call(void)
{
    set_gate(VEC_DF, .ist = 1);
    PROGRAM("1:\n" MARK(fault) "call 1b\n" MARK(after));
}

/* RSP0 is already at the guard page: a page fault at CPL 3 finds no room for its frame. */
static void user(void)
{
    set_gate(VEC_DF, .ist = 1);
    tss.rsp[0] = stack_base(STACK_RSP0);
    in_user_mode();
    start.rbx = map_page("victim", 0);
    FAULT("mov rax, [rbx]");
}

#define ROW(name_, about_, id_, run_)                                                                                                       \
    {                                                                                                                                       \
        VARIANT, .name = name_, .about = about_, .spec = SPEC, .id = id_, .vector = VEC_DF, .error = 0, .saved_rip = UNDEFINED, .run = run_ \
    }

VARIANTS(ROW(NULL, "PUSH at CPL 0 into the guard page below the kernel stack, #PF without IST", "df-guard-page", push),
         ROW("recursion", "CALL to itself at CPL 0 until the stack ends at its guard page, #PF without IST", "df-guard-page-recursion", call),
         ROW("user", "load from a not-present page at CPL 3, RSP0 points to the end of a stack", NULL, user));
