/*
 * What files about INS and OUTS have in common. ARG0: ALLOWED, DENIED by the bit of the last port, or SHORT, where the map's next byte is beyond the
 * TSS's limit. ARG1: the operand's size. WHERE is of whoever includes this.
 */
#define PORT 0x7fu

enum map { ALLOWED, DENIED, SHORT };

#define INS "SDM 2A \"INS/INSB/INSW/INSD-Input from Port to String\"; SDM 1 \"I/O Permission Bit Map\""
#define OUTS "SDM 2B \"OUTS/OUTSB/OUTSW/OUTSD-Output String to Port\"; SDM 1 \"I/O Permission Bit Map\""
#define ROW(run_, tail, spec_, map, size, vector_, error_, about_, ...)                                                            \
    {                                                                                                                              \
        VARIANT, .name = #run_ tail, .about = about_ ", its page missing, " WHERE, .spec = spec_, .run = run_, .arg = {map, size}, \
                 .vector = vector_, .error = error_, .saved_rip = AT_FAULT, __VA_ARGS__                                            \
    }
#define BOTH(run, spec, page_error, size, about, ...)                                                   \
    ROW(run, "_denied", spec, DENIED, size, VEC_GP, 0, about ", the last port is denied", __VA_ARGS__), \
        ROW(run, "_allowed", spec, ALLOWED, size, VEC_PF, page_error, about ", all ports are allowed", __VA_ARGS__)
