/*
 * The last offset that a far transfer to compatibility mode may go to is the limit of its code segment: INT3, one byte, lies there and runs, and
 * what it saves is the offset behind it. Where the limit is one less, it is #GP(0) at the instruction.
 */
#include <case.h>

#define TARGET "\n" MARK(after) "nop\n" MARK(target) "int3\n" MARK_OFFSET(reached)

/* arg: where the limit is, and whether the code is conforming; what is left. */
enum { AT_LIMIT, BEYOND_BY_ONE, CONFORMING, WIDE = 4 }; /* WIDE: a pointer of 16:64 bits */
enum from { KERNEL, USER, KERNEL64, USER64, KERNEL_TO_USER };

static uint32_t target(struct program p)
{
    return (uint32_t)(label_of(p, "target") - p.entry);
}

static unsigned ring(void)
{
    return ARG1 == USER || ARG1 == USER64 || ARG1 == KERNEL_TO_USER ? 3 : 0;
}

static uint16_t code(struct program p)
{
    struct descriptor d = {.type = CODE_READABLE, .d = true, .dpl = (uint8_t)ring(), .base = (uint32_t)p.entry};

    d.limit = target(p) - (ARG0 & BEYOND_BY_ONE);
    if (ARG0 & CONFORMING) {
        d.type = CODE_CONFORMING;
        d.dpl = 0;
    }
    return (uint16_t)(add_descriptor("code", encode_descriptor(d)) | ring());
}

static void begin(void)
{
    if (ARG1 == USER)
        in_compat_user();
    else if (ARG1 == USER64)
        in_user_mode();
    else if (ARG1 == KERNEL || ARG1 == KERNEL_TO_USER)
        in_compat_kernel();
    user_may_run_program();
    set_gate(VEC_BP, .dpl = 3);
}

static void far(struct program narrow, struct program wide)
{
    struct program p = ARG1 == KERNEL64 || ARG1 == USER64 ? wide : narrow;
    uint8_t *pointer;

    begin();
    pointer = frame_of(start.rbx = map_page("pointer", PAGE_PRESENT | PAGE_WRITE | PAGE_USER));
    *(uint64_t *)pointer = target(p);
    *(uint16_t *)(pointer + (ARG0 & WIDE ? 8 : 4)) = code(p);
    run_program(p);
}

static void jmp(void)
{
    far(ASSEMBLE32(MARK(fault) "jmp fword ptr [ebx]" TARGET), ASSEMBLE(MARK(fault) "jmp fword ptr [rbx]" TARGET));
}

static void call(void)
{
    far(ASSEMBLE32(MARK(fault) "call fword ptr [ebx]" TARGET), ASSEMBLE(MARK(fault) "call fword ptr [rbx]" TARGET));
}

static void jmp_wide(void)
{
    struct program p = ASSEMBLE(MARK(fault) "rex64 jmp fword ptr [rbx]" TARGET);

    far(p, p);
}

static void call_wide(void)
{
    struct program p = ASSEMBLE(MARK(fault) "rex64 call fword ptr [rbx]" TARGET);

    far(p, p);
}

/* In compatibility mode; ESP and SS are popped on the way to CPL 3. */
static void ret(struct program p, bool with_flags)
{
    uint32_t *words;

    begin();
    words = (uint32_t *)(start.rsp -= 20);
    *words++ = target(p);
    *words++ = code(p);
    if (with_flags)
        *words++ = (uint32_t)start.rflags;
    *words++ = (uint32_t)stack_top(STACK_USER);
    *words++ = SEL_USER_DATA;
    run_program(p);
}

static void retf(void)
{
    ret(ASSEMBLE32(MARK(fault) "retf" TARGET), false);
}

static void iretd(void)
{
    ret(ASSEMBLE32(MARK(fault) "iretd" TARGET), true);
}

#define ROW(name_, run_, limit_, from_, env_, vector_, error_, rip_, spec_, about_)                                                              \
    {                                                                                                                                            \
        VARIANT, .name = name_, .env = env_, .about = about_, .spec = spec_, .vector = vector_, .error = error_, .saved_rip = rip_, .run = run_, \
                 .arg = {                                                                                                                        \
                     limit_,                                                                                                                     \
                     from_                                                                                                                       \
                 }                                                                                                                               \
    }
#define EDGE(name, run, kind, from, env, spec, about)                                                                                   \
    ROW(name "_at_limit", run, AT_LIMIT | (kind), from, env, VEC_BP, NO_ERROR, "reached", spec, about " the last byte of its segment"), \
        ROW(name "_beyond", run, BEYOND_BY_ONE | (kind), from, env, VEC_GP, 0, AT_FAULT, spec, about " the byte behind its segment")
#define FAR(name, run, spec, about)                                                                                                                  \
    EDGE(name, run, 0, KERNEL, COMPAT32, spec, "compatibility mode at CPL 0: " about " to"),                                                         \
        EDGE(name "_user", run, 0, USER, COMPAT32, spec, "compatibility mode at CPL 3: " about " to"),                                               \
        EDGE(name "_conforming", run, CONFORMING, USER, COMPAT32, spec, "compatibility mode at CPL 3: " about " into conforming code of DPL 0, to"), \
        EDGE(name "_from_64", run, 0, KERNEL64, LONG64, spec, "64-bit mode at CPL 0: " about " to compatibility mode, to"),                          \
        EDGE(name "_from_64_user", run, 0, USER64, LONG64, spec, "64-bit mode at CPL 3: " about " to compatibility mode, to")
#define RETURN(name, run, spec, about)                                                                                      \
    EDGE(name, run, 0, KERNEL, COMPAT32, spec, "compatibility mode at CPL 0: " about " to"),                                \
        EDGE(name "_outer", run, 0, KERNEL_TO_USER, COMPAT32, spec, "compatibility mode at CPL 0: " about " to CPL 3, to"), \
        EDGE(name "_conforming", run, CONFORMING, KERNEL_TO_USER, COMPAT32, spec,                                           \
             "compatibility mode at CPL 0: " about " to conforming code at CPL 3, to")
#define FAR64(name, run, spec, about)                                                                           \
    EDGE(name, run, WIDE, KERNEL64, LONG64, spec, "64-bit mode at CPL 0: " about " to compatibility mode, to"), \
        EDGE(name "_user", run, WIDE, USER64, LONG64, spec, "64-bit mode at CPL 3: " about " to compatibility mode, to")
VARIANTS(FAR64("jmp64", jmp_wide, "SDM 2A \"JMP-Jump\"", "far JMP m16:64"),
         FAR64("call64", call_wide, "SDM 2A \"CALL-Call Procedure\"", "far CALL m16:64"), FAR("jmp", jmp, "SDM 2A \"JMP-Jump\"", "far JMP"),
         FAR("call", call, "SDM 2A \"CALL-Call Procedure\"", "far CALL"), RETURN("retf", retf, "SDM 2B \"RET-Return from Procedure\"", "far RET"),
         RETURN("iretd", iretd, "SDM 2A \"IRET/IRETD/IRETQ-Interrupt Return\"", "IRETD"));
