/*
 * INCSSPD and INCSSPQ read the first and the last element of what they pop, at CPL 3 in 64-bit and in compatibility mode: one that isn't there, or no
 * shadow stack, is #PF, and SSP stays. What lies behind the last one isn't looked at. A count of 0 reads one element and pops none.
 */
#include <case.h>

/* ARG0: SSP as an offset in two pages; the first or second page has this wrong: */
#define FIRST 0x100000u
#define SECOND 0x200000u
#define ORDINARY 0x400000u /* R/W=1; else it isn't present */

static uintptr_t page;

/* ARG1: the count. */
static void set_up(void)
{
    uintptr_t wrong;

    page = map_pages("shadow", 2, PAGE_PRESENT | PAGE_D | PAGE_USER);
    wrong = page + (ARG0 & SECOND ? PAGE_SIZE : 0);
    if (ARG0 & ORDINARY)
        change_page(wrong, 0, PAGE_WRITE);
    else
        change_page(wrong, PAGE_PRESENT, 0);
    set_gate(VEC_BP, .dpl = 3);
    write_cr4(read_cr4() | CR4_CET);
    write_msr(MSR_U_CET, CET_SH_STK_EN);
    write_msr(MSR_PL3_SSP, page + (ARG0 & 0xffff));
    start.rax = ARG1;
}

static void incsspd(void)
{
    in_user_mode();
    set_up();
    PROGRAM(MARK(fault) "incsspd eax\n" MARK(after) "rdsspq rbx\nint3\n" MARK(end) "nop\n");
}

static void incsspq(void)
{
    in_user_mode();
    set_up();
    PROGRAM(MARK(fault) "incsspq rax\n" MARK(after) "rdsspq rbx\nint3\n" MARK(end) "nop\n");
}

static void compat(void)
{
    in_compat_user();
    set_up();
    PROGRAM32(MARK(fault) "incsspd eax\n" MARK(after) "rdsspd ebx\nint3\n" MARK(end) "nop\n");
}

#define ROW(name_, run_, env_, offset, count, about_, ...)                                                                               \
    {                                                                                                                                    \
        VARIANT, .name = name_, .about = about_, .spec = "SDM 2A \"INCSSPD/INCSSPQ-Increment Shadow Stack Pointer\"", .needs = "cet_ss", \
                 .run = run_, .env = env_, .arg = {offset, count}, __VA_ARGS__                                                           \
    }
#define FAULTS(error_) .vector = VEC_PF, .error = error_, .saved_rip = AT_FAULT
#define ENDS .vector = VEC_BP, .error = NO_ERROR, .saved_rip = "end"
#define SS_READ (PF_U | PF_SS)
/* `size`: bytes of an element. */
#define EACH(name, run, env, size, about)                                                                                                        \
    ROW(name "_first", run, env, (0x1000 - size) | FIRST, 2, about " of 2, the first element on a page that isn't present", FAULTS(SS_READ)),    \
        ROW(name "_last", run, env, (0x1000 - size) | SECOND, 2, about " of 2, the last element on a page that isn't present", FAULTS(SS_READ)), \
        ROW(name "_first_ordinary", run, env, (0x1000 - size) | FIRST | ORDINARY, 2, about " of 2, the first element on a page with R/W=1",      \
            FAULTS(PF_P | SS_READ)),                                                                                                             \
        ROW(name "_last_ordinary", run, env, (0x1000 - size) | SECOND | ORDINARY, 2, about " of 2, the last element on a page with R/W=1",       \
            FAULTS(PF_P | SS_READ)),                                                                                                             \
        ROW(name "_255_last", run, env, (0x1000 - 254 * size) | SECOND, 255, about " of 255, the last element on a page that isn't present",     \
            FAULTS(SS_READ)),                                                                                                                    \
        ROW(name "_255", run, env, (0x1000 - 255 * size) | SECOND, 255, about " of 255, SSP reaches a page that isn't present", ENDS),           \
        ROW(name "_1", run, env, (0x1000 - size) | SECOND, 1, about " of 1, SSP reaches a page that isn't present", ENDS),                       \
        ROW(name "_0", run, env, (0x1000 - size) | SECOND, 0, about " of 0, the last element of its page", ENDS),                                \
        ROW(name "_0_first", run, env, (0x1000 - size) | FIRST, 0, about " of 0, SSP on a page that isn't present", FAULTS(SS_READ)),            \
        ROW(name "_256", run, env, (0x1000 - size) | SECOND, 0x101, about " of 0x101: one", ENDS)
VARIANTS(EACH("incsspd", incsspd, LONG64, 4, "INCSSPD at CPL 3"), EACH("incsspq", incsspq, LONG64, 8, "INCSSPQ at CPL 3"),
         EACH("compat_incsspd", compat, COMPAT32, 4, "INCSSPD at CPL 3 in compatibility mode"));
