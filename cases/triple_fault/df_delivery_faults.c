/* A contributory exception or a page fault on the way to the #DF handler: shutdown. (One cause for each exception: double_fault/matrix.) */
#include <case.h>

#define SPEC "SDM 3A \"Interrupt 8-Double Fault Exception (#DF)\""

static void load_missing(void)
{
    set_gate(VEC_PF, .not_present = true);
    start.rbx = map_page("victim", 0);
    FAULT("mov rax, [rbx]");
}

static void gate(void)
{
    set_gate(VEC_DF, .not_present = true);
    load_missing();
}

static void code_segment(void)
{
    set_gate(VEC_DF, .selector = SEL_KERNEL_DATA);
    load_missing();
}

static void stack(void)
{
    tss.ist[0] = ARG0 ? ARG0 : map_page("stack", 0) + PAGE_SIZE;
    set_gate(VEC_DF, .ist = 1);
    load_missing();
}

static void handler_noncanonical(void)
{
    *gate_of(VEC_DF) = make_gate(NONCANONICAL, SEL_KERNEL_CODE64, 7, GATE_INTERRUPT, 0, true);
    load_missing();
}

#define ROW(name_, about_, id_, run_, ...)                                                                                               \
    {                                                                                                                                    \
        VARIANT, .name = name_, .about = "#PF at CPL 0, its gate not present; #DF " about_, .spec = SPEC, .id = id_, .vector = SHUTDOWN, \
                 .run = run_, __VA_ARGS__                                                                                                \
    }

VARIANTS(ROW("gate", "through a gate that isn't present", "triple-df-gate-np", gate),
         ROW("code_segment", "through a gate to a data segment", "triple-df-gate-bad-cs", code_segment),
         ROW("stack_missing", "by IST1 on a page that isn't present", "triple-df-stack-np", stack, .arg = {0}),
         ROW("stack_noncanonical", "by IST1 that isn't canonical", "triple-df-ist-noncanon", stack, .arg = {0x0000900000000000}),
         ROW("handler_noncanonical", "through a gate whose offset isn't canonical", NULL, handler_noncanonical));
