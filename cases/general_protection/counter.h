/*
 * RDTSC and RDTSCP are for CPL 0 alone where CR4.TSD=1, RDPMC is where CR4.PCE=0: else #GP(0) at CPL 1 to 3; with the other value of the bit they are
 * for all. What they read is no fact of the case, so that the program puts 0 in its place. ARG0: CPL, ARG1: the bit.
 */

static void set_bit(uint32_t bit)
{
    write_cr4((read_cr4() & ~(uintptr_t)bit) | (ARG1 ? bit : 0));
}

#define ALLOWED(vector_, rip) .vector = vector_, .error = NO_ERROR, .saved_rip = rip
#define END ALLOWED(VEC_UD, "end")
#define DENIED .vector = VEC_GP, .error = 0, .saved_rip = AT_FAULT
#define COUNTER(name_, run_, needs_, spec_, about_, cpl, bit, mode, ...)                                                                      \
    {                                                                                                                                         \
        VARIANT, .name = name_ "_" #cpl "_" #bit, .about = about_ "=" #bit " at CPL " #cpl mode, .spec = spec_, .needs = needs_, .run = run_, \
                 .arg = {cpl, bit}, __VA_ARGS__                                                                                               \
    }
#define RDTSC "SDM 2B \"RDTSC-Read Time-Stamp Counter\""
#define RDTSCP "SDM 2B \"RDTSCP-Read Time-Stamp Counter and Processor ID\""
#define RDPMC "SDM 2B \"RDPMC-Read Performance-Monitoring Counters\""
/* At CPL 0 both are allowed; above it `open` is the value that allows it, `closed` the other. */
#define LEVELS(name, run, needs, spec, about, open, closed, mode, ...)                \
    COUNTER(name, run, needs, spec, about, 0, open, mode, END, __VA_ARGS__),          \
        COUNTER(name, run, needs, spec, about, 0, closed, mode, END, __VA_ARGS__),    \
        COUNTER(name, run, needs, spec, about, 1, open, mode, END, __VA_ARGS__),      \
        COUNTER(name, run, needs, spec, about, 1, closed, mode, DENIED, __VA_ARGS__), \
        COUNTER(name, run, needs, spec, about, 2, open, mode, END, __VA_ARGS__),      \
        COUNTER(name, run, needs, spec, about, 2, closed, mode, DENIED, __VA_ARGS__), \
        COUNTER(name, run, needs, spec, about, 3, open, mode, END, __VA_ARGS__),      \
        COUNTER(name, run, needs, spec, about, 3, closed, mode, DENIED, __VA_ARGS__)
#define EACH_COUNTER(X, mode, ...)                                                             \
    X("rdtsc", rdtsc, "tsc", RDTSC, "RDTSC with CR4.TSD", 0, 1, mode, __VA_ARGS__),            \
        X("rdtscp", rdtscp, "rdtscp", RDTSCP, "RDTSCP with CR4.TSD", 0, 1, mode, __VA_ARGS__), \
        X("rdpmc", rdpmc, "cmov", RDPMC, "RDPMC with CR4.PCE", 1, 0, mode, __VA_ARGS__)

/* Their programs, which begin as the file's enter() says, and end with UD2; `clear` is what puts 0 in the place of what was read. */
#define READ(name, bit, program, clear)                          \
    static void name(void)                                       \
    {                                                            \
        enter();                                                 \
        set_bit(bit);                                            \
        program(MARK(fault) #name "\n" clear MARK(end) "ud2\n"); \
    }
#define READ_EACH(program, clear)         \
    READ(rdtsc, CR4_TSD, program, clear)  \
    READ(rdtscp, CR4_TSD, program, clear) \
    READ(rdpmc, CR4_PCE, program, clear)
#define CLEAR32 "mov eax, 0\nmov ecx, 0\nmov edx, 0\n"
