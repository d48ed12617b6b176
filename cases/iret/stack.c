/* IRETQ reads five words, and faults with RSP as it was when one of them can't be read. */
#include <case.h>

/* RFLAGS, RSP and SS lie on a page that isn't present. */
static void page(void)
{
    uintptr_t stack = map_pages("image_pages", 2, PAGE_PRESENT | PAGE_WRITE | PAGE_USER);
    struct program p = ASSEMBLE(MARK(fault) "iretq\n" MARK(after));

    if (ARG0)
        in_user_mode();
    start.rsp = stack + PAGE_SIZE - 16;
    *(struct interrupt_frame *)start.rsp = (struct interrupt_frame){label_of(p, "after"), start.cs, start.rflags, stack_top(STACK_USER), start.ss};
    change_page(stack + PAGE_SIZE, PAGE_PRESENT, 0);
    run_program(p);
}

static void noncanonical(void)
{
    in_user_mode();
    start.rsp = NONCANONICAL;
    FAULT("iretq");
}

static void unaligned(void)
{
    struct program p = ASSEMBLE(MARK(fault) "iretq\n" MARK(after));

    in_user_mode();
    start.rsp -= 4;
    push_image((struct interrupt_frame){label_of(p, "after"), start.cs, start.rflags, start.rsp, start.ss});
    start.rflags |= RFLAGS_AC;
    write_cr0(read_cr0() | CR0_AM);
    run_program(p);
}

#define STACK(name_, run_, vector_, error_)                                                                                           \
    VARIANT, .name = #name_, .spec = "SDM 2A \"IRET/IRETD/IRETQ-Interrupt Return\"", .run = run_, .vector = vector_, .error = error_, \
             .saved_rip = AT_FAULT

VARIANTS({STACK(page, page, VEC_PF, 0), .about = "IRETQ at CPL 0, the image's last three words on a page that isn't present"},
         {STACK(page_user, page, VEC_PF, PF_U), .about = "IRETQ at CPL 3, the image's last three words on a page that isn't present", .arg = {1}},
         {STACK(noncanonical, noncanonical, VEC_SS, 0), .about = "IRETQ at CPL 3, RSP non-canonical"},
         {STACK(unaligned, unaligned, VEC_AC, 0), .about = "IRETQ at CPL 3 with CR0.AM=1 and RFLAGS.AC=1, RSP not a multiple of 8"});
