/*
 * What is wrong with a gate's code segment or the new stack, for the events that no other file has with it: INT3, INT1 and an external interrupt, in
 * 32-bit mode and, for INT3 and INT1, out of virtual-8086 mode. EXT is 1 where INT1 or the interrupt is delivered.
 */
#include <case32.h>

enum { INT3, INT1, EXTERNAL };
enum { BEYOND, DPL1, CONFORMING3, NOT_PRESENT, NULL_CODE, DATA, LIMIT, SS_NULL, SS_BEYOND, SS_CODE, SS_DPL, SS_RPL };
#define USER 0x100u
#define VM86 0x200u

static const unsigned vectors[] = {VEC_BP, VEC_DB, 0x60};

static uint16_t code(unsigned defect)
{
    static const struct descriptor descriptors[] = {
        [DPL1] = {.type = CODE_READABLE, .dpl = 1},
        [CONFORMING3] = {.type = CODE_CONFORMING, .dpl = 3},
        [NOT_PRESENT] = {.type = CODE_READABLE, .not_present = true},
        [DATA] = {.type = DATA_WRITABLE},
        [LIMIT] = {.type = CODE_READABLE},
    };
    struct descriptor d = descriptors[defect];

    d.limit = defect == LIMIT ? 0xff : 0xfffff;
    d.g = defect != LIMIT;
    d.d = true;
    return add_descriptor("target", encode_descriptor(d));
}

/* SS1 is what is wrong; the handler's code is of DPL 1. */
static uint16_t stack(unsigned defect)
{
    switch (defect) {
    case SS_NULL:
        return 1;
    case SS_BEYOND:
        return (GDT_LIMIT + 1) | 1;
    case SS_CODE:
        return SEL_RING1_CODE;
    case SS_DPL:
        return SELECTOR_ERROR(SEL_USER_DATA) | 1;
    default:
        return SELECTOR_ERROR(SEL_RING1_DATA) | 2;
    }
}

static void run(void)
{
    unsigned vector = vectors[ARG0], defect = ARG1 & 0xff;

    if (ARG1 & VM86)
        in_vm86();
    else if (ARG1 & USER)
        in_ring(3);
    if (defect >= SS_NULL) {
        tss.ss1 = stack(defect);
        set_gate(vector, .dpl = 3, .selector = SEL_RING1_CODE);
    } else {
        set_gate(vector, .dpl = 3);
        gate_of(vector)->selector = defect == NULL_CODE ? 0 : defect == BEYOND ? GDT_LIMIT + 1 : code(defect);
    }
    if (ARG0 == EXTERNAL) {
        enable_apic();
        send_self(0x60);
        if (ARG1 & VM86)
            PROGRAM16(MARK(fault) "nop\n" MARK(after));
        else if (!(ARG1 & USER)) {
            start.eflags &= ~EFLAGS_IF;
            PROGRAM("sti\nnop\n" MARK(fault) "nop\n" MARK(after));
        } else
            PROGRAM(MARK(fault) "nop\n" MARK(after));
    } else if (ARG1 & VM86) {
        if (ARG0 == INT3)
            FAULT16("int3");
        else
            FAULT16(".byte 0xf1");
    } else if (ARG0 == INT3)
        FAULT("int3");
    else
        FAULT(".byte 0xf1");
}

#define INT "SDM 2A \"INT n/INTO/INT3/INT1-Call to Interrupt Procedure\""
#define ROW(name_, event, defect, vector_, error_, about_, ...)                                                                                \
    {                                                                                                                                          \
        VARIANT, .name = name_, .about = about_, .spec = INT, .vector = vector_, .error = (error_) | ((event) != INT3), .saved_rip = AT_FAULT, \
                 .run = run, .arg = {event, defect}, __VA_ARGS__                                                                               \
    }
#define CODE(name, event, how, about, ...)                                                                                          \
    ROW(name "_code_beyond", event, BEYOND | (how), VEC_GP, GDT_LIMIT + 1, about ", its code beyond the GDT's limit", __VA_ARGS__), \
        ROW(name "_code_not_present", event, NOT_PRESENT | (how), VEC_NP, SEL_FREE, about ", its code not present", __VA_ARGS__),   \
        ROW(name "_code_null", event, NULL_CODE | (how), VEC_GP, 0, about ", its code selector NULL", __VA_ARGS__),                 \
        ROW(name "_code_data", event, DATA | (how), VEC_GP, SEL_FREE, about ", a data segment for its code", __VA_ARGS__),          \
        ROW(name "_code_limit", event, LIMIT | (how), VEC_GP, 0, about ", its handler behind its code's limit", __VA_ARGS__)
#define INNER(name, event, how, about, ...)                                                                  \
    ROW(name "_code_dpl1", event, DPL1 | (how), VEC_GP, SEL_FREE, about ", its code of DPL 1", __VA_ARGS__), \
        ROW(name "_code_conforming3", event, CONFORMING3 | (how), VEC_GP, SEL_FREE, about ", its code conforming, of DPL 3", __VA_ARGS__)
#define STACK(name, event, about, ...)                                                                                                               \
    ROW(name "_ss_null", event, SS_NULL | USER, VEC_TS, 0, about " at CPL 3 to CPL 1, SS1 is NULL", __VA_ARGS__),                                    \
        ROW(name "_ss_beyond", event, SS_BEYOND | USER, VEC_TS, GDT_LIMIT + 1, about " at CPL 3 to CPL 1, SS1 beyond the GDT's limit", __VA_ARGS__), \
        ROW(name "_ss_code", event, SS_CODE | USER, VEC_TS, SELECTOR_ERROR(SEL_RING1_CODE), about " at CPL 3 to CPL 1, SS1 is code", __VA_ARGS__),   \
        ROW(name "_ss_dpl", event, SS_DPL | USER, VEC_TS, SELECTOR_ERROR(SEL_USER_DATA), about " at CPL 3 to CPL 1, SS1 of DPL 3", __VA_ARGS__),     \
        ROW(name "_ss_rpl", event, SS_RPL | USER, VEC_TS, SELECTOR_ERROR(SEL_RING1_DATA), about " at CPL 3 to CPL 1, SS1 with RPL 2", __VA_ARGS__)
#define APIC .needs = "apic"
VARIANTS(CODE("int3", INT3, 0, "INT3", ), INNER("int3", INT3, 0, "INT3", ), STACK("int3", INT3, "INT3", ), CODE("int1", INT1, 0, "INT1", ),
         INNER("int1", INT1, 0, "INT1", ), STACK("int1", INT1, "INT1", ), CODE("irq", EXTERNAL, 0, "interrupt 0x60", APIC),
         INNER("irq", EXTERNAL, 0, "interrupt 0x60", APIC), STACK("irq", EXTERNAL, "interrupt 0x60", APIC),
         CODE("vm86_int3", INT3, VM86, "INT3 out of virtual-8086 mode", ), INNER("vm86_int3", INT3, VM86, "INT3 out of virtual-8086 mode", ),
         CODE("vm86_int1", INT1, VM86, "INT1 out of virtual-8086 mode", ), INNER("vm86_int1", INT1, VM86, "INT1 out of virtual-8086 mode", ),
         CODE("vm86_irq", EXTERNAL, VM86, "interrupt 0x60 out of virtual-8086 mode", APIC),
         INNER("vm86_irq", EXTERNAL, VM86, "interrupt 0x60 out of virtual-8086 mode", APIC));
