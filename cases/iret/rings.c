/*
 * IRETQ to 64-bit code of rings 1 and 2 may return with a NULL SS whose RPL is that ring, no other; to CPL 3 RSP may be any address.
 */
#include <case.h>

static uint16_t ring(unsigned dpl)
{
    return add_descriptor("ring", encode_descriptor((struct descriptor){.type = CODE_READABLE, .l = true, .dpl = (uint8_t)dpl})) | (uint16_t)dpl;
}

/* ARG0: the ring, ARG1: SS. */
static void null_stack(void)
{
    struct program p = ASSEMBLE(MARK(fault) "iretq\n" MARK(after) "nop\n");

    user_may_run_program();
    push_image((struct interrupt_frame){label_of(p, "after"), ring((unsigned)ARG0), start.rflags, stack_top(STACK_USER), ARG1});
    run_program(p);
}

static void high_stack(void)
{
    struct program p = ASSEMBLE(MARK(fault) "iretq\n" MARK(after) "nop\n");

    user_may_run_program();
    push_image((struct interrupt_frame){label_of(p, "after"), SEL_USER_CODE64, start.rflags, 0x765432101230, SEL_USER_DATA});
    run_program(p);
}

#define ROW(name_, run_, ring, ss, about_, ...)                                                                                               \
    {                                                                                                                                         \
        VARIANT, .name = name_, .about = about_, .spec = "SDM 2A \"IRET/IRETD/IRETQ-Interrupt Return\", 64-Bit Mode Exceptions", .run = run_, \
                 .arg = {ring, ss}, __VA_ARGS__                                                                                               \
    }
#define REFUSED .vector = VEC_GP, .error = 0, .saved_rip = AT_FAULT
VARIANTS(ROW("null_ring1", null_stack, 1, 3, "IRETQ to 64-bit code at CPL 1 with SS 3", REFUSED),
         ROW("null_ring2", null_stack, 2, 1, "IRETQ to 64-bit code at CPL 2 with SS 1", REFUSED),
         ROW("high_stack", high_stack, 0, 0, "IRETQ to 64-bit code at CPL 3 with RSP above 4 GiB", .vector = NO_EXCEPTION));
