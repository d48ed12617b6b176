/* IRETQ and RETFQ to the next instruction, by a selector of CS and SS that may not be loaded. */
static void iretq(uint64_t cs, uint64_t ss, uintptr_t rsp)
{
    struct program p = ASSEMBLE(MARK(fault) "iretq\n" MARK(after) "int3\n");

    user_may_run_program();
    push_image((struct interrupt_frame){label_of(p, "after"), cs, start.rflags, rsp, ss});
    run_program(p);
}

static void retfq(uint64_t cs, uint64_t ss, uintptr_t rsp)
{
    struct program p = ASSEMBLE(MARK(fault) ".byte 0x48, 0xcb\n" MARK(after) "int3\n");
    uint64_t *words = (uint64_t *)(start.rsp -= 32);

    user_may_run_program();
    words[0] = label_of(p, "after");
    words[1] = cs;
    words[2] = rsp;
    words[3] = ss;
    run_program(p);
}
