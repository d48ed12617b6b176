/*
 * What is wrong with a gate, its code segment or the IDT, for the events that no other file has with it: INT3, INT1 and an external interrupt. The
 * error code names the gate or the segment; EXT is 1 where INT1 or the interrupt is delivered.
 */
#include <case.h>

enum { INT3, INT1, EXTERNAL };
enum { BEYOND, DPL3, CONFORMING3, CODE32, L_AND_D, NOT_PRESENT, NULL_CODE, DATA, OFFSET, GATE_NOT_PRESENT, GATE_TYPE };

static const unsigned vectors[] = {VEC_BP, VEC_DB, 0x60};

static uint16_t code(void)
{
    static const struct descriptor descriptors[] = {
        [DPL3] = {.type = CODE_READABLE, .l = true, .dpl = 3},
        [CONFORMING3] = {.type = CODE_CONFORMING, .l = true, .dpl = 3},
        [CODE32] = {.type = CODE_READABLE, .d = true},
        [L_AND_D] = {.type = CODE_READABLE, .l = true, .d = true},
        [NOT_PRESENT] = {.type = CODE_READABLE, .l = true, .not_present = true},
        [DATA] = {.type = DATA_WRITABLE},
    };
    struct descriptor d = descriptors[ARG1];

    d.limit = 0xfffff;
    d.g = true;
    return add_descriptor("target", encode_descriptor(d));
}

#define LAST_PAGE 0x00007ffffffff000u

static void raise_it(void)
{
    if (ARG0 == INT3)
        FAULT("int3");
    else if (ARG0 == INT1)
        FAULT(".byte 0xf1");
    else {
        enable_apic();
        send_self(0x60);
        start.rflags &= ~RFLAGS_IF;
        PROGRAM("sti\nnop\n" MARK(fault) "nop\n" MARK(after));
    }
}

/* Without #GP's gate, which lies behind those of INT1 and INT3, the processor shuts down. ARG1: the IDT ends in canonical space. */
static void short_idt(void)
{
    const struct gate *table = (const struct gate *)&idt;
    struct gate *page = frame_of(map_page_at("idt", LAST_PAGE, PAGE_PRESENT | PAGE_WRITE));

    if (!ARG1)
        lidt((uintptr_t)&idt, 15);
    else {
        page[PAGE_SIZE / sizeof(*page) - 1] = table[0];
        lidt(LAST_PAGE + PAGE_SIZE - sizeof(*page), sizeof(idt) - 1);
    }
    raise_it();
}

static void run(void)
{
    unsigned vector = vectors[ARG0];
    struct gate *gate = gate_of(vector);

    if (ARG1 == OFFSET)
        *gate = make_gate(NONCANONICAL, SEL_KERNEL_CODE64, 0, GATE_INTERRUPT, 0, true);
    else if (ARG1 == GATE_NOT_PRESENT)
        set_gate(vector, .not_present = true);
    else if (ARG1 == GATE_TYPE)
        *gate = make_gate(0, SEL_KERNEL_CODE64, 0, SYSTEM_CALL_GATE, 0, true);
    else
        gate->selector = ARG1 == NULL_CODE ? 0 : ARG1 == BEYOND ? GDT_LIMIT + 1 : code();
    raise_it();
}

#define INT "SDM 2A \"INT n/INTO/INT3/INT1-Call to Interrupt Procedure\""
#define ROW(name_, event, defect, vector_, error_, about_)                                                                                     \
    {                                                                                                                                          \
        VARIANT, .name = name_, .about = about_, .spec = INT, .vector = vector_, .error = (error_) | ((event) != INT3), .saved_rip = AT_FAULT, \
                 .run = run, .arg = {                                                                                                          \
                     event,                                                                                                                    \
                     defect                                                                                                                    \
                 }                                                                                                                             \
    }
#define EACH(name, event, vector, about)                                                                              \
    ROW(name "_code_beyond", event, BEYOND, VEC_GP, GDT_LIMIT + 1, about ", its code beyond the GDT's limit"),        \
        ROW(name "_code_dpl3", event, DPL3, VEC_GP, SEL_FREE, about ", its code of DPL 3"),                           \
        ROW(name "_code_conforming3", event, CONFORMING3, VEC_GP, SEL_FREE, about ", its code conforming, of DPL 3"), \
        ROW(name "_code32", event, CODE32, VEC_GP, SEL_FREE, about ", its code 32-bit"),                              \
        ROW(name "_code_l_and_d", event, L_AND_D, VEC_GP, SEL_FREE, about ", its code has L=1 and D=1"),              \
        ROW(name "_code_not_present", event, NOT_PRESENT, VEC_NP, SEL_FREE, about ", its code not present"),          \
        ROW(name "_code_null", event, NULL_CODE, VEC_GP, 0, about ", its code selector NULL"),                        \
        ROW(name "_code_data", event, DATA, VEC_GP, SEL_FREE, about ", a data segment for its code"),                 \
        ROW(name "_offset", event, OFFSET, VEC_GP, 0, about ", its gate's offset not canonical"),                     \
        ROW(name "_gate_type", event, GATE_TYPE, VEC_GP, IDT_ERROR(vector), about ", a call gate for its gate")
#define NO_IDT(name_, event, non_canonical, about_)                                                                                 \
    {                                                                                                                               \
        VARIANT, .name = name_, .about = about_, .spec = INT, .vector = SHUTDOWN, .run = short_idt, .arg = { event, non_canonical } \
    }
VARIANTS(EACH("int3", INT3, VEC_BP, "INT3"), EACH("int1", INT1, VEC_DB, "INT1"), EACH("irq", EXTERNAL, 0x60, "interrupt 0x60"),
         ROW("irq_gate_not_present", EXTERNAL, GATE_NOT_PRESENT, VEC_NP, IDT_ERROR(0x60), "interrupt 0x60, its gate not present"),
         NO_IDT("int1_idt_limit", INT1, 0, "INT1, the IDT has one gate"), NO_IDT("int3_idt_limit", INT3, 0, "INT3, the IDT has one gate"),
         NO_IDT("irq_idt_limit", EXTERNAL, 0, "interrupt 0x60, the IDT has one gate"),
         NO_IDT("int1_idt_non_canonical", INT1, 1, "INT1, the IDT has one gate in canonical space"),
         NO_IDT("int3_idt_non_canonical", INT3, 1, "INT3, the IDT has one gate in canonical space"));
