/* PUSHF pushes RF=0, also where RF is 1 while it is executed. */
#include <case.h>

static void pushfq(void)
{
    start.rflags |= RFLAGS_RF;
    PROGRAM(MARK(fault) "pushfq\n" MARK(after) "pop rcx\n");
}

static void pushfd(void)
{
    in_compat_user();
    start.rflags |= RFLAGS_RF;
    PROGRAM32(MARK(fault) "pushfd\n" MARK(after) "pop ecx\n");
}

#define ROW(run_, about_, ...)                                                                                                              \
    {                                                                                                                                       \
        VARIANT, .name = #run_, .about = about_ " with RF=1", .spec = "SDM 2B \"PUSHF/PUSHFD/PUSHFQ-Push EFLAGS Register onto the Stack\"", \
                 .vector = NO_EXCEPTION, .run = run_, __VA_ARGS__                                                                           \
    }
VARIANTS(ROW(pushfq, "PUSHFQ at CPL 0", ), ROW(pushfd, "PUSHFD in compatibility mode at CPL 3", .env = COMPAT32));
