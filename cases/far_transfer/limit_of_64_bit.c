/*
 * Of 64-bit code the limit of the descriptor doesn't count: far JMP, CALL, RET and IRET of 32 and 64 bits go to offsets beyond it, from 64-bit
 * code and from compatibility mode. INT3 at the target shows CS and RIP.
 */
#include <case.h>

#include "image.h"

#define TARGET MARK(fault) "int3\n" MARK(after)

/* A descriptor whose limit is ARG0. */
static uint16_t code(void)
{
    return add_descriptor("code", encode_descriptor((struct descriptor){.type = CODE_READABLE, .l = true, .limit = (uint32_t)ARG0}));
}

static void by_pointer(struct program program, unsigned size)
{
    start.rbx = map_page("pointer", PAGE_PRESENT | PAGE_WRITE);
    *(uint64_t *)frame_of(start.rbx) = label_of(program, "fault");
    *(uint16_t *)frame_of(start.rbx + size) = code();
    run_program(program);
}

#define POINTER(name, mode, ASSEMBLE, size, bytes)                           \
    static void name(void)                                                   \
    {                                                                        \
        mode;                                                                \
        by_pointer(ASSEMBLE(MARK(before) ".byte " bytes "\n" TARGET), size); \
    }
POINTER(jmp32, (void)0, ASSEMBLE, 4, "0xff, 0x2b")
POINTER(jmp64, (void)0, ASSEMBLE, 8, "0x48, 0xff, 0x2b")
POINTER(call32, (void)0, ASSEMBLE, 4, "0xff, 0x1b")
POINTER(call64, (void)0, ASSEMBLE, 8, "0x48, 0xff, 0x1b")
POINTER(jmp32_compat, in_compat_kernel(), ASSEMBLE32, 4, "0xff, 0x2b")
POINTER(call32_compat, in_compat_kernel(), ASSEMBLE32, 4, "0xff, 0x1b")

/* Words of `size` bytes: RIP and CS, and what else IRET pops. */
static void by_stack(struct program program, unsigned size, bool iret)
{
    uint64_t rsp = start.rsp - 0x100, words[] = {label_of(program, "fault"), code(), start.rflags, rsp + 0x80, SEL_KERNEL_DATA};

    write_image(rsp, size, words, iret ? 5 : 2);
    start.rsp = rsp;
    run_program(program);
}

#define STACK(name, mode, ASSEMBLE, size, iret, bytes)                           \
    static void name(void)                                                       \
    {                                                                            \
        mode;                                                                    \
        by_stack(ASSEMBLE(MARK(before) ".byte " bytes "\n" TARGET), size, iret); \
    }
STACK(ret32, (void)0, ASSEMBLE, 4, false, "0xcb")
STACK(ret64, (void)0, ASSEMBLE, 8, false, "0x48, 0xcb")
STACK(iretd, (void)0, ASSEMBLE, 4, true, "0xcf")
STACK(iretq, (void)0, ASSEMBLE, 8, true, "0x48, 0xcf")
STACK(ret32_compat, in_compat_kernel(), ASSEMBLE32, 4, false, "0xcb")
STACK(iretd_compat, in_compat_kernel(), ASSEMBLE32, 4, true, "0xcf")

#define ROW(env_, run_, limit_, name_, about_)                                                                                                       \
    {                                                                                                                                                \
        VARIANT, .env = env_, .name = #run_ "_" name_, .about = #run_ " to 64-bit code " about_, .spec = "SDM 3A \"Limit Checking in 64-bit Mode\"", \
                 .vector = VEC_BP, .error = NO_ERROR, .saved_rip = AFTER, .run = run_, .arg = {                                                      \
                     limit_                                                                                                                          \
                 }                                                                                                                                   \
    }
#define BOTH(env, run) ROW(env, run, 0, "0", "with limit 0"), ROW(env, run, 0xffff, "ffff", "beyond limit FFFF")
VARIANTS(BOTH(LONG64, jmp32), BOTH(LONG64, jmp64), BOTH(LONG64, call32), BOTH(LONG64, call64), BOTH(LONG64, ret32), BOTH(LONG64, ret64),
         BOTH(LONG64, iretd), BOTH(LONG64, iretq), BOTH(COMPAT32, jmp32_compat), BOTH(COMPAT32, call32_compat), BOTH(COMPAT32, ret32_compat),
         BOTH(COMPAT32, iretd_compat));
