/* PUSHFD pushes RF=0, also where RF is 1 while it is executed; POPFD doesn't load RF, so that the breakpoint behind it is hit. */
#include <case32.h>

static void pushfd(void)
{
    in_ring((unsigned)ARG0);
    start.eflags |= EFLAGS_RF;
    PROGRAM(MARK(fault) "pushfd\n" MARK(after) "pop ecx\n");
}

static void popfd(void)
{
    struct program p = ASSEMBLE("pushfd\nbts dword ptr [esp], 16\npopfd\n" MARK(fault) "nop\n" MARK(after));

    in_ring((unsigned)ARG0);
    set_breakpoint(0, label_of(p, "fault"), BREAK_EXECUTE, LENGTH_1);
    run_program(p);
}

#define PUSHF "SDM 2B \"PUSHF/PUSHFD/PUSHFQ-Push EFLAGS Register onto the Stack\""
#define POPF "SDM 2B \"POPF/POPFD/POPFQ-Pop Stack into EFLAGS Register\""
#define ROW(name_, run_, cpl, about_, spec_, ...)                                                      \
    {                                                                                                  \
        VARIANT, .name = name_, .about = about_, .spec = spec_, .run = run_, .arg = {cpl}, __VA_ARGS__ \
    }
#define HIT .vector = VEC_DB, .error = NO_ERROR, .saved_rip = AT_FAULT
VARIANTS(ROW("push_ring0", pushfd, 0, "PUSHFD at CPL 0 with RF=1", PUSHF, .vector = NO_EXCEPTION),
         ROW("push_ring3", pushfd, 3, "PUSHFD at CPL 3 with RF=1", PUSHF, .vector = NO_EXCEPTION),
         ROW("pop_ring0", popfd, 0, "POPFD of RF=1 at CPL 0, a breakpoint behind it", POPF, HIT),
         ROW("pop_ring3", popfd, 3, "POPFD of RF=1 at CPL 3, a breakpoint behind it", POPF, HIT));
