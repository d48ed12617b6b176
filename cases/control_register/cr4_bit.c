/* A bit of CR4 that is reserved, or whose feature the processor lacks: #GP(0), and CR4 keeps its value. Each other one can be set. */
#include <case.h>

static void look(void)
{
    note("cr4", read_cr4());
}

/* ARG0: the bit. */
static void run(void)
{
    start.rbx = read_cr4() | 1ull << ARG0;
    at_end(look);
    FAULT("mov cr4, rbx");
}

static void read_back(void)
{
    start.rbx = read_cr4() | 1ull << ARG0;
    FAULT("mov cr4, rbx\nmov rcx, cr4");
}

#define ROW(name, bit, about, ...) ROW_OF(name, run, bit, about, __VA_ARGS__)
#define ROW_OF(name_, run_, bit, about_, ...)                                                                                                       \
    {                                                                                                                                               \
        VARIANT, .name = name_, .about = "MOV CR4 with " about_ ", at CPL 0", .spec = "SDM 2B \"MOV-Move to/from Control Registers\"", .run = run_, \
                 .arg = {bit}, __VA_ARGS__                                                                                                          \
    }
#define FAULTS .vector = VEC_GP, .error = 0, .saved_rip = AT_FAULT
#define RESERVED(bit) ROW(#bit, bit, "the reserved bit " #bit " set", FAULTS)
#define LACKS(name, bit, features) ROW("no_" name, bit, "bit " #bit " set on a CPU that lacks its feature", FAULTS, .needs = features)
#define HAS(name, bit, features) ROW_OF(name, read_back, bit, "bit " #bit " set, read back", .vector = NO_EXCEPTION, .needs = features)

/* Not here: bits 26 to 28 and 32, which newer processors have. */
VARIANTS(RESERVED(15), RESERVED(29), RESERVED(33), RESERVED(47), RESERVED(62), LACKS("vme", 0, "!vme"), LACKS("pvi", 1, "!vme"),
         LACKS("umip", 11, "!umip"), LACKS("la57", 12, "!la57"), LACKS("fsgsbase", 16, "!fsgsbase"), LACKS("pcide", 17, "!pcid"),
         LACKS("smep", 20, "!smep"), LACKS("pke", 22, "!pku"), LACKS("cet", 23, "!cet_ss !cet_ibt"), LACKS("pks", 24, "!pks"), HAS("vme", 0, "vme"),
         HAS("pvi", 1, "vme"), HAS("tsd", 2, "tsc"), HAS("de", 3, "de"), HAS("pse", 4, "pse"), HAS("pge", 7, "pge"), HAS("pce", 8, NULL),
         HAS("umip", 11, "umip"), HAS("fsgsbase", 16, "fsgsbase"), HAS("pcide", 17, "pcid"), HAS("osxsave", 18, "xsave"), HAS("smep", 20, "smep"),
         HAS("smap", 21, "smap"), HAS("pke", 22, "pku"), HAS("cet", 23, "cet_ss"), HAS("pks", 24, "pks"));
