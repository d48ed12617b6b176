/*
 * A handler's code segment whose descriptor lies in the LDT: the checks are those of the GDT's, and the error code has TI. By INT n, by #UD, whose
 * error code has EXT, and through a call gate that lies in the LDT itself. The LDT is the GDT, so that who forgets TI finds the same descriptor.
 */
#include <case32.h>

enum { DATA, SYSTEM, NOT_PRESENT, DPL3, CONFORMING3, BEYOND };

static uint16_t selector(void)
{
    static const struct descriptor descriptors[] = {
        [DATA] = {.type = DATA_WRITABLE},
        [SYSTEM] = {.type = SYSTEM_LDT},
        [NOT_PRESENT] = {.type = CODE_READABLE, .not_present = true},
        [DPL3] = {.type = CODE_READABLE, .dpl = 3},
        [CONFORMING3] = {.type = CODE_CONFORMING, .dpl = 3},
        [BEYOND] = {.type = CODE_READABLE},
    };
    struct descriptor d = descriptors[ARG0];

    d.limit = 0xfffff, d.g = d.d = true;
    return local_selector(ARG0 == BEYOND ? GDT_LIMIT + 1 : add_descriptor("target", encode_descriptor(d)));
}

static void int_n(void)
{
    set_gate(0x40, .selector = selector());
    FAULT("int 0x40");
}

static void ud2(void)
{
    set_gate(VEC_UD, .selector = selector());
    FAULT("ud2");
}

/* ARG1: JMP. */
static void call_gate(void)
{
    struct program call = ASSEMBLE(MARK(fault) "call fword ptr [ebx]\n" MARK(after) "nop\n" MARK(target) "int3\n" MARK(reached));
    struct program jump = ASSEMBLE(MARK(fault) "jmp fword ptr [ebx]\n" MARK(after) "nop\n" MARK(target) "int3\n" MARK(reached));
    struct program p = ARG1 ? jump : call;
    uint16_t code = selector();
    uint32_t *pointer = (uint32_t *)(start.ebx = map_page("pointer", PAGE_PRESENT | PAGE_WRITE));

    pointer[1] = add_call_gate("gate", (struct call_gate){.offset = label_of(p, "target"), .selector = code}) | SELECTOR_TI;
    run_program(p);
}

#define TARGET (SEL_FREE | SELECTOR_TI)
#define ERROR_OF(defect) ((defect) == BEYOND ? (GDT_LIMIT + 1) | SELECTOR_TI : TARGET)
#define ROW(name_, run_, defect, jmp, ext, spec_, about_)                                                            \
    {                                                                                                                \
        VARIANT, .name = name_, .about = about_, .spec = spec_, .vector = (defect) == NOT_PRESENT ? VEC_NP : VEC_GP, \
                 .error = ERROR_OF(defect) | (ext), .saved_rip = AT_FAULT, .run = run_, .arg = {                     \
                     defect,                                                                                         \
                     jmp                                                                                             \
                 }                                                                                                   \
    }
#define EACH(name, run, jmp, ext, spec, about)                                                                           \
    ROW(name "_data", run, DATA, jmp, ext, spec, about " a data segment of the LDT"),                                    \
        ROW(name "_system", run, SYSTEM, jmp, ext, spec, about " a system segment of the LDT"),                          \
        ROW(name "_not_present", run, NOT_PRESENT, jmp, ext, spec, about " code of the LDT that isn't present"),         \
        ROW(name "_dpl3", run, DPL3, jmp, ext, spec, about " code of the LDT, DPL 3 at CPL 0"),                          \
        ROW(name "_conforming3", run, CONFORMING3, jmp, ext, spec, about " conforming code of the LDT, DPL 3 at CPL 0"), \
        ROW(name "_beyond", run, BEYOND, jmp, ext, spec, about " code behind the LDT's limit")
#define INT "SDM 2A \"INT n/INTO/INT3/INT1-Call to Interrupt Procedure\"; SDM 3A \"Error Code\""
VARIANTS(EACH("int", int_n, 0, 0, INT, "INT 0x40 to"), EACH("ud", ud2, 0, ERROR_EXT, INT, "#UD to"),
         EACH("call", call_gate, 0, 0, "SDM 2A \"CALL-Call Procedure\"; SDM 3A \"Call Gates\"", "CALL through a call gate of the LDT to"),
         EACH("jmp", call_gate, 1, 0, "SDM 2A \"JMP-Jump\"; SDM 3A \"Call Gates\"", "far JMP through a call gate of the LDT to"));
