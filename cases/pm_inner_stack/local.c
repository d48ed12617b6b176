/*
 * SS1 of the TSS, whose descriptor lies in the LDT: the checks are those of the GDT's, and the error code has TI. By INT n, by #UD, whose error code
 * has EXT, and through a call gate. The LDT is the GDT, so that who forgets TI finds the same descriptor. The exception has SS0.
 */
#include <case32.h>

enum { GOOD, READ_ONLY, CODE, NOT_PRESENT, DPL0, RPL0, BEYOND };

static void set_up(void)
{
    struct descriptor d = {.type = DATA_WRITABLE, .dpl = 1, .limit = 0xfffff, .g = true, .d = true};

    if (ARG0 == READ_ONLY)
        d.type = DATA_READ_ONLY;
    if (ARG0 == CODE)
        d.type = CODE_READABLE;
    if (ARG0 == NOT_PRESENT)
        d.not_present = true;
    if (ARG0 == DPL0)
        d.dpl = 0;
    tss.ss1 = (uint16_t)(local_selector(ARG0 == BEYOND ? GDT_LIMIT + 1 : add_descriptor("stack", encode_descriptor(d))) | (ARG0 != RPL0));
    in_ring(3);
}

static void int_n(void)
{
    set_up();
    set_gate(0x40, .dpl = 3, .selector = SEL_RING1_CODE);
    FAULT("int 0x40");
}

static void ud2(void)
{
    set_up();
    set_gate(VEC_UD, .selector = SEL_RING1_CODE);
    FAULT("ud2");
}

static void call(void)
{
    struct program p = ASSEMBLE(MARK(fault) "call fword ptr [ebx]\n" MARK(after) "nop\n" MARK(target) "int3\n" MARK(reached));
    uint32_t *pointer;

    set_up();
    set_gate(VEC_BP, .dpl = 3);
    start.ebx = map_page("pointer", PAGE_PRESENT | PAGE_USER);
    pointer = frame_of(start.ebx);
    pointer[1] = add_call_gate("gate", (struct call_gate){.offset = label_of(p, "target"), .selector = SEL_RING1_CODE, .dpl = 3}) | 3u;
    run_program(p);
}

#define STACK (SEL_FREE | SELECTOR_TI)
#define ROW(name_, run_, defect, ext, spec_, about_)                                                                                         \
    {                                                                                                                                        \
        VARIANT, .name = name_, .about = about_, .spec = spec_, .vector = (defect) == NOT_PRESENT ? VEC_SS : VEC_TS,                         \
                 .error = ((defect) == BEYOND ? (GDT_LIMIT + 1) | SELECTOR_TI : STACK) | (ext), .saved_rip = AT_FAULT, .run = run_, .arg = { \
                     defect                                                                                                                  \
                 }                                                                                                                           \
    }
#define EACH(name, run, ext, spec, about)                                                             \
    ROW(name "_read_only", run, READ_ONLY, ext, spec, about " read-only data of the LDT"),            \
        ROW(name "_code", run, CODE, ext, spec, about " code of the LDT"),                            \
        ROW(name "_not_present", run, NOT_PRESENT, ext, spec, about " data of the LDT, not present"), \
        ROW(name "_dpl0", run, DPL0, ext, spec, about " data of the LDT of DPL 0"),                   \
        ROW(name "_rpl0", run, RPL0, ext, spec, about " data of the LDT with RPL 0"),                 \
        ROW(name "_beyond", run, BEYOND, ext, spec, about " data behind the LDT's limit")
#define INT "SDM 2A \"INT n/INTO/INT3/INT1-Call to Interrupt Procedure\"; SDM 3A \"Error Code\""
VARIANTS(EACH("int", int_n, 0, INT, "INT 0x40 to CPL 1, SS1 is"), EACH("ud", ud2, ERROR_EXT, INT, "#UD to CPL 1, SS1 is"),
         EACH("call", call, 0, "SDM 2A \"CALL-Call Procedure\"; SDM 3A \"Stack Switching\"", "CALL through a gate to CPL 1, SS1 is"),
         {VARIANT, .name = "good", .about = "INT 0x40 to CPL 1, SS1 is data of the LDT: delivered", .spec = INT, .vector = 0x40, .error = NO_ERROR,
          .saved_rip = AFTER, .run = int_n, .arg = {GOOD}});
