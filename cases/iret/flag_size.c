/*
 * IRETD and IRET of a word, in 64-bit mode and in compatibility mode, load each flag or leave it, by CPL and IOPL: the word leaves the upper half of
 * EFLAGS. INT3 at the target shows them, on a stack of its own.
 */
#include <case.h>

#define SET (RFLAGS_DF | RFLAGS_IOPL(3) | RFLAGS_NT | RFLAGS_AC | RFLAGS_VIF | RFLAGS_VIP | RFLAGS_ID)
#define CLEAR (RFLAGS_CF | RFLAGS_PF | RFLAGS_AF | RFLAGS_ZF | RFLAGS_SF | RFLAGS_OF | RFLAGS_IF)
#define UPPER (RFLAGS_AC | RFLAGS_VIF | RFLAGS_VIP | RFLAGS_ID)
#define RESERVED 0xffc0802au /* 31:22, 15, 5, 3, 1 */

enum way { KERNEL, OUTER, USER };

/* What comes off the stack: a word reaches code that begins with the program. ARG0: RFLAGS besides the pattern; ARG1: what is the other way round. */
static void put_image(struct program p, enum way way, bool word, bool all, uint16_t code)
{
    uint8_t cpl = way == KERNEL ? 0 : 3;
    struct descriptor d = {.type = CODE_READABLE, .base = p.entry, .limit = 0xffff, .d = true, .dpl = cpl};
    uint32_t image[5] = {(uint32_t)label_of(p, "fault"), code, 0, 0x87654320, cpl ? SEL_USER_DATA : SEL_KERNEL_DATA};
    unsigned count = all || way == OUTER ? 5 : 3;

    if (way == OUTER)
        user_may_run_program();
    set_gate(VEC_BP, .dpl = 3, .ist = 1);
    start.rflags |= ARG0;
    image[2] = (uint32_t)(start.rflags ^ ARG1);
    if (word) {
        image[0] -= (uint32_t)p.entry;
        image[1] = add_descriptor("short_code", encode_descriptor(d)) | cpl;
    }
    start.rsp -= count * (word ? 2 : 4);
    for (unsigned i = 0; i < count; i++)
        if (word)
            ((uint16_t *)start.rsp)[i] = (uint16_t)image[i];
        else
            ((uint32_t *)start.rsp)[i] = image[i];
    run_program(p);
}

static void long_mode(enum way way, bool word)
{
    if (way == USER)
        in_user_mode();
    put_image(word ? ASSEMBLE(".byte 0x66, 0xcf\n" MARK(fault) "int3\n" MARK(after)) : ASSEMBLE("iretd\n" MARK(fault) "int3\n" MARK(after)), way,
              word, true, way == KERNEL ? SEL_KERNEL_CODE64 : SEL_USER_CODE64);
}

static void compat(enum way way, bool word)
{
    if (way == USER)
        in_compat_user();
    else
        in_compat_kernel();
    put_image(word ? ASSEMBLE32(".byte 0x66, 0xcf\n" MARK(fault) "int3\n" MARK(after)) : ASSEMBLE32("iretd\n" MARK(fault) "int3\n" MARK(after)), way,
              word, false, way == KERNEL ? SEL_KERNEL_CODE32 : SEL_USER_CODE32);
}

#define WAYS(mode, size, word)               \
    static void mode##_##size##_kernel(void) \
    {                                        \
        mode(KERNEL, word);                  \
    }                                        \
    static void mode##_##size##_outer(void)  \
    {                                        \
        mode(OUTER, word);                   \
    }                                        \
    static void mode##_##size##_user(void)   \
    {                                        \
        mode(USER, word);                    \
    }
WAYS(long_mode, d, false)
WAYS(long_mode, w, true)
WAYS(compat, d, false)
WAYS(compat, w, true)

#define ROW(name_, run_, env_, rip, flags, image, about_)                                                                               \
    {                                                                                                                                   \
        VARIANT, .name = name_, .about = about_, .spec = "SDM 2A \"IRET/IRETD/IRETQ-Interrupt Return\"", .env = env_, .vector = VEC_BP, \
                 .error = NO_ERROR, .saved_rip = rip, .run = run_, .arg = {                                                             \
                     flags,                                                                                                             \
                     image                                                                                                              \
                 }                                                                                                                      \
    }
#define EACH(name, run, env, rip, flags, about)                                                                        \
    ROW(name "_set", run, env, rip, flags, SET, about ", in the image DF, NT, AC, ID, VIF, VIP, and IOPL are others"), \
        ROW(name "_clear", run, env, rip, flags, CLEAR, about ", in the image IF and the status flags are 0"),         \
        ROW(name "_upper_0", run, env, rip, (flags) | UPPER, UPPER, about ", in the image AC, ID, VIF and VIP are 0"), \
        ROW(name "_reserved", run, env, rip, flags, RESERVED, about ", in the image reserved bits are others")
#define ALL(name, run, env, rip, about)                                            \
    EACH(name "_kernel", run##_kernel, env, rip, 0, about " at CPL 0 to CPL 0"),   \
        EACH(name "_outer", run##_outer, env, rip, 0, about " at CPL 0 to CPL 3"), \
        EACH(name "_user", run##_user, env, rip, 0, about " at CPL 3, IOPL 0"),    \
        EACH(name "_iopl3", run##_user, env, rip, RFLAGS_IOPL(3), about " at CPL 3, IOPL 3")
#define SHORT_CODE NULL /* saved RIP counts from where the program begins */

VARIANTS(ALL("d", long_mode_d, LONG64, AFTER, "IRETD in 64-bit mode"), ALL("w", long_mode_w, LONG64, SHORT_CODE, "IRET of a word in 64-bit mode"),
         ALL("compat_d", compat_d, COMPAT32, AFTER, "IRETD in compatibility mode"),
         ALL("compat_w", compat_w, COMPAT32, SHORT_CODE, "IRET of a word in compatibility mode"));
