/*
 * The handler's address. A non-canonical one is #GP(EXT) before anything is pushed. A page that isn't there is no matter of
 * the delivery: the frame is pushed, and the fetch of the handler's first instruction faults, at the handler's address with
 * the handler's privilege. So a #GP handler on a missing page gives #PF, not #DF.
 */
#include <case.h>

#define SPEC "SDM 2A \"INT n/INTO/INT3/INT1-Call to Interrupt Procedure\""

static void aim(unsigned vector, uintptr_t handler, unsigned dpl)
{
    *gate_of(vector) = make_gate(handler, SEL_KERNEL_CODE64, 0, GATE_INTERRUPT, dpl, true);
}

static void int_n(void)
{
    aim(0x40, NONCANONICAL, 0);
    FAULT("int 0x40");
}

static void ud2(void)
{
    aim(VEC_UD, NONCANONICAL, 0);
    FAULT("ud2");
}

static void user(void)
{
    aim(0x40, NONCANONICAL, 3);
    in_user_mode();
    FAULT("int 0x40");
}

static void last(void)
{
    aim(0x40, 0xffff7fffffffffff, 0); /* the highest non-canonical one */
    FAULT("int 0x40");
}

/* The frame that was pushed before the fetch. */
static enum stack pushed_on;
static uintptr_t pushed_below;

static void read_pushed_frame(void)
{
    const struct interrupt_frame *frame = (const struct interrupt_frame *)pushed_below - 1;

    note("pushed.rip", frame->rip - recorded_label("fault"));
    note("pushed.cs", frame->cs);
    note("pushed.rflags", frame->rflags);
    note("pushed.rsp", stack_top(pushed_on) - frame->rsp);
    note("pushed.ss", frame->ss);
}

static void missing_page(void)
{
    aim(0x40, map_page("handler", 0), 0);
    pushed_on = STACK_KERNEL;
    pushed_below = stack_top(STACK_KERNEL);
    at_end(read_pushed_frame);
    FAULT("int 0x40");
}

static void missing_page_user(void)
{
    aim(0x40, map_page("handler", 0), 3);
    in_user_mode();
    pushed_on = STACK_USER;
    pushed_below = stack_top(STACK_RSP0);
    at_end(read_pushed_frame);
    FAULT("int 0x40");
}

static void read_error_code(void)
{
    read_pushed_frame();
    note("pushed.error", ((const uint64_t *)pushed_below)[-6]);
}

static void missing_page_gp(void)
{
    aim(VEC_GP, map_page("handler", 0), 0);
    pushed_on = STACK_KERNEL;
    pushed_below = stack_top(STACK_KERNEL);
    at_end(read_error_code);
    start.rbx = NONCANONICAL;
    FAULT("mov rax, [rbx]");
}

#define ROW(name_, about_, id_, vector_, error_, rip_, run_, ...)                                                                             \
    {                                                                                                                                         \
        VARIANT, .name = name_, .about = about_, .spec = SPEC, .id = id_, .vector = vector_, .error = error_, .saved_rip = rip_, .run = run_, \
                 __VA_ARGS__                                                                                                                  \
    }

VARIANTS(ROW("noncanonical", "INT 0x40 at CPL 0, the gate's offset isn't canonical", "idt-rip-noncanon", VEC_GP, 0, AT_FAULT, int_n),
         ROW("noncanonical_last", "INT 0x40 at CPL 0, the gate's offset is the highest that isn't canonical", NULL, VEC_GP, 0, AT_FAULT, last),
         ROW("noncanonical_ud", "UD2 at CPL 0, the gate's offset isn't canonical", "idt-rip-noncanon-ud", VEC_GP, ERROR_EXT, AT_FAULT, ud2),
         ROW("noncanonical_user", "INT 0x40 at CPL 3, the gate's offset isn't canonical", NULL, VEC_GP, 0, AT_FAULT, user),
         ROW("missing_page", "INT 0x40 at CPL 0, the handler's page isn't present", "idt-handler-page-np", VEC_PF, PF_I, NULL, missing_page,
             .needs = "nx"),
         ROW("missing_page_user", "INT 0x40 at CPL 3, the handler's page isn't present", NULL, VEC_PF, PF_I, NULL, missing_page_user, .needs = "nx"),
         ROW("missing_page_gp", "load from a non-canonical address at CPL 0, the #GP handler's page isn't present: no #DF",
             "idt-handler-page-np-after-gp", VEC_PF, PF_I, NULL, missing_page_gp, .needs = "nx"));
