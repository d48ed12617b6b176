/* CR4.UMIP=1 keeps SGDT, SIDT, SLDT, SMSW and STR from CPL 1 and 2, too: #GP(0); at CPL 0 they are executed. CPL 3 is in pm_again/user. */
#include <case32.h>

/* ARG0: the CPL. */
static void set_up(void)
{
    in_ring(ARG0);
    start.ebx = map_page("operand", PAGE_PRESENT | PAGE_WRITE | PAGE_USER);
    write_cr4(read_cr4() | CR4_UMIP);
}

#define INSTRUCTIONS(X)           \
    X(sgdt, "SGDT", "sgdt [ebx]") \
    X(sidt, "SIDT", "sidt [ebx]") \
    X(sldt, "SLDT", "sldt ecx")   \
    X(smsw, "SMSW", "smsw ecx")   \
    X(str, "STR", "str ecx")
#define DEFINE(name, about, text) \
    static void try_##name(void)  \
    {                             \
        set_up();                 \
        FAULT(text);              \
    }
INSTRUCTIONS(DEFINE)

#define ROW(name_, about_, cpl_, run_, ...)                \
    {VARIANT,                                              \
     .name = name_,                                        \
     .about = "CPL " #cpl_ ": " about_ " with CR4.UMIP=1", \
     .spec = "SDM 3A \"Control Registers\"",               \
     .needs = "umip",                                      \
     .run = run_,                                          \
     .arg = {cpl_},                                        \
     __VA_ARGS__},
#define FAULTS .vector = VEC_GP, .error = 0, .saved_rip = AT_FAULT
#define EACH(name, about, text)                                      \
    ROW(#name "_cpl0", about, 0, try_##name, .vector = NO_EXCEPTION) \
    ROW(#name "_cpl1", about, 1, try_##name, FAULTS) ROW(#name "_cpl2", about, 2, try_##name, FAULTS)
VARIANTS(INSTRUCTIONS(EACH));
