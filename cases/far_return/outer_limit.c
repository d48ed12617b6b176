/*
 * A return to CPL 3 whose offset is beyond the limit of the code segment: #GP(0), at the return, with SS:RSP as they were. The stack that would have
 * been loaded is in order.
 */
#include <case.h>

enum { RETURN, RETURN_N, INTERRUPT_RETURN };

#define BEYOND 0x1000u

/* ARG0: the instruction. ARG1: the size of a word; of 8 out of 64-bit mode, else out of compatibility mode. */
static void run(void)
{
    struct program retfq = ASSEMBLE(MARK(fault) "retfq\n" MARK(after) "ud2\n");
    struct program iretq = ASSEMBLE(MARK(fault) "iretq\n" MARK(after) "ud2\n");
    struct program retfd = ASSEMBLE32(MARK(fault) ".byte 0xcb\n" MARK(after) "ud2\n");
    struct program retfd_n = ASSEMBLE32(MARK(fault) ".byte 0xca, 8, 0\n" MARK(after) "ud2\n");
    struct program iretd = ASSEMBLE32(MARK(fault) ".byte 0xcf\n" MARK(after) "ud2\n");
    struct program retfw = ASSEMBLE32(MARK(fault) ".byte 0x66, 0xcb\n" MARK(after) "ud2\n");
    struct program iretw = ASSEMBLE32(MARK(fault) ".byte 0x66, 0xcf\n" MARK(after) "ud2\n");
    struct program wide = ARG0 == INTERRUPT_RETURN ? iretq : retfq;
    struct program middle = ARG0 == INTERRUPT_RETURN ? iretd : ARG0 == RETURN_N ? retfd_n : retfd;
    struct program narrow = ARG0 == INTERRUPT_RETURN ? iretw : retfw;
    struct descriptor d = {.type = CODE_READABLE, .d = true, .dpl = 3, .limit = BEYOND - 1};
    uint64_t words[8] = {BEYOND, add_descriptor("short_code", encode_descriptor(d)) | 3u};
    unsigned at = 2;

    if (ARG1 < 8)
        in_compat_kernel();
    user_may_run_program();
    if (ARG0 == INTERRUPT_RETURN)
        words[at++] = start.rflags;
    if (ARG0 == RETURN_N)
        at += 2; /* the parameters */
    words[at++] = 0x8000;
    words[at++] = SEL_USER_DATA;
    start.rsp -= 128;
    for (unsigned i = 0; i < at; i++)
        for (unsigned byte = 0; byte < ARG1; byte++)
            ((volatile uint8_t *)start.rsp)[i * ARG1 + byte] = (uint8_t)(words[i] >> 8 * byte);
    run_program(ARG1 == 8 ? wide : ARG1 == 4 ? middle : narrow);
}

#define ROW(name_, env_, about_, spec_, ...)                                                                                                \
    {                                                                                                                                       \
        VARIANT, .name = name_, .env = env_, .about = about_ " to CPL 3, beyond the code segment's limit", .spec = spec_, .vector = VEC_GP, \
                 .error = 0, .saved_rip = AT_FAULT, .run = run, .arg = {                                                                    \
                     __VA_ARGS__                                                                                                            \
                 }                                                                                                                          \
    }
#define IRET "SDM 2A \"IRET/IRETD/IRETQ-Interrupt Return\""
#define RET "SDM 2B \"RET-Return from Procedure\""

VARIANTS(ROW("retfq", LONG64, "far RET of 64 bits", RET, RETURN, 8), ROW("iretq", LONG64, "IRETQ", IRET, INTERRUPT_RETURN, 8),
         ROW("retfd", COMPAT32, "far RET in compatibility mode", RET, RETURN, 4),
         ROW("retfd_n", COMPAT32, "far RET 8 in compatibility mode", RET, RETURN_N, 4),
         ROW("iretd", COMPAT32, "IRETD in compatibility mode", IRET, INTERRUPT_RETURN, 4),
         ROW("retfw", COMPAT32, "far RET of 16 bits in compatibility mode", RET, RETURN, 2),
         ROW("iretw", COMPAT32, "IRET of 16 bits in compatibility mode", IRET, INTERRUPT_RETURN, 2));
