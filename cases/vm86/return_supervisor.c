/*
 * What IRET and far RET pop in virtual-8086 mode, they read with the rights of CPL 3: a supervisor page, or one that isn't there, is a page fault
 * with U/S=1, and nothing is loaded.
 */
#include <case32.h>

/* ARG0: what the page of the stack lacks. */
static void set_up(void)
{
    in_vm86();
    start.eflags |= EFLAGS_IOPL(3);
    change_page(16 * REAL_STACK + 0x3000, ARG0, 0);
    start.esp = 0x3000;
}

#define RUN(name, bytes)         \
    static void name(void)       \
    {                            \
        set_up();                \
        FAULT16(".byte " bytes); \
    }
RUN(iret, "0xcf")
RUN(iretd, "0x66, 0xcf")
RUN(retf, "0xcb")
RUN(retfd, "0x66, 0xcb")
RUN(retf_n, "0xca, 4, 0")
RUN(popf, "0x9d")
RUN(pop_ds, "0x1f")
RUN(ret, "0xc3")

#define ROW(run_, name_, lacks, error_, about_)                                                                                               \
    {                                                                                                                                         \
        VARIANT, .name = #run_ "_" name_, .about = #run_ ", the image " about_, .spec = "SDM 3A \"Interrupt 14-Page-Fault Exception (#PF)\"", \
                 .vector = VEC_PF, .error = error_, .saved_rip = AT_FAULT, .run = run_, .arg = {                                              \
                     lacks                                                                                                                    \
                 }                                                                                                                            \
    }
#define BOTH(run) \
    ROW(run, "supervisor", PAGE_USER, PF_P | PF_U, "on a supervisor page"), ROW(run, "missing", PAGE_PRESENT, PF_U, "on a page that isn't there")
VARIANTS(BOTH(iret), BOTH(iretd), BOTH(retf), BOTH(retfd), BOTH(retf_n), BOTH(popf), BOTH(pop_ds), BOTH(ret));
