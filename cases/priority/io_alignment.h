/*
 * io_alignment.h: INS and OUTS at CPL 3 with AM=AC=1 and an operand that isn't aligned: where the ports are denied it is #GP(0), since the Operation
 * of both pages asks the I/O map before it moves data, else #AC(0). Whoever includes this has set_up(), for which ARG0 says whether they are allowed.
 */
#define PORT 0x80u
#define INS "SDM 2A \"INS/INSB/INSW/INSD-Input from Port to String\"; SDM 3A \"Interrupt 17-Alignment Check Exception (#AC)\""
#define OUTS "SDM 2B \"OUTS/OUTSB/OUTSW/OUTSD-Output String to Port\"; SDM 3A \"Interrupt 17-Alignment Check Exception (#AC)\""

#define FORM(name, fault, instruction) \
    static void name(void)             \
    {                                  \
        set_up();                      \
        fault(instruction);            \
    }
#define FORMS(prefix, fault)          \
    FORM(prefix##insw, fault, "insw") \
    FORM(prefix##rep_insd, fault, "rep insd") FORM(prefix##outsw, fault, "outsw") FORM(prefix##rep_outsd, fault, "rep outsd")
#define ROW(run_, tail, spec_, allowed, vector_, about_, ...)                                                                      \
    {                                                                                                                              \
        VARIANT, .name = #run_ tail, .about = about_, .spec = spec_, .run = run_, .arg = {allowed}, .vector = vector_, .error = 0, \
                 .saved_rip = AT_FAULT, __VA_ARGS__                                                                                \
    }
#define BOTH(run, spec, about, ...)                                                                                       \
    ROW(run, "_denied", spec, false, VEC_GP, about " of an operand that isn't aligned, the port is denied", __VA_ARGS__), \
        ROW(run, "_allowed", spec, true, VEC_AC, about " of an operand that isn't aligned, the port is allowed", __VA_ARGS__)
#define ALL(prefix, where, ...)                                                                                     \
    BOTH(prefix##insw, INS, "INSW" where, __VA_ARGS__), BOTH(prefix##rep_insd, INS, "REP INSD" where, __VA_ARGS__), \
        BOTH(prefix##outsw, OUTS, "OUTSW" where, __VA_ARGS__), BOTH(prefix##rep_outsd, OUTS, "REP OUTSD" where, __VA_ARGS__)
