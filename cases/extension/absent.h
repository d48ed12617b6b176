/*
 * absent.h: for instructions on a processor whose CPUID says that it hasn't them: #UD, also with CR0.TS=1 or at CPL 3. In front of each.h or
 * in_states.h and of a table of instructions. WITH_AVX is for those that need AVX to be enabled where they are there.
 */
#ifdef WITH_AVX
#define ABSENT "avx !"
#define ON AVX_ON
#else
#define ABSENT "!"
#define ON OSFXSR
#endif
#define STATES      \
    {               \
        ON, ON | TS \
    }
#define STATES_ABOUT "that the processor hasn't, and with CR0.TS=1"
#define STATES_SPEC "SDM 3A \"Interrupt 6-Invalid Opcode Exception (#UD)\""

/* A row for each, with each.h. */
#define IN_LACK(name_, group, about_, needs_)                                                                      \
    ROW(name_, group, ON, about_ " that the processor hasn't", STATES_SPEC, needs_),                               \
        ROW(name_ "_ts", group, ON | TS, about_ " that the processor hasn't, with CR0.TS=1", STATES_SPEC, needs_), \
        ROW(name_ "_user", group, ON | USER, about_ " that the processor hasn't, at CPL 3", STATES_SPEC, needs_)
