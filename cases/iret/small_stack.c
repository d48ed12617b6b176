/*
 * Returns from 64-bit mode to compatibility mode at CPL 3 on a stack segment with B=0: SP is loaded; what becomes of the upper bits of RSP the manual
 * leaves open. INT3 at the target shows RSP.
 */
#include <case.h>

#define UPPER 0xabcd0000u

/* ARG0: the size of a word. ARG1: RET in place of IRET. */
static void run(void)
{
    struct program iretq = ASSEMBLE("iretq\n" MARK(next) "ud2\n" MARK(fault) "int3\n" MARK(after));
    struct program iretd = ASSEMBLE(".byte 0xcf\n" MARK(next) "ud2\n" MARK(fault) "int3\n" MARK(after));
    struct program retfq = ASSEMBLE("retfq\n" MARK(next) "ud2\n" MARK(fault) "int3\n" MARK(after));
    struct program retfd = ASSEMBLE(".byte 0xcb\n" MARK(next) "ud2\n" MARK(fault) "int3\n" MARK(after));
    struct program p = ARG1 ? (ARG0 == 8 ? retfq : retfd) : ARG0 == 8 ? iretq : iretd;
    struct descriptor d = {.type = DATA_WRITABLE, .limit = 0xffff, .dpl = 3};
    uint64_t words[] = {label_of(p, "fault"), SEL_USER_CODE32, start.rflags, UPPER | 0x800, 0};
    unsigned at = 0;

    user_may_run_program();
    set_gate(VEC_BP, .dpl = 3);
    d.base = (uint32_t)map_page("stack", PAGE_PRESENT | PAGE_WRITE | PAGE_USER);
    words[4] = add_descriptor("small_stack", encode_descriptor(d)) | 3;
    start.rsp -= 64;
    for (unsigned i = 0; i < 5; i++) {
        if (ARG1 && i == 2)
            continue;
        if (ARG0 == 8)
            ((volatile uint64_t *)start.rsp)[at++] = words[i];
        else
            ((volatile uint32_t *)start.rsp)[at++] = (uint32_t)words[i];
    }
    run_program(p);
}

#define ROW(name_, about_, spec_, ...)                                                                                                              \
    {                                                                                                                                               \
        VARIANT, .name = name_, .about = about_ " to compatibility mode at CPL 3, SS with B=0", .spec = spec_, .vector = VEC_BP, .error = NO_ERROR, \
                 .saved_rip = AFTER, .run = run, .arg = {                                                                                           \
                     __VA_ARGS__                                                                                                                    \
                 }                                                                                                                                  \
    }
#define IRET "SDM 2A \"IRET/IRETD/IRETQ-Interrupt Return\""
#define RET "SDM 2B \"RET-Return from Procedure\""

VARIANTS(ROW("iretq", "IRETQ", IRET, 8), ROW("iretd", "IRETD", IRET, 4), ROW("retfq", "far RET of 64 bits", RET, 8, 1),
         ROW("retfd", "far RET of 32 bits", RET, 4, 1));
