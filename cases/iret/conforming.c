/* IRETQ to a conforming code segment: its DPL may be lower than the selector's RPL, which becomes the CPL. INT3 there shows CS. */
#include <case.h>

static void run(void)
{
    struct descriptor d = {.type = CODE_CONFORMING, .l = true};
    uint16_t cs = (uint16_t)(add_descriptor("target", encode_descriptor(d)) | ARG0);
    struct program p = ASSEMBLE("iretq\n" MARK(fault) "int3\n" MARK(after));

    user_may_run_program();
    set_gate(VEC_BP, .dpl = 3);
    push_image((struct interrupt_frame){label_of(p, "fault"), cs, start.rflags, stack_top(ARG0 ? STACK_USER : STACK_KERNEL),
                                        ARG0 ? SEL_USER_DATA : SEL_KERNEL_DATA});
    run_program(p);
}

#define CONFORMING(name_)                                                                                                                     \
    VARIANT, .name = #name_, .spec = "SDM 2A \"IRET/IRETD/IRETQ-Interrupt Return\"", .vector = VEC_BP, .error = NO_ERROR, .saved_rip = AFTER, \
             .run = run

VARIANTS({CONFORMING(same), .about = "IRETQ to a conforming segment with DPL 0, RPL 0", .id = "iret-cs-conforming-dpl"},
         {CONFORMING(outer), .about = "IRETQ to a conforming segment with DPL 0, RPL 3", .id = "iret-cs-conforming-dpl", .arg = {3}});
