/*
 * What IRET loads into EFLAGS: IOPL only at CPL 0, IF only where CPL isn't above IOPL, VM only at CPL 0; of a word only the lower half. On the
 * way out data segments that the outer level may not use become NULL.
 */
#include <case32.h>

#define SPEC "SDM 2A \"IRET/IRETD/IRETQ-Interrupt Return\""

/* At CPL ARG0 to the same; the image's EFLAGS are ARG1. INT3 shows what was loaded. */
static void same(void)
{
    struct program p = ASSEMBLE("iretd\n" MARK(target) "int3\n" MARK(after));

    in_ring((unsigned)ARG0);
    set_gate(VEC_BP, .dpl = 3);
    start.eflags |= EFLAGS_IOPL(1);
    push_image((struct interrupt_frame){.eip = label_of(p, "target"), .cs = start.cs, .eflags = EFLAGS_FIXED | (uint32_t)ARG1}, false);
    run_program(p);
}

static void word(void)
{
    struct program p = ASSEMBLE(".byte 0x66\niretd\n" MARK(target) "int3\n" MARK(after));
    uint16_t *image;

    in_ring((unsigned)ARG0);
    if (start.cs == SEL_KERNEL_CODE)
        start.cs = SEL_CODE_1MIB; /* whose EIP has 16 bits */
    start.eflags |= EFLAGS_AC;
    start.esp -= 6;
    image = frame_of(start.esp);
    image[0] = (uint16_t)label_of(p, "target");
    image[1] = (uint16_t)start.cs;
    image[2] = EFLAGS_FIXED | (uint16_t)ARG1;
    run_program(p);
}

/* At CPL ARG0, code that begins at 1 MiB; ARG1: EFLAGS of the image. */
static void word_ring(void)
{
    struct program p = ASSEMBLE(".byte 0x66\niretd\n" MARK(target) "int3\n" MARK(after));
    struct descriptor code = {.base = 0x100000, .limit = 0xffff, .d = true, .type = CODE_READABLE, .dpl = (uint8_t)ARG0};
    uint16_t *image;

    in_ring((unsigned)ARG0);
    set_gate(VEC_BP, .dpl = 3);
    start.eflags |= EFLAGS_IOPL(1) | EFLAGS_AC;
    start.esp -= 6;
    image = frame_of(start.esp);
    image[0] = (uint16_t)label_of(p, "target");
    image[1] = (uint16_t)(add_descriptor("code", encode_descriptor(code)) | (unsigned)ARG0);
    image[2] = EFLAGS_FIXED | (uint16_t)ARG1;
    run_program(p);
}

static void word_outer(void)
{
    struct program p = ASSEMBLE(".byte 0x66\niretd\n" MARK(target) "int3\n" MARK(after));
    struct descriptor code = {.base = 0x100000, .limit = 0xffff, .d = true, .type = CODE_READABLE, .dpl = 3};
    uint16_t *image;

    user_may_run_program();
    set_gate(VEC_BP, .dpl = 3);
    start.eflags |= EFLAGS_AC;
    start.esp -= 10;
    image = frame_of(start.esp);
    image[0] = (uint16_t)label_of(p, "target");
    image[1] = (uint16_t)(add_descriptor("code", encode_descriptor(code)) | 3u);
    image[2] = EFLAGS_FIXED | (uint16_t)ARG1;
    image[3] = 0x4320;
    image[4] = SEL_USER_DATA;
    run_program(p);
}

static void outer(void)
{
    struct program p = ASSEMBLE("iretd\n" MARK(target) "int3\n" MARK(after));

    user_may_run_program();
    set_gate(VEC_BP, .dpl = 3);
    push_image((struct interrupt_frame){label_of(p, "target"), SEL_USER_CODE, EFLAGS_FIXED | (uint32_t)ARG1, stack_top(STACK_USER), SEL_USER_DATA},
               true);
    run_program(p);
}

/* DS is data of DPL 0, ES conforming code of DPL 0, FS code of DPL 0, GS data of DPL 2. */
static void segments(void)
{
    start.ds = SEL_KERNEL_DATA;
    start.es = add_descriptor("conforming", encode_descriptor((struct descriptor){.limit = 0xfffff, .g = true, .d = true, .type = CODE_CONFORMING}));
    start.fs = SEL_KERNEL_CODE;
    start.gs = SEL_RING2_DATA & ~3u;
    outer();
}

#define ROW(name_, about_, cpl, flags, run_, ...)                                                                                    \
    {                                                                                                                                \
        VARIANT, .name = name_, .about = about_, .spec = SPEC, .vector = VEC_BP, .error = NO_ERROR, .saved_rip = AFTER, .run = run_, \
                 .arg = {cpl, flags}, __VA_ARGS__                                                                                    \
    }
#define STATUS (EFLAGS_CF | EFLAGS_PF | EFLAGS_AF | EFLAGS_ZF | EFLAGS_SF | EFLAGS_OF)

VARIANTS(ROW("ring0", "IRET at CPL 0 of IF=0, IOPL=3", 0, EFLAGS_IOPL(3) | STATUS, same, ),
         ROW("ring1", "IRET at CPL 1, IOPL 1, of IF=0, IOPL=3: IF changes, IOPL doesn't", 1, EFLAGS_IOPL(3) | STATUS, same, ),
         ROW("ring3", "IRET at CPL 3, IOPL 1, of IF=0, IOPL=3: neither changes", 3, EFLAGS_IOPL(3) | STATUS, same, ),
         ROW("ring3_vm", "IRET at CPL 3 of VM=1, DF=1: VM isn't changed", 3, EFLAGS_VM | EFLAGS_DF, same, ),
         ROW("ring1_vm", "IRET at CPL 1 of VM=1, NT=1: VM isn't changed", 1, EFLAGS_VM | EFLAGS_NT, same, ),
         ROW("word", "IRET of a word at CPL 0: the upper half is kept", 0, STATUS | EFLAGS_IOPL(2), word, .needs = "i486"),
         ROW("word_ring1", "IRET of a word at CPL 1, IOPL 1, of IF=0, IOPL=3: IF changes, IOPL and AC don't", 1, EFLAGS_IOPL(3) | STATUS, word_ring,
             .needs = "i486"),
         ROW("word_ring3", "IRET of a word at CPL 3, IOPL 1, of IF=0, IOPL=3: neither changes", 3, EFLAGS_IOPL(3) | STATUS, word_ring,
             .needs = "i486"),
         ROW("word_outer", "IRET of a word at CPL 0 to CPL 3: AC is kept, IOPL changes", 0, EFLAGS_IOPL(3) | STATUS, word_outer, .needs = "i486"),
         ROW("outer", "IRET at CPL 0 to CPL 3 of IF=1, IOPL=3, NT=1", 0, EFLAGS_IF | EFLAGS_IOPL(3) | EFLAGS_NT, outer, ),
         ROW("outer_segments", "IRET at CPL 0 to CPL 3: segments that CPL 3 may not use become NULL", 0, EFLAGS_IF, segments, ));
