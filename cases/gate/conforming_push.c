/*
 * A handler in conforming code runs at the program's CPL: its frame is pushed with the program's rights, on the program's stack. Where those don't
 * reach, the push is a page fault, with the error code of the program's CPL. Nobody's handler is reached: #PF has an ordinary one.
 */
#include <case.h>

#include "../general_protection/in_ring.h"

#define INTO 4 /* two words lie above that page */

/* ARG0: what the page of the stack lacks; ARG1: the DPL of the handler's code. */
static void set_up(unsigned vector)
{
    uintptr_t pages = map_pages("stack", 2, PAGE_PRESENT | PAGE_WRITE | PAGE_USER);
    struct descriptor code = {.type = CODE_CONFORMING, .l = true, .dpl = ARG1 & 3};

    change_page(pages, ARG0, 0);
    start.rsp = ARG1 & INTO ? pages + PAGE_SIZE + 16 : pages + 0x800;
    set_gate(vector, .selector = add_descriptor("conforming", encode_descriptor(code)), .dpl = 3);
}

#define PROGRAM_OF(name, mode, vector, fault, text) \
    static void name(void)                          \
    {                                               \
        mode();                                     \
        set_up(vector);                             \
        fault(text);                                \
    }
PROGRAM_OF(int_n, in_user_mode, 0x40, FAULT, "int 0x40")
PROGRAM_OF(int3, in_user_mode, VEC_BP, FAULT, "int3")
PROGRAM_OF(ud2, in_user_mode, VEC_UD, FAULT, "ud2")
PROGRAM_OF(hlt, in_user_mode, VEC_GP, FAULT, "hlt")
PROGRAM_OF(int_n_compat, in_compat_user, 0x40, FAULT32, "int 0x40")
PROGRAM_OF(ud2_compat, in_compat_user, VEC_UD, FAULT32, "ud2")
PROGRAM_OF(hlt_compat, in_compat_user, VEC_GP, FAULT32, "hlt")

/* With paging's eyes ring 1 is a supervisor. */
static void ring_1(void)
{
    in_ring(1);
    set_up(0x40);
    FAULT("int 0x40");
}

#define SPEC "SDM 3A \"Interrupt 14-Page-Fault Exception (#PF)\""
#define ROW(env_, run_, name_, lacks, arg1, error_, about_)                                                                                     \
    {                                                                                                                                           \
        VARIANT, .env = env_, .name = #run_ "_" name_, .about = about_, .spec = SPEC, .vector = VEC_PF, .error = error_, .saved_rip = AT_FAULT, \
                 .run = run_, .arg = {                                                                                                          \
                     lacks,                                                                                                                     \
                     arg1                                                                                                                       \
                 }                                                                                                                              \
    }
#define AT_3(run, dpl, where) #run " at CPL 3, handler in conforming code of DPL " #dpl ", RSP " where
#define STACKS(env, run)                                                                                    \
    ROW(env, run, "supervisor", PAGE_USER, 0, PF_P | PF_W | PF_U, AT_3(run, 0, "on a supervisor page")),    \
        ROW(env, run, "read_only", PAGE_WRITE, 0, PF_P | PF_W | PF_U, AT_3(run, 0, "on a read-only page")), \
        ROW(env, run, "missing", PAGE_PRESENT, 0, PF_W | PF_U, AT_3(run, 0, "on a page that isn't there"))
#define BETWEEN(env, run)                                                                                                        \
    ROW(env, run, "into_supervisor", PAGE_USER, INTO, PF_P | PF_W | PF_U, AT_3(run, 0, "two words above a supervisor page")),    \
        ROW(env, run, "into_read_only", PAGE_WRITE, INTO, PF_P | PF_W | PF_U, AT_3(run, 0, "two words above a read-only page")), \
        ROW(env, run, "into_missing", PAGE_PRESENT, INTO, PF_W | PF_U, AT_3(run, 0, "two words above a page that isn't there"))
#define DPLS(run)                                                                                      \
    ROW(LONG64, run, "dpl_1", PAGE_USER, 1, PF_P | PF_W | PF_U, AT_3(run, 1, "on a supervisor page")), \
        ROW(LONG64, run, "dpl_2", PAGE_USER, 2, PF_P | PF_W | PF_U, AT_3(run, 2, "on a supervisor page"))
VARIANTS(STACKS(LONG64, int_n), BETWEEN(LONG64, int_n), STACKS(LONG64, int3), STACKS(LONG64, ud2), BETWEEN(LONG64, ud2), STACKS(LONG64, hlt),
         BETWEEN(LONG64, hlt), STACKS(COMPAT32, int_n_compat), STACKS(COMPAT32, ud2_compat), BETWEEN(COMPAT32, hlt_compat), DPLS(int_n), DPLS(ud2),
         ROW(LONG64, ring_1, "read_only", PAGE_WRITE, 0, PF_P | PF_W, "INT n at CPL 1, handler in conforming code of DPL 0, RSP on a read-only page"),
         ROW(LONG64, ring_1, "missing", PAGE_PRESENT, 0, PF_W,
             "INT n at CPL 1, handler in conforming code of DPL 0, RSP on a page that isn't there"));
