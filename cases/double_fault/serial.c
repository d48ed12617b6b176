/* A contributory exception and a page fault are handled one after the other: the first is lost, and comes again when its instruction does. */
#include <case.h>

#define SPEC "SDM 3A \"Interrupt 8-Double Fault Exception (#DF)\""

/* Only gate 0 lies on the missing page. */
static void idt_page(void)
{
    uintptr_t base = split_table("idt", &idt, sizeof(idt), 16);

    change_page(base, PAGE_PRESENT, 0);
    change_page(base + 16, 0, PAGE_PRESENT);
    lidt(base, sizeof(idt) - 1);
    start.rbx = 0;
    FAULT("div rbx");
}

static void repair_stack(struct interrupt_frame *frame, struct capture *capture)
{
    (void)frame;
    (void)capture;
    change_page(stack_base(STACK_IST(3)), 0, PAGE_PRESENT);
}

static void again(void)
{
    change_page(stack_base(STACK_IST(3)), PAGE_PRESENT, 0);
    set_gate(VEC_GP, .ist = 3);
    on_exception(VEC_PF, repair_stack);
    start.rbx = NONCANONICAL;
    FAULT("mov rax, [rbx]");
}

VARIANTS({VARIANT, .name = "idt_page", .about = "DIV by 0 at CPL 0, the gate of #DE lies on a page that isn't present", .spec = SPEC,
          .id = "df-serial-de-then-pf", .vector = VEC_PF, .error = 0, .saved_rip = AT_FAULT, .run = idt_page},
         {VARIANT, .name = "again", .about = "#GP at CPL 0 by IST3 on a missing page; the #PF handler maps it: then #GP comes", .spec = SPEC,
          .id = "df-serial-gp-then-pf-stack", .vector = VEC_PF, .error = PF_W, .saved_rip = AT_FAULT, .run = again});
