/*
 * Double faults that begin in 32-bit code of IA-32e mode and at CPL 3: two contributory exceptions, a page fault and a contributory one, and what is
 * none: #UD and #NP.
 */
#include <case.h>

enum { COMPAT_USER, COMPAT_KERNEL, USER };

static void set_up(void)
{
    if (ARG0 == COMPAT_USER)
        in_compat_user();
    else if (ARG0 == COMPAT_KERNEL)
        in_compat_kernel();
    else
        in_user_mode();
}

static void go(struct program p64, struct program p32)
{
    run_program(ARG0 == USER ? p64 : p32);
}

static void contributory(void)
{
    set_up();
    set_gate(VEC_GP, .not_present = true);
    start.rcx = SEL_TSS;
    go(ASSEMBLE(MARK(fault) "mov ds, ecx\n" MARK(after)), ASSEMBLE32(MARK(fault) "mov ds, ecx\n" MARK(after)));
}

static void page_fault(void)
{
    set_up();
    set_gate(VEC_PF, .not_present = true);
    start.rbx = map_page("victim", 0);
    go(ASSEMBLE(MARK(fault) "mov eax, [rbx]\n" MARK(after)), ASSEMBLE32(MARK(fault) "mov eax, [ebx]\n" MARK(after)));
}

static void benign(void)
{
    set_up();
    set_gate(VEC_UD, .not_present = true);
    go(ASSEMBLE(MARK(fault) "ud2\n" MARK(after)), ASSEMBLE32(MARK(fault) "ud2\n" MARK(after)));
}

/* #DF's own gate, too. */
static void shutdown(void)
{
    set_gate(VEC_DF, .not_present = true);
    contributory();
}

#define SPEC "SDM 3A \"Interrupt 8-Double Fault Exception (#DF)\""
#define ROW(name_, run_, where, env_, vector_, error_, rip_, about_)                                                                            \
    {                                                                                                                                           \
        VARIANT, .env = env_, .name = name_, .about = about_, .spec = SPEC, .vector = vector_, .error = error_, .saved_rip = rip_, .run = run_, \
                 .arg = {                                                                                                                       \
                     where                                                                                                                      \
                 }                                                                                                                              \
    }
#define EACH(name, where, env, about)                                                                                                             \
    ROW(name "_contributory", contributory, where, env, VEC_DF, 0, UNDEFINED, "MOV DS of a TSS " about ", the gate of #GP isn't present"),        \
        ROW(name "_page_fault", page_fault, where, env, VEC_DF, 0, UNDEFINED, "page fault " about ", the gate of #PF isn't present"),             \
        ROW(name "_benign", benign, where, env, VEC_NP, IDT_ERROR(VEC_UD) | ERROR_EXT, AT_FAULT, "UD2 " about ", the gate of #UD isn't present"), \
        ROW(name "_shutdown", shutdown, where, env, SHUTDOWN, 0, "", "MOV DS of a TSS " about ", the gates of #GP and #DF aren't present")
VARIANTS(EACH("compat_user", COMPAT_USER, COMPAT32, "in compatibility mode at CPL 3"),
         EACH("compat", COMPAT_KERNEL, COMPAT32, "in compatibility mode at CPL 0"), EACH("user", USER, LONG64, "at CPL 3"));
