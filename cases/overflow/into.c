/* INTO traps where OF=1, does nothing where OF=0, and is a software interrupt: the gate's DPL counts. Only outside 64-bit mode. */
#include <case.h>

static void user(void)
{
    set_gate(VEC_OF, .dpl = 3);
    in_compat_user();
    FAULT32("into");
}

static void kernel(void)
{
    in_compat_kernel();
    FAULT32("into");
}

static void computed(void)
{
    set_gate(VEC_OF, .dpl = 3);
    in_compat_user();
    start.rax = 0x7fffffff;
    PROGRAM32("add eax, 1\n" MARK(fault) "into\n" MARK(after));
}

static void clear(void)
{
    set_gate(VEC_OF, .dpl = 3);
    in_compat_user();
    start.rflags &= ~RFLAGS_OF;
    FAULT32("into");
}

static void computed_clear(void)
{
    set_gate(VEC_OF, .dpl = 3);
    in_compat_user();
    start.rax = 0x7ffffffe;
    PROGRAM32("add eax, 1\n" MARK(fault) "into\n" MARK(after));
}

static void dpl(void)
{
    in_compat_user();
    FAULT32("into");
}

static void dpl_clear(void)
{
    in_compat_user();
    start.rflags &= ~RFLAGS_OF;
    FAULT32("into");
}

static void rf(void)
{
    in_compat_kernel();
    start.rflags |= RFLAGS_RF;
    FAULT32("into");
}

#define ROW(name_, id_, about_, ...)                                                                                                                 \
    {                                                                                                                                                \
        VARIANT, .name = #name_, .env = COMPAT32, .about = about_, .spec = "SDM 2A \"INT n/INTO/INT3/INT1-Call to Interrupt Procedure\"", .id = id_, \
                 .run = name_, __VA_ARGS__                                                                                                           \
    }
#define TRAPS .vector = VEC_OF, .error = NO_ERROR, .saved_rip = AFTER
#define REFUSED .vector = VEC_GP, .error = IDT_ERROR(VEC_OF), .saved_rip = AT_FAULT
#define NOTHING .vector = NO_EXCEPTION

VARIANTS(ROW(user, "of-into-compat", "INTO with OF=1 in compatibility mode at CPL 3, gate 4 with DPL 3", TRAPS),
         ROW(kernel, "", "INTO with OF=1 in compatibility mode at CPL 0", TRAPS),
         ROW(computed, "of-into-compat", "INTO in compatibility mode at CPL 3 behind an ADD that overflows", TRAPS),
         ROW(rf, "", "INTO with OF=1 in compatibility mode at CPL 0, started by IRETQ with RF=1", TRAPS),
         ROW(clear, "of-into-compat-of0", "INTO with OF=0 in compatibility mode at CPL 3", NOTHING),
         ROW(computed_clear, "of-into-compat-of0", "INTO in compatibility mode at CPL 3 behind an ADD that doesn't overflow", NOTHING),
         ROW(dpl, "of-into-compat-dpl0", "INTO with OF=1 in compatibility mode at CPL 3, gate 4 with DPL 0", REFUSED),
         ROW(dpl_clear, "", "INTO with OF=0 in compatibility mode at CPL 3, gate 4 with DPL 0: no gate is looked at", NOTHING));
