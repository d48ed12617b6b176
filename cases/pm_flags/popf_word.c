/*
 * POPF of a word: the upper half of EFLAGS stays, whatever it was, RF apart; at CPL 1 to 3 IF changes where CPL isn't above IOPL, IOPL never. A step
 * that it takes TF from is still there, at each CPL.
 */
#include <case32.h>

/* ARG0: EFLAGS besides the pattern; ARG1: CPL, and the other bits of the image in the upper half of it. */
static void word(void)
{
    in_ring(ARG1 & 3);
    start.eflags |= (uint32_t)ARG0;
    start.esp -= 2;
    *(uint16_t *)frame_of(start.esp) = (uint16_t)(start.eflags ^ (uint32_t)(ARG1 >> 16));
    PROGRAM(MARK(fault) ".byte 0x66, 0x9d\n" MARK(after) "nop\n" MARK(stepped) "nop\n");
}

static void dword(void)
{
    in_ring(ARG1 & 3);
    start.eflags |= (uint32_t)ARG0;
    start.esp -= 4;
    *(uint32_t *)frame_of(start.esp) = start.eflags ^ (uint32_t)(ARG1 >> 16);
    PROGRAM(MARK(fault) "popfd\n" MARK(after) "nop\n" MARK(stepped) "nop\n");
}

#define ROW(name_, run_, flags, cpl, image, about_, ...)                                                                            \
    {                                                                                                                               \
        VARIANT, .name = name_, .about = about_, .spec = "SDM 2B \"POPF/POPFD/POPFQ-Pop Stack into EFLAGS Register\"", .run = run_, \
                 .arg = {flags, (uint64_t)(image) << 16 | (cpl)}, __VA_ARGS__                                                       \
    }
#define PASSES .vector = NO_EXCEPTION
#define STEPS(place) .vector = VEC_DB, .error = NO_ERROR, .saved_rip = place
#define KEPT(name, cpl, iopl)                                                                                                                    \
    ROW(name "_ac", word, EFLAGS_IOPL(iopl) | EFLAGS_AC, cpl, 0xcd5, "POPF of a word at CPL " #cpl ", AC=1", PASSES, .needs = "i486"),           \
        ROW(name "_id", word, EFLAGS_IOPL(iopl) | EFLAGS_ID, cpl, 0xcd5, "POPF of a word at CPL " #cpl ", ID=1", PASSES, .needs = "cpuid"),      \
        ROW(name "_virtual", word, EFLAGS_IOPL(iopl) | EFLAGS_VIF | EFLAGS_VIP, cpl, 0xcd5, "POPF of a word at CPL " #cpl ", VIF=VIP=1", PASSES, \
            .needs = "vme")
VARIANTS(KEPT("kept", 0, 0), KEPT("kept_ring1", 1, 1), KEPT("kept_user", 3, 0), KEPT("kept_iopl3", 3, 3),
         ROW("ring1_if", word, EFLAGS_IOPL(1), 1, EFLAGS_IF | EFLAGS_IOPL(2), "POPF of a word at CPL 1, IOPL 1: IF changes, IOPL stays", PASSES),
         ROW("ring1_if_kept", word, 0, 1, EFLAGS_IF | EFLAGS_IOPL(2), "POPF of a word at CPL 1, IOPL 0: both stay", PASSES),
         ROW("ring2_if", word, EFLAGS_IOPL(2), 2, EFLAGS_IF | EFLAGS_IOPL(1), "POPF of a word at CPL 2, IOPL 2: IF changes, IOPL stays", PASSES),
         ROW("ring2_if_kept", word, EFLAGS_IOPL(1), 2, EFLAGS_IF | EFLAGS_IOPL(2), "POPF of a word at CPL 2, IOPL 1: both stay", PASSES),
         ROW("iopl3_if", word, EFLAGS_IOPL(3), 3, EFLAGS_IF | EFLAGS_IOPL(3), "POPF of a word at CPL 3, IOPL 3: IF changes, IOPL stays", PASSES),
         ROW("ring1_step", word, 0, 1, EFLAGS_TF, "POPF of a word at CPL 1 that sets TF", STEPS("stepped")),
         ROW("iopl3_step", word, EFLAGS_IOPL(3), 3, EFLAGS_TF, "POPF of a word at CPL 3, IOPL 3, that sets TF", STEPS("stepped")),
         ROW("step_off", word, EFLAGS_TF, 0, EFLAGS_TF, "POPF of a word at CPL 0 that clears TF: it is stepped itself", STEPS(AFTER)),
         ROW("step_off_user", word, EFLAGS_TF, 3, EFLAGS_TF, "POPF of a word at CPL 3 that clears TF: it is stepped itself", STEPS(AFTER)),
         ROW("dword_step_off_ring1", dword, EFLAGS_TF, 1, EFLAGS_TF, "POPFD at CPL 1 that clears TF: it is stepped itself", STEPS(AFTER)),
         ROW("dword_step_off_user", dword, EFLAGS_TF, 3, EFLAGS_TF, "POPFD at CPL 3 that clears TF: it is stepped itself", STEPS(AFTER)),
         ROW("dword_ring2_if", dword, EFLAGS_IOPL(2), 2, EFLAGS_IF | EFLAGS_IOPL(1), "POPFD at CPL 2, IOPL 2: IF changes, IOPL stays", PASSES),
         ROW("dword_ring2_if_kept", dword, EFLAGS_IOPL(1), 2, EFLAGS_IF | EFLAGS_IOPL(2), "POPFD at CPL 2, IOPL 1: both stay", PASSES));
