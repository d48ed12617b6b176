/*
 * IRETD and IRET of a word load each flag or leave it, by CPL: one flag, or one group of reserved bits, is the other way round in the image. VIF and
 * VIP are loaded at CPL 0 and by 32 bits alone; AC, ID and RF at any CPL, by 32 bits alone. TF steps behind the instruction that IRET comes to.
 */
#include <case32.h>

static const uint16_t code[] = {SEL_KERNEL_CODE, SEL_RING1_CODE, SEL_RING2_CODE, SEL_USER_CODE};
static const uint16_t data[] = {SEL_KERNEL_DATA, SEL_RING1_DATA, SEL_RING2_DATA, SEL_USER_DATA};

/* ARG0: EFLAGS besides the pattern; ARG1: what is the other way round in the image. */
static void iretd(unsigned cpl, unsigned new_cpl)
{
    struct program p = ASSEMBLE("iretd\n" MARK(target) "int3\n" MARK(after));

    in_ring(cpl);
    user_may_run_program();
    set_gate(VEC_BP, .dpl = 3);
    start.eflags |= (uint32_t)ARG0;
    push_image((struct interrupt_frame){label_of(p, "target"), code[new_cpl], start.eflags ^ (uint32_t)ARG1,
                                        new_cpl == cpl ? start.esp : stack_top(STACK_USER), data[new_cpl]},
               new_cpl != cpl);
    run_program(p);
}

/* To code that begins with the program, so that IP is short. */
static void iret(unsigned cpl)
{
    struct program p = ASSEMBLE(".byte 0x66, 0xcf\n" MARK(target) "int3\n" MARK(after));
    struct descriptor d = {.type = CODE_READABLE, .base = p.entry, .limit = 0xffff, .d = true, .dpl = (uint8_t)cpl};
    uint16_t *image;

    in_ring(cpl);
    set_gate(VEC_BP, .dpl = 3);
    start.eflags |= (uint32_t)ARG0;
    start.esp -= 6;
    image = frame_of(start.esp);
    image[0] = (uint16_t)(label_of(p, "target") - p.entry);
    image[1] = (uint16_t)(add_descriptor("short_code", encode_descriptor(d)) | cpl);
    image[2] = (uint16_t)(start.eflags ^ (uint32_t)ARG1);
    run_program(p);
}

static void d(void)
{
    iretd(0, 0);
}

static void outer(void)
{
    iretd(0, 3);
}

static void ring1(void)
{
    iretd(1, 1);
}

static void ring1_outer(void)
{
    iretd(1, 3);
}

static void user(void)
{
    iretd(3, 3);
}

static void w(void)
{
    iret(0);
}

static void w_user(void)
{
    iret(3);
}

/* NOPs at the target: the step is behind the first one. ARG0: CPL, ARG1: bits of the image. */
static void step(void)
{
    struct program p = ASSEMBLE("iretd\n" MARK(target) "nop\n" MARK(after) "nop\n");

    in_ring((unsigned)ARG0);
    push_image((struct interrupt_frame){.eip = label_of(p, "target"), .cs = start.cs, .eflags = start.eflags | (uint32_t)ARG1}, false);
    run_program(p);
}

/* It is stepped itself, where TF was 1. */
static void step_off(void)
{
    struct program p = ASSEMBLE("iretd\n" MARK(target) "nop\n" MARK(after) "nop\n");

    in_ring((unsigned)ARG0);
    push_image((struct interrupt_frame){.eip = label_of(p, "target"), .cs = start.cs, .eflags = start.eflags}, false);
    start.eflags |= EFLAGS_TF;
    run_program(p);
}

/* The target has a breakpoint. */
static void resume_flag(void)
{
    struct program p = ASSEMBLE("iretd\n" MARK(target) "nop\n" MARK(after) "nop\n");

    in_ring((unsigned)ARG0);
    push_image((struct interrupt_frame){.eip = label_of(p, "target"), .cs = start.cs, .eflags = start.eflags | (uint32_t)ARG1}, false);
    set_breakpoint(0, label_of(p, "target"), BREAK_EXECUTE, LENGTH_1);
    run_program(p);
}

/* The one behind it has it: RF is for one instruction. */
static void resume_flag_behind(void)
{
    struct program p = ASSEMBLE("iretd\n" MARK(target) "nop\n" MARK(after) "nop\n");

    in_ring((unsigned)ARG0);
    push_image((struct interrupt_frame){.eip = label_of(p, "target"), .cs = start.cs, .eflags = start.eflags | (uint32_t)ARG1}, false);
    set_breakpoint(0, label_of(p, "after"), BREAK_EXECUTE, LENGTH_1);
    run_program(p);
}

#define SPEC "SDM 2A \"IRET/IRETD/IRETQ-Interrupt Return\""
#define ROW(name_, run_, flags, image, needs_, about_)                                                                                   \
    {                                                                                                                                    \
        VARIANT, .name = name_, .about = about_, .spec = SPEC, .vector = VEC_BP, .error = NO_ERROR, .saved_rip = AFTER, .needs = needs_, \
                 .run = run_, .arg = {                                                                                                   \
                     flags,                                                                                                              \
                     image                                                                                                               \
                 }                                                                                                                       \
    }
#define FLAG(name, run, flags, bit, needs, about, what)                  \
    ROW(name "_" what, run, flags, bit, needs, about "the other " what), \
        ROW(name "_" what "_0", run, (flags) | (bit), bit, needs, about what "=0, it was 1")
#define UPPER(name, run, flags, about)                                                                                   \
    FLAG(name, run, flags, EFLAGS_VIF, "vme", about, "vif"), FLAG(name, run, flags, EFLAGS_VIP, "vme", about, "vip"),    \
        FLAG(name, run, flags, EFLAGS_AC, "i486", about, "ac"), FLAG(name, run, flags, EFLAGS_ID, "cpuid", about, "id"), \
        ROW(name "_22", run, flags, 0xffc00000u, "", about "bits 31:22 are 1")
#define RESERVED(name, run, flags, about)                                                                                          \
    ROW(name "_1", run, flags, EFLAGS_FIXED, "", about "bit 1 is 0"), ROW(name "_3", run, flags, 1u << 3, "", about "bit 3 is 1"), \
        ROW(name "_5", run, flags, 1u << 5, "", about "bit 5 is 1"), ROW(name "_15", run, flags, 1u << 15, "", about "bit 15 is 1")
/* What a word leaves: it was 1. */
#define KEPT(name, run, about)                                                                                                          \
    ROW(name "_kept", run, EFLAGS_AC, 0, "i486", about "AC was 1"), ROW(name "_kept_id", run, EFLAGS_ID, 0, "cpuid", about "ID was 1"), \
        ROW(name "_kept_vif", run, EFLAGS_VIF | EFLAGS_VIP, 0, "vme", about "VIF and VIP were 1")
#define LOADS(name_, run_, cpl, bits, about_, ...)                                                          \
    {                                                                                                       \
        VARIANT, .name = name_, .about = about_, .spec = SPEC, .run = run_, .arg = {cpl, bits}, __VA_ARGS__ \
    }
#define TRAPS .vector = VEC_DB, .error = NO_ERROR, .saved_rip = AFTER
#define MEETS(place) .vector = VEC_DB, .error = NO_ERROR, .saved_rip = place
#define PASSES .vector = NO_EXCEPTION

VARIANTS(UPPER("d", d, 0, "IRETD at CPL 0 to CPL 0, in the image "), UPPER("outer", outer, 0, "IRETD at CPL 0 to CPL 3, in the image "),
         RESERVED("outer", outer, 0, "IRETD at CPL 0 to CPL 3, in the image "),
         UPPER("ring1", ring1, EFLAGS_IOPL(1), "IRETD at CPL 1, IOPL 1, in the image "),
         UPPER("ring1_outer", ring1_outer, EFLAGS_IOPL(1), "IRETD at CPL 1 to CPL 3, IOPL 1, in the image "),
         UPPER("user", user, 0, "IRETD at CPL 3, IOPL 0, in the image "), RESERVED("user", user, 0, "IRETD at CPL 3, IOPL 0, in the image "),
         UPPER("iopl3", user, EFLAGS_IOPL(3), "IRETD at CPL 3, IOPL 3, in the image "), RESERVED("w", w, 0, "IRET of a word at CPL 0, in the image "),
         KEPT("w", w, "IRET of a word at CPL 0: "), RESERVED("w_user", w_user, 0, "IRET of a word at CPL 3, in the image "),
         KEPT("w_user", w_user, "IRET of a word at CPL 3: "), LOADS("step", step, 0, EFLAGS_TF, "IRETD at CPL 0 that sets TF", TRAPS),
         LOADS("step_ring1", step, 1, EFLAGS_TF, "IRETD at CPL 1 that sets TF", TRAPS),
         LOADS("step_user", step, 3, EFLAGS_TF, "IRETD at CPL 3 that sets TF", TRAPS),
         LOADS("step_off", step_off, 0, 0, "IRETD at CPL 0 that clears TF: it is stepped itself", MEETS("target")),
         LOADS("step_off_user", step_off, 3, 0, "IRETD at CPL 3 that clears TF: it is stepped itself", MEETS("target")),
         LOADS("rf", resume_flag, 0, EFLAGS_RF, "IRETD at CPL 0 that sets RF, to a breakpoint", PASSES),
         LOADS("rf_ring1", resume_flag, 1, EFLAGS_RF, "IRETD at CPL 1 that sets RF, to a breakpoint", PASSES),
         LOADS("rf_user", resume_flag, 3, EFLAGS_RF, "IRETD at CPL 3 that sets RF, to a breakpoint", PASSES),
         LOADS("rf_user_0", resume_flag, 3, 0, "IRETD at CPL 3 that clears RF, to a breakpoint", MEETS("target")),
         LOADS("rf_behind", resume_flag_behind, 0, EFLAGS_RF, "IRETD at CPL 0 that sets RF, a breakpoint on the second instruction", MEETS(AFTER)),
         LOADS("rf_behind_user", resume_flag_behind, 3, EFLAGS_RF, "IRETD at CPL 3 that sets RF, a breakpoint on the second instruction",
               MEETS(AFTER)));
