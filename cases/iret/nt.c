/* There are no nested tasks in IA-32e mode: IRET with RFLAGS.NT=1 raises #GP(0) before it reads anything from the stack. */
#include <case.h>

static void iretq(void)
{
    struct program p = ASSEMBLE(MARK(fault) "iretq\n" MARK(after));

    start.rflags |= RFLAGS_NT;
    push_image((struct interrupt_frame){label_of(p, "after"), start.cs, start.rflags & ~RFLAGS_NT, start.rsp, start.ss});
    run_program(p);
}

static void kernel(void)
{
    iretq();
}

static void user(void)
{
    in_user_mode();
    iretq();
}

static void compat_user(void)
{
    struct program p = ASSEMBLE32(MARK(fault) "iretd\n" MARK(after));
    uint32_t *image = (uint32_t *)(stack_top(STACK_USER) - 12);

    in_compat_user();
    start.rflags |= RFLAGS_NT;
    start.rsp = (uintptr_t)image;
    image[0] = (uint32_t)label_of(p, "after");
    image[1] = SEL_USER_CODE32;
    image[2] = (uint32_t)start.rflags & ~RFLAGS_NT;
    run_program(p);
}

/* The stack is out of reach: the check comes first. */
static void before_the_stack(void)
{
    set_gate(VEC_GP, .ist = 1);
    start.rflags |= RFLAGS_NT;
    start.rsp = map_page("victim", 0);
    FAULT("iretq");
}

#define NT(name_) \
    VARIANT, .name = #name_, .spec = "SDM 2A \"IRET/IRETD/IRETQ-Interrupt Return\"", .vector = VEC_GP, .error = 0, .saved_rip = AT_FAULT, .run = name_

VARIANTS({NT(kernel), .about = "IRETQ at CPL 0, RFLAGS.NT=1", .id = "iret-nt-set"},
         {NT(user), .about = "IRETQ at CPL 3, RFLAGS.NT=1", .id = "iret-nt-user"},
         {NT(compat_user), .about = "IRETD in compatibility mode at CPL 3, RFLAGS.NT=1", .id = "iret-nt-compat", .env = COMPAT32},
         {NT(before_the_stack), .about = "IRETQ at CPL 0, RFLAGS.NT=1, the stack's page not present", .id = "iret-nt-set"});
