/*
 * What may go wrong on the way out of virtual-8086 mode: the gate, the handler's code segment, which has to be a nonconforming one of DPL 0, and
 * the stack for CPL 0. EXT is 1 in the error code unless INT n, INT3 or INTO is what is delivered.
 */
#include <case32.h>

static uint16_t add_code(uint8_t type, uint8_t dpl, bool not_present)
{
    return add_descriptor("target", encode_descriptor((struct descriptor){
                                        .type = type, .dpl = dpl, .not_present = not_present, .limit = 0xfffff, .g = true, .d = true}));
}

/* No handler lies in it. */
static uint16_t add_short_code(void)
{
    return add_descriptor("target", encode_descriptor((struct descriptor){.type = CODE_READABLE, .limit = 0xff, .d = true}));
}

static uint16_t add_data(bool not_present, uint32_t limit)
{
    return add_descriptor("target",
                          encode_descriptor((struct descriptor){.type = DATA_WRITABLE, .not_present = not_present, .limit = limit, .d = true}));
}

/* Of an SS0 that won't do: the exception has a stack of its own. The task has the first free selector, `target` the next. */
static void by_task(unsigned vector)
{
    set_task_gate(vector, add_task("handler"));
}

/* For who makes the delivery all the same: its handler is INT3, in any mode and at any CPL, which has a stack of its own where SS0 is none. */
static void stray(unsigned vector)
{
    uintptr_t page = map_page("stray", PAGE_PRESENT | PAGE_USER);

    *(uint8_t *)frame_of(page) = 0xcc;
    gate_of(vector)->offset_15_0 = (uint16_t)page;
    gate_of(vector)->offset_31_16 = (uint16_t)(page >> 16);
    if (tss.ss0 != SEL_KERNEL_DATA)
        set_task_gate(VEC_BP, add_task("stray_handler"), .dpl = 3);
}

/* UD2, whose delivery sets EXT, and INT n, whose doesn't. */
#define EVENTS(X, name, id, fault, error, state) EVENTS_OF(X, name, id, fault, (error) | ERROR_EXT, error, state)
#define EVENTS_OF(X, name, id, fault, error, error_of_int, state) \
    X(name, id, "UD2", "ud2", VEC_UD, 0, fault, error, state)     \
    X(name##_int, "", "INT n", "int 0x40", 0x40, 3, fault, error_of_int, state)
#define EVENTS_IDT(X, name, fault, state) EVENTS_OF(X, name, "", fault, IDT_ERROR(VEC_UD) | ERROR_EXT, IDT_ERROR(0x40), state)

#define GATE(...) set_gate(vector, .dpl = dpl, __VA_ARGS__)
#define CODE(type, level, absent) GATE(.selector = add_code(type, level, absent))
#define STACK(fault, value) (GATE(.type = GATE_INTERRUPT), by_task(fault), tss.ss0 = (value))
#define STATES(X)                                                                                                                                   \
    EVENTS_IDT(X, gate_not_present, VEC_NP, GATE(.not_present = true))                                                                              \
    EVENTS_IDT(X, gate_type, VEC_GP, *gate_of(vector) = make_gate(0, SEL_KERNEL_CODE, SYSTEM_CALL_GATE, dpl, true))                                 \
    EVENTS(X, code_dpl_1, "vm86-handler-dpl1-ud", VEC_GP, SEL_FREE, CODE(CODE_READABLE, 1, false))                                                  \
    EVENTS(X, code_dpl_3, "", VEC_GP, SEL_FREE, (CODE(CODE_READABLE, 3, false), stray(vector)))                                                     \
    EVENTS(X, code_conforming, "", VEC_GP, SEL_FREE, CODE(CODE_CONFORMING, 0, false))                                                               \
    EVENTS(X, code_not_present, "", VEC_NP, SEL_FREE, CODE(CODE_READABLE, 0, true))                                                                 \
    EVENTS(X, code_data, "", VEC_GP, SEL_KERNEL_DATA, GATE(.selector = SEL_KERNEL_DATA))                                                            \
    EVENTS(X, code_beyond, "", VEC_GP, GDT_LIMIT + 1, GATE(.selector = GDT_LIMIT + 1))                                                              \
    EVENTS(X, code_local, "", VEC_GP, SEL_FREE | SELECTOR_TI, (GATE(.selector = local_selector(add_code(CODE_READABLE, 3, false))), stray(vector))) \
    EVENTS(X, code_limit, "", VEC_GP, 0, GATE(.selector = add_short_code()))                                                                        \
    EVENTS(X, code_null, "", VEC_GP, 0, *gate_of(vector) = make_gate(0, 0, GATE_INTERRUPT, dpl, true))                                              \
    EVENTS(X, ss0_null, "", VEC_TS, 0, STACK(VEC_TS, 0))                                                                                            \
    EVENTS(X, ss0_rpl, "", VEC_TS, SEL_KERNEL_DATA, STACK(VEC_TS, SEL_KERNEL_DATA | 1))                                                             \
    EVENTS(X, ss0_dpl, "", VEC_TS, SELECTOR_ERROR(SEL_USER_DATA), STACK(VEC_TS, SELECTOR_ERROR(SEL_USER_DATA)))                                     \
    EVENTS(X, ss0_code, "", VEC_TS, SEL_KERNEL_CODE, (STACK(VEC_TS, SEL_KERNEL_CODE), stray(vector)))                                               \
    EVENTS(X, ss0_beyond, "", VEC_TS, GDT_LIMIT + 1, STACK(VEC_TS, GDT_LIMIT + 1))                                                                  \
    EVENTS(X, ss0_not_present, "", VEC_SS, SEL_FREE + 8, STACK(VEC_SS, add_data(true, 0xffff)))                                                     \
    EVENTS(X, esp0_no_room, "", VEC_SS, SEL_FREE + 8, (tss.esp0 = 32, STACK(VEC_SS, add_data(false, 0xffff))))

/* The words are 16 bits wide: of EFLAGS, VM is not among them. */
static void gate16(void)
{
    in_vm86();
    start.eflags |= EFLAGS_IOPL(3);
    set_gate(0x40, .dpl = 3, .type = GATE_INTERRUPT16);
    FAULT16("int 0x40");
}

/* The IDT ends within the gate of the last vector that is wanted: of INT n, or of #MF. */
static void idt_limit(void)
{
    in_vm86();
    start.eflags |= EFLAGS_IOPL(3);
    set_gate(0x40, .dpl = 3);
    lidt((uintptr_t)idt, 0x40 * 8 + 6);
    FAULT16("int 0x40");
}

static void idt_limit_mf(void)
{
    in_vm86();
    *(uint16_t *)(16 * REAL_DS) = 0x37b; /* divide-by-zero unmasked */
    lidt((uintptr_t)idt, VEC_MF * 8 + 6);
    PROGRAM16("fldcw [0]\nfld1\nfldz\nfdivp\n" MARK(fault) "fwait\n" MARK(after));
}

/* The TSS ends before SS0, so that no handler has a stack: #TS, and then #DF and shutdown. */
static void tss_limit(void)
{
    in_vm86();
    start.eflags |= EFLAGS_IOPL(3);
    set_gate(0x40, .dpl = 3);
    set_tss_limit(7);
    FAULT16("int 0x40");
}

#define DEFINE(name, id, about, instruction, vector_, dpl_, fault, error, state) \
    static void name(void)                                                       \
    {                                                                            \
        const unsigned vector = vector_, dpl = dpl_;                             \
                                                                                 \
        in_vm86();                                                               \
        start.eflags |= EFLAGS_IOPL(dpl_);                                       \
        state;                                                                   \
        FAULT16(instruction);                                                    \
    }
STATES(DEFINE)

#define SPEC                                                                                                                                      \
    "SDM 2A \"INT n/INTO/INT3/INT1-Call to Interrupt Procedure\", INTERRUPT-FROM-VIRTUAL-8086-MODE; SDM 3B \"Handling an Interrupt or Exception " \
    "Through a Protected-Mode Trap or Interrupt Gate\""
#define ROW(name_, id_, about_, instruction, of, dpl, fault, error_, state) \
    {VARIANT,                                                               \
     .name = #name_,                                                        \
     .about = about_ " out of virtual-8086 mode: " #name_,                  \
     .spec = SPEC,                                                          \
     .id = id_,                                                             \
     .vector = fault,                                                       \
     .error = error_,                                                       \
     .saved_rip = AT_FAULT,                                                 \
     .run = name_},
VARIANTS(STATES(ROW){VARIANT, .name = "gate16", .about = "INT n out of virtual-8086 mode through a 16-bit gate", .spec = SPEC, .vector = 0x40,
                     .error = NO_ERROR, .run = gate16},
         {VARIANT, .name = "idt_limit_int", .about = "INT n out of virtual-8086 mode, its gate lies behind the IDT's limit", .spec = SPEC,
          .vector = VEC_GP, .error = IDT_ERROR(0x40), .saved_rip = AT_FAULT, .run = idt_limit},
         {VARIANT, .name = "idt_limit_mf", .about = "#MF out of virtual-8086 mode, its gate lies behind the IDT's limit", .spec = SPEC,
          .vector = VEC_GP, .error = IDT_ERROR(VEC_MF) | ERROR_EXT, .saved_rip = AT_FAULT, .run = idt_limit_mf},
         {VARIANT, .name = "tss_limit", .about = "INT n out of virtual-8086 mode, the TSS ends before SS0", .spec = SPEC, .vector = SHUTDOWN,
          .run = tss_limit});
