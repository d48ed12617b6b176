/* An IST pointer is aligned where the event comes from CPL 3, too, with and without an error code. */
#include <case.h>

static void set_up(void)
{
    tss.ist[0] = stack_top(STACK_IST1) - 16 + ARG0;
    set_gate((unsigned)current_case->vector, .ist = 1, .dpl = 3);
}

static void int_n(void)
{
    in_user_mode();
    set_up();
    FAULT("int 0x40");
}

static void fault(void)
{
    in_user_mode();
    set_up();
    FAULT("hlt");
}

static void compat_int_n(void)
{
    in_compat_user();
    set_up();
    FAULT32("int 0x40");
}

static void compat_fault(void)
{
    in_compat_user();
    set_up();
    FAULT32("hlt");
}

#define ROW(name_, run_, k, about_, ...)                                                                                                          \
    {                                                                                                                                             \
        VARIANT, .name = name_ "_" #k, .about = about_ ", gate IST=1, IST1 = 16m+" #k, .spec = "SDM 3A \"64-Bit Mode Stack Frame\"", .run = run_, \
                 .arg = {k}, __VA_ARGS__                                                                                                          \
    }
#define EACH(name, run, about, ...)                                                                                      \
    ROW(name, run, 1, about, __VA_ARGS__), ROW(name, run, 2, about, __VA_ARGS__), ROW(name, run, 4, about, __VA_ARGS__), \
        ROW(name, run, 8, about, __VA_ARGS__), ROW(name, run, 15, about, __VA_ARGS__)
#define INT_N .vector = 0x40, .error = NO_ERROR, .saved_rip = AFTER
#define HLT .vector = VEC_GP, .error = 0, .saved_rip = AT_FAULT

VARIANTS(EACH("int", int_n, "INT 0x40 at CPL 3", INT_N), EACH("error", fault, "HLT at CPL 3", HLT),
         EACH("compat_int", compat_int_n, "INT 0x40 at CPL 3 in compatibility mode", INT_N, .env = COMPAT32),
         EACH("compat_error", compat_fault, "HLT at CPL 3 in compatibility mode", HLT, .env = COMPAT32));
