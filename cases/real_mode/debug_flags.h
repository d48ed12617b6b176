/*
 * POPF and IRET of 16 and 32 bits in 16-bit code change TF: the step is behind the next instruction where they set it, and behind themselves where
 * they clear it. IRETD loads RF, which is for one instruction; POPFD and IRET of a word don't.
 *
 * The file includes its mode's header before. set_up() sets up the mode.
 */
static void set_up(void);

#define TARGET "\nud2\n" MARK(target) "nop\n" MARK(after) "nop\n"
#define NEXT "\n" MARK(target) "nop\n" MARK(after) "nop\n"

/* ARG0: EFLAGS besides those of the image; ARG1: bits of the image. */
static void pop(struct program p, unsigned size, bool is_return)
{
    const uint32_t image[] = {(uint32_t)label_of(p, "target") - 16 * REAL_CODE, REAL_CODE, start.eflags | (uint32_t)ARG1};
    uint8_t *stack;

    start.esp -= is_return ? 3 * size : size;
    stack = (uint8_t *)(16 * REAL_STACK + (uintptr_t)start.esp);
    for (unsigned i = is_return ? 0 : 2; i < 3; i++)
        for (unsigned j = 0; j < size; j++)
            *stack++ = (uint8_t)(image[i] >> 8 * j);
    start.eflags |= (uint32_t)ARG0;
    run_program(p);
}

static void popf(void)
{
    set_up();
    pop(ASSEMBLE16(MARK(fault) ".byte 0x9d" NEXT), 2, false);
}

static void popfd(void)
{
    set_up();
    pop(ASSEMBLE16(MARK(fault) ".byte 0x66, 0x9d" NEXT), 4, false);
}

static void iret(void)
{
    set_up();
    pop(ASSEMBLE16(MARK(fault) ".byte 0xcf" TARGET), 2, true);
}

static void iretd(void)
{
    set_up();
    pop(ASSEMBLE16(MARK(fault) ".byte 0x66, 0xcf" TARGET), 4, true);
}

static void watched(struct program p, unsigned size, bool is_return, const char *label)
{
    set_up();
    set_breakpoint(0, label_of(p, label), BREAK_EXECUTE, LENGTH_1);
    pop(p, size, is_return);
}

static void iretd_target(void)
{
    watched(ASSEMBLE16(MARK(fault) ".byte 0x66, 0xcf" TARGET), 4, true, "target");
}

static void iretd_behind(void)
{
    watched(ASSEMBLE16(MARK(fault) ".byte 0x66, 0xcf" TARGET), 4, true, "after");
}

static void iret_target(void)
{
    watched(ASSEMBLE16(MARK(fault) ".byte 0xcf" TARGET), 2, true, "target");
}

static void popfd_target(void)
{
    watched(ASSEMBLE16(MARK(fault) ".byte 0x66, 0x9d" NEXT), 4, false, "target");
}

#define STEP "SDM 3B \"Single-Step Exception Condition\""
#define EXECUTE "SDM 3B \"Instruction-Breakpoint Exception Condition\""
#define ROW(name_, run_, before, image, spec_, about_, ...)                                                      \
    {                                                                                                            \
        VARIANT, .name = name_, .about = about_, .spec = spec_, .run = run_, .arg = {before, image}, __VA_ARGS__ \
    }
#define TRAPS(place) .vector = VEC_DB, .error = NO_ERROR, .saved_rip = place
VARIANTS(ROW("popfd_sets", popfd, 0, EFLAGS_TF, STEP, "POPFD that sets TF", TRAPS(AFTER)),
         ROW("iret_sets", iret, 0, EFLAGS_TF, STEP, "IRET that sets TF", TRAPS(AFTER)),
         ROW("iretd_sets", iretd, 0, EFLAGS_TF, STEP, "IRETD that sets TF", TRAPS(AFTER)),
         ROW("popf_clears", popf, EFLAGS_TF, 0, STEP, "POPF that clears TF", TRAPS("target")),
         ROW("popfd_clears", popfd, EFLAGS_TF, 0, STEP, "POPFD that clears TF", TRAPS("target")),
         ROW("iret_clears", iret, EFLAGS_TF, 0, STEP, "IRET that clears TF", TRAPS("target")),
         ROW("iretd_clears", iretd, EFLAGS_TF, 0, STEP, "IRETD that clears TF", TRAPS("target")),
         ROW("iret_keeps", iret, EFLAGS_TF, EFLAGS_TF, STEP, "IRET with TF=1 that sets it again", TRAPS("target")),
         ROW("iretd_rf_behind", iretd_behind, 0, EFLAGS_RF, EXECUTE, "IRETD that sets RF, a breakpoint on the second instruction", TRAPS(AFTER)),
         ROW("iretd_rf_0", iretd_target, 0, 0, EXECUTE, "IRETD that clears RF to a breakpoint", TRAPS("target")),
         ROW("iret_target", iret_target, 0, 0, EXECUTE, "IRET of a word to a breakpoint", TRAPS("target")),
         ROW("popfd_rf", popfd_target, 0, EFLAGS_RF, EXECUTE, "POPFD of RF=1 before a breakpoint", TRAPS("target")));
